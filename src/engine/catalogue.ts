/**
 * What there is to run, and how a request in words becomes a scenario. A wrong name or value throws a
 * `ScenarioError` that says the rule, the value and the cure.
 */
import { architectures } from './architectures/index.ts';
import { type Architecture, type Generation, placementOf } from './architectures/architecture.ts';
import { refusal } from './architectures/classify.ts';
import { movable, withMoved } from './architectures/move.ts';
import { parametersOf, withPolicies } from './architectures/policy.ts';
import { choicesIn, refuseUnconcerned } from './choices.ts';
import { devices } from './devices/index.ts';
import type { DeviceEntry } from './devices/device.ts';
import { drivers } from './drivers/index.ts';
import { type DriverEntry, mostBytes } from './drivers/driver.ts';
import type { Observer } from './observe/observer.ts';
import { isParameterId, type Overrides, parameter, parameterIds } from './parameters/index.ts';
import type { Move } from './vocabulary/role.ts';
import type { Run } from './vocabulary/run.ts';
import { continued } from './faults/integration-services.ts';
import { faultFor } from './faults/words.ts';
import { byId, oneOf, unknown, whole } from './vocabulary/choice.ts';
import {
  fullTraceLimits,
  type Load,
  loadLimits,
  type Operation,
  operationsOf,
  patterns,
  type Platform,
  type Scenario,
  seedLimits,
  sizeLimits,
  traceWindow,
  type VmSpec,
  waysToSend,
} from './vocabulary/scenario.ts';
import type { Request } from './vocabulary/request.ts';
import { usualPattern } from './vocabulary/request-key.ts';
import { ScenarioError } from './vocabulary/scenario-error.ts';
import { ringsFor } from './rings.ts';
import { type Parts, simulate } from './simulate.ts';

export { ScenarioError };

/** Devices that an architecture offers, in the order of the list of devices. */
export const devicesOf = (architecture: Architecture): DeviceEntry[] =>
  devices.filter(({ id }) => Object.hasOwn(architecture.devices, id));

/** Drivers of a device, the default first; of those that need a chip variant, only where it is that. */
export const driversOf = (device: DeviceEntry, variant?: string): DriverEntry[] =>
  drivers.filter(
    (driver) =>
      driver.device === device.id &&
      (variant === undefined || (driver.variants?.includes(variant) ?? true)),
  );

/** Schedulers of an architecture, the default first; none where it has no choice. */
export const schedulersOf = (architecture: Architecture): readonly string[] =>
  Object.keys(architecture.schedulers ?? {});

/** The scenario that a request asks for; throws a ScenarioError for what there is not. */
export function scenarioFor(request: Request): Scenario {
  const known = byId('architecture', request.architecture, architectures);
  const { policies, parameters } = choicesIn(request, known);
  const chosen = withPolicies(known, policies);
  const moves = movesFor(chosen, request.moves ?? []);
  const architecture = withMoved(chosen, moves);
  const asked = byId('device', request.device, devicesOf(architecture), `${architecture.id} has `);
  const generation = generationFor(architecture, request.generation);
  const integrationServices = request.integrationServices ?? true;
  const device = deviceFor(architecture, asked, generation, integrationServices);
  const load = loadFor(request, device);
  refuseUnconcerned(known, device, policies);
  const guest = driverFor(architecture, device, request);
  refuseUnpolled(byId('driver', guest.driver, drivers), load, request);
  const vms = whole('vms', request.vms ?? loadLimits.vms.usual, loadLimits.vms);
  const situation = { device, placement: placementOf(architecture, device, guest.variant) };
  return {
    v: 1,
    seed: whole('seed', request.seed ?? seedLimits.usual, seedLimits),
    detail: detailFor(request.window, vms, load),
    parameters: { ...parametersOf(known, policies), ...overrides(parameters) },
    faults: (request.faults ?? []).map((text) => faultFor(text, architecture, situation)),
    platform: {
      architecture: architecture.id,
      scheduler: schedulerFor(architecture, request),
      moves,
      policies,
    },
    subject: {
      kind: 'io',
      vms: [
        {
          count: vms,
          generation,
          integrationServices,
          processors: whole(
            'processors',
            request.processors ?? loadLimits.processors.usual,
            loadLimits.processors,
          ),
          device: device.id,
          ...guest,
          load,
        },
      ],
    },
  };
}

function driverFor(
  architecture: Architecture,
  device: DeviceEntry,
  request: Request,
): Pick<VmSpec, 'driver' | 'variant' | 'interrupts' | 'rings'> {
  const offer = architecture.devices[device.id];
  const usual = offer?.variant ?? device.variants[0]!;
  const variant = oneOf('variant', request.variant ?? usual, device.variants);
  const fitting = driversOf(device, variant);
  const driver = byId('driver', request.driver ?? fitting[0]!.id, driversOf(device));
  if (!fitting.includes(driver)) {
    throw new ScenarioError(
      `driver ${driver.id} needs chip variant ${driver.variants!.join(' or ')}, not '${variant}': use --variant or an architecture that has it`,
    );
  }
  const interrupts = request.interrupts ?? offer?.interrupts ?? device.interrupts[0]!;
  const rings = ringsFor(driver, request.rings);
  return {
    driver: driver.id,
    variant,
    interrupts: oneOf('interrupt mode', interrupts, device.interrupts),
    ...(Object.keys(rings).length === 0 ? {} : { rings }),
  };
}

/** A queue that is polled takes reads and writes of one command, and interrupts for none. */
function refuseUnpolled(driver: DriverEntry, { operation, bytes }: Load, request: Request): void {
  if (driver.kind !== 'storage' || driver.polls !== true) return;
  const { id, limits } = driver;
  const most = mostBytes(limits);
  if (request.interrupts !== undefined)
    throw new ScenarioError(
      `${id} polls its queue, which has no interrupts: leave out interrupts '${request.interrupts}'`,
    );
  if (operation === 'flush')
    throw new ScenarioError(`${id} polls for read and write, not '${operation}': use one of these`);
  if (bytes > most)
    throw new ScenarioError(
      `${id} polls for requests of one command, at most ${most} bytes, not '${bytes}': use fewer`,
    );
}

function loadFor(request: Request, { kind }: DeviceEntry): Load {
  const valid = operationsOf[kind];
  const operation = oneOf(
    'operation',
    request.operation ?? valid[0]!,
    valid,
    `a ${kind} device has `,
  );
  const size = sizeLimits[kind];
  const bytes = operation === 'flush' ? 0 : whole('bytes', request.bytes ?? size.usual, size);
  const { rate, queueDepth } = request;
  const pattern = oneOf('pattern', request.pattern ?? usualPattern(request), patterns);
  if (rate !== undefined && pattern !== 'open')
    throw new ScenarioError(
      `rate is for requests that arrive at random: leave out pattern '${pattern}' or use open`,
    );
  const ratePerSecond =
    pattern === 'open' ? whole('rate', rate ?? loadLimits.rate.usual, loadLimits.rate) : null;
  return {
    operation,
    count: whole('count', request.count ?? loadLimits.count.usual, loadLimits.count),
    bytes,
    pattern,
    batch: whole('batch', request.batch ?? loadLimits.batch.usual, loadLimits.batch),
    ...framesFor(request, kind, operation),
    queueDepth:
      queueDepth === undefined ? null : whole('queue depth', queueDepth, loadLimits.queueDepth),
    ratePerSecond,
  };
}

function detailFor(
  window: number | undefined,
  vms: number,
  { count, bytes }: Load,
): Scenario['detail'] {
  if (window !== undefined) return { window: whole('window', window, { min: 0, max: 10_000_000 }) };
  const requests = vms * count;
  const { requests: most, bytes: mostBytes } = fullTraceLimits;
  const isShort = requests <= most && requests * bytes <= mostBytes;
  return isShort ? 'full' : { window: traceWindow };
}

function schedulerFor(architecture: Architecture, { scheduler }: Request): string | null {
  const valid = schedulersOf(architecture);
  if (scheduler === undefined) return valid[0] ?? null;
  if (valid.length === 0)
    throw new ScenarioError(
      `${architecture.id} has one scheduler: leave out scheduler '${scheduler}'`,
    );
  return oneOf('scheduler', scheduler, valid, `${architecture.id} has `);
}

/** Moves that can be made; a role is moved once. */
function movesFor(architecture: Architecture, asked: NonNullable<Request['moves']>): Move[] {
  const lead = `${architecture.id} has `;
  const moves = asked.map(({ role, to }): Move => {
    const move = {
      role: oneOf('role', role, movable),
      to: byId('domain', to, architecture.domains, lead).id,
    };
    const reason = refusal(architecture, move);
    if (reason !== undefined)
      throw new ScenarioError(`${role} of ${architecture.id} cannot be in '${to}': ${reason}`);
    return move;
  });
  const twice = moves.find(({ role }, index) =>
    moves.some((move, at) => at < index && move.role === role),
  );
  if (twice !== undefined)
    throw new ScenarioError(`${twice.role} is moved twice: give it one domain`);
  return moves;
}

function generationFor(architecture: Architecture, asked: number | undefined): Generation | null {
  const has = Object.values(architecture.devices).some(
    ({ generations }) => generations !== undefined,
  );
  if (!has) {
    if (asked === undefined) return null;
    throw new ScenarioError(
      `${architecture.id} has no generations: leave out generation '${asked}'`,
    );
  }
  if (asked === undefined || asked === 1) return 1;
  if (asked === 2) return 2;
  throw new ScenarioError(`generation must be 1 or 2, not '${asked}'`);
}

/** The device that answers: the one asked for, or what a guest without its integration services finds instead. */
function deviceFor(
  architecture: Architecture,
  asked: DeviceEntry,
  generation: Generation | null,
  integrationServices: boolean,
): DeviceEntry {
  const fallback = architecture.devices[asked.id]!.withoutServices;
  if (!integrationServices && !hasServices(architecture))
    throw new ScenarioError(
      `${architecture.id} has no integration services: leave them out of the request`,
    );
  if (!integrationServices && fallback === null)
    throw new ScenarioError(
      `without integration services nothing answers for ${asked.id}: switch them on or use an emulated device`,
    );
  const id = integrationServices ? asked.id : (fallback ?? asked.id);
  const { generations } = architecture.devices[id]!;
  if (generation === null || generations === undefined || generations.includes(generation))
    return byId('device', id, devices);
  const cure =
    id === asked.id
      ? `use generation ${generations.join(' or ')} or a ${architecture.paravirtualName} device`
      : `use generation ${generations.join(' or ')} or switch the integration services on`;
  const why = id === asked.id ? '' : ` to stand in for ${asked.id} without integration services`;
  throw new ScenarioError(`generation ${generation} has no ${id}${why}: ${cure}`);
}

const hasServices = ({ devices: offered }: Architecture): boolean =>
  Object.values(offered).some(({ withoutServices }) => withoutServices !== undefined);

/** Runs what a request asks for. */
export function runRequest(request: Request): Run {
  return runScenario(scenarioFor(request));
}

/** Runs a complete scenario; an observer sees its first virtual machine. */
export function runScenario(scenario: Scenario, observer?: Observer): Run {
  const { platform } = scenario;
  const architecture = architectureOf(platform);
  const run = simulate(
    scenario,
    architecture,
    scenario.subject.vms.map((vm) => withStandby(architecture, partsOf(architecture, vm))),
    observer,
  );
  return continued(
    run,
    (vm) => withoutServices(architecture, vm),
    (next) => runScenario(next),
  );
}

/** The architecture as a scenario has it: with its policies, and with roles where it has them. */
export function architectureOf({ architecture, policies, moves }: Platform): Architecture {
  const known = withPolicies(byId('architecture', architecture, architectures), policies);
  return withMoved(known, movesFor(known, moves));
}

/** The virtual machine when its guest has lost the drivers for its device, and finds an emulated one instead. */
function withoutServices(architecture: Architecture, vm: VmSpec): VmSpec {
  const device = byId('device', architecture.devices[vm.device]!.withoutServices!, devices);
  const asked = { architecture: architecture.id, device: device.id };
  const { count, generation, processors, load } = vm;
  return {
    count,
    generation,
    processors,
    load,
    integrationServices: false,
    device: device.id,
    ...driverFor(architecture, device, asked),
  };
}

function partsOf(architecture: Architecture, vm: VmSpec): Parts {
  const device = byId('device', vm.device, devicesOf(architecture), `${architecture.id} has `);
  const driver = byId('driver', vm.driver, driversOf(device));
  return { device, driver, placement: placementOf(architecture, device, vm.variant) };
}

function overrides(asked: Readonly<Record<string, number>>): Overrides {
  for (const [name, value] of Object.entries(asked)) {
    if (!isParameterId(name)) throw unknown('parameter', name, parameterIds);
    const [min, max] = parameter(name).range;
    if (!(value >= min && value <= max)) {
      throw new ScenarioError(
        `${name} must be from ${min} to ${max} ${parameter(name).unit}, not '${value}'`,
      );
    }
  }
  return asked;
}

/** How frames come to the driver; a setting that means nothing to the operation is refused. */
function framesFor(
  { sentAs = waysToSend[0], flows = loadLimits.flows.usual }: Request,
  kind: DeviceEntry['kind'],
  operation: Operation,
): Pick<Load, 'sentAs' | 'flows'> {
  const way = oneOf('way to send', sentAs, waysToSend);
  if (way !== waysToSend[0] && (kind === 'storage' || operation === 'rx'))
    throw new ScenarioError(
      `sent-as is for frames that the guest sends, and ${operation} sends none: leave out '${way}'`,
    );
  const number = whole('flows', flows, loadLimits.flows);
  if (number !== loadLimits.flows.usual && kind === 'storage')
    throw new ScenarioError(`flows are for network devices: leave out flows '${number}'`);
  return { sentAs: way, flows: number };
}

/** The parts with the device that stands beside the first one, where one does. */
function withStandby(architecture: Architecture, parts: Parts): Parts {
  const { standby } = parts.device;
  if (standby === undefined) return parts;
  const device = byId('device', standby, devices);
  return { ...parts, standby: { device, placement: placementOf(architecture, device) } };
}
