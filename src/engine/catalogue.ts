/**
 * What there is to run, and how a request in words becomes a scenario. A wrong name or value throws a
 * `ScenarioError` that says the rule, the value and the cure.
 */
import { architectures } from './architectures/index.ts';
import type { Architecture } from './architectures/architecture.ts';
import { devices } from './devices/index.ts';
import type { DeviceEntry } from './devices/device.ts';
import { drivers } from './drivers/index.ts';
import type { DriverEntry } from './drivers/driver.ts';
import { isParameterId, parameter, parameterIds } from './parameters/index.ts';
import type { Overrides } from './parameters/parameter.ts';
import type { Run } from './run.ts';
import { loadLimits, operations, patterns, type Scenario } from './scenario.ts';
import { type Parts, simulate } from './simulate.ts';

/** A scenario that cannot be run; the message is for the person who asked. */
export class ScenarioError extends RangeError {}

/** A scenario in words; what is left out gets its default. */
export interface Request {
  readonly architecture: string;
  readonly device: string;
  readonly operation?: string;
  readonly count?: number;
  readonly bytes?: number;
  readonly pattern?: string;
  readonly interrupts?: string;
  readonly driver?: string;
  readonly variant?: string;
  readonly seed?: number;
  readonly parameters?: Readonly<Record<string, number>>;
}

/** Devices that an architecture offers, in the order of the list of devices. */
export const devicesOf = (architecture: Architecture): DeviceEntry[] =>
  devices.filter(({ id }) => Object.hasOwn(architecture.devices, id));

/** Drivers of a device, the default first. */
export const driversOf = (device: DeviceEntry): DriverEntry[] =>
  drivers.filter((driver) => driver.device === device.id);

/** The scenario that a request asks for; throws a ScenarioError for what there is not. */
export function scenarioFor(request: Request): Scenario {
  const architecture = byId('architecture', request.architecture, architectures);
  const device = byId('device', request.device, devicesOf(architecture), `${architecture.id} has `);
  const driver = byId('driver', request.driver ?? driversOf(device)[0]!.id, driversOf(device));
  const usualVariant = architecture.devices[device.id]?.variant ?? device.variants[0]!;
  return {
    v: 1,
    seed: whole('seed', request.seed ?? 1, { min: 0, max: 0xffff_ffff }),
    parameters: overrides(request.parameters ?? {}),
    platform: { architecture: architecture.id },
    subject: {
      kind: 'io',
      vms: [
        {
          device: device.id,
          driver: driver.id,
          variant: oneOf('variant', request.variant ?? usualVariant, device.variants),
          interrupts: oneOf(
            'interrupt mode',
            request.interrupts ?? device.interrupts[0]!,
            device.interrupts,
          ),
          load: {
            operation: oneOf('operation', request.operation ?? 'tx', operations),
            count: whole('count', request.count ?? loadLimits.count.usual, loadLimits.count),
            bytes: whole('bytes', request.bytes ?? loadLimits.bytes.usual, loadLimits.bytes),
            pattern: oneOf('pattern', request.pattern ?? 'spaced', patterns),
          },
        },
      ],
    },
  };
}

/** Runs what a request asks for. */
export function runRequest(request: Request): Run {
  return runScenario(scenarioFor(request));
}

/** Runs a complete scenario. */
export function runScenario(scenario: Scenario): Run {
  return simulate(scenario, partsOf(scenario));
}

function partsOf(scenario: Scenario): Parts {
  const [vm] = scenario.subject.vms;
  const architecture = byId('architecture', scenario.platform.architecture, architectures);
  const device = byId('device', vm.device, devicesOf(architecture), `${architecture.id} has `);
  return { architecture, device, driver: byId('driver', vm.driver, driversOf(device)) };
}

function byId<T extends { readonly id: string }>(
  what: string,
  id: string,
  list: readonly T[],
  lead = '',
): T {
  const found = list.find((candidate) => candidate.id === id);
  if (found !== undefined) return found;
  throw unknown(
    what,
    id,
    list.map((candidate) => candidate.id),
    lead,
  );
}

function oneOf<T extends string>(what: string, value: string, valid: readonly T[]): T {
  const found = valid.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw unknown(what, value, valid);
}

const unknown = (what: string, value: string, valid: readonly string[], lead = ''): ScenarioError =>
  new ScenarioError(
    `unknown ${what} '${value}': ${lead === '' ? 'use ' : lead}${valid.join(', ')}`,
  );

function whole(what: string, value: number, { min, max }: { min: number; max: number }): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new ScenarioError(`${what} must be a whole number from ${min} to ${max}, not '${value}'`);
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
