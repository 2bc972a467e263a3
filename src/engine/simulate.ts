/** Scenario in, run out: wires guests, hosts and devices together and lets the clock run. */
import { type Architecture, type Placement, scheduledBy } from './architectures/architecture.ts';
import { policiesInForce } from './architectures/policy.ts';
import { pathsOf } from './analysis/path.ts';
import { statisticsOf } from './analysis/statistics.ts';
import { totalsOf } from './analysis/totals.ts';
import type { DeviceEntry, DeviceHost, DeviceModel } from './devices/device.ts';
import type { DeviceDriver, DriverEntry, RingLimit } from './drivers/driver.ts';
import type { Victim } from './faults/failures.ts';
import { Faults } from './faults/outcome.ts';
import { BlockLayer } from './guest/block-layer.ts';
import { Guest, type GuestWays, type UpperHalf } from './guest/guest.ts';
import { NetworkStack, sendPrices } from './guest/network-stack.ts';
import { begin } from './host/flow.ts';
import type { Bus } from './host/bus.ts';
import { Host, type Wire } from './host/host.ts';
import { Machine } from './host/machine.ts';
import { Requests } from './host/requests.ts';
import { GuestMemory } from './memory/guest-memory.ts';
import { type InterruptMode, type Trigger, triggerOf } from './memory/interrupt.ts';
import type { Observer } from './observe/observer.ts';
import { priceList, type PriceList } from './parameters/price-list.ts';
import type { Run } from './vocabulary/run.ts';
import type { Load, Platform, RingSizes, Scenario, VmSpec } from './vocabulary/scenario.ts';
import { Tracer } from './host/tracer.ts';
import { instant } from './vocabulary/units.ts';
import type { World } from './vocabulary/world.ts';
import { Latencies } from './workload/latencies.ts';
import { type Target, Workload } from './workload/workload.ts';

/** Agenda entries that one request may take before its run is cut: far more than any driver needs. */
const eventsPerRequest = 20_000;
const leastEvents = 2_000_000;

/** The parts that one kind of virtual machine is made of. */
export interface Parts {
  readonly device: DeviceEntry;
  readonly driver: DriverEntry;
  readonly placement: Placement;
  /** The device that stands beside it, and where that is served. */
  readonly standby?: { readonly device: DeviceEntry; readonly placement: Placement };
}

/** What the virtual machines of a run share. */
interface Shared {
  readonly machine: Machine;
  readonly guestWays: GuestWays;
  readonly latencies: Latencies;
  readonly scenario: Scenario;
  readonly faults: Faults;
}

/** Runs a scenario on the parts it names, one for each kind of virtual machine; an observer sees the first of all. */
export function simulate(
  scenario: Scenario,
  known: Architecture,
  parts: readonly Parts[],
  observer?: Observer,
): Run {
  const { scheduler } = scenario.platform;
  const architecture = scheduler === null ? known : scheduledBy(known, scheduler);
  const machine = new Machine(architecture, priceList(scenario.parameters));
  const faults = new Faults(scenario, machine.simulation);
  const shared: Shared = {
    machine,
    guestWays: new Map(),
    latencies: new Latencies(),
    scenario,
    faults,
  };
  const wanted = scenario.detail === 'full' ? Infinity : scenario.detail.window;
  const tracer = new Tracer(machine.simulation, machine.prices, machine.counts, wanted);
  const untraced = new Tracer(machine.simulation, machine.prices, machine.counts, 0);
  const vms = scenario.subject.vms.flatMap((spec, kind) =>
    Array.from({ length: spec.count }, (_, index) => {
      const isFirst = kind === 0 && index === 0;
      const before = scenario.subject.vms.slice(0, kind).reduce((sum, { count }) => sum + count, 0);
      return virtualMachine(
        shared,
        spec,
        parts[kind]!,
        isFirst ? tracer : untraced,
        before + index,
        isFirst ? observer : undefined,
      );
    }),
  );
  faults.await(architecture, vms);
  for (const { workload } of vms) workload.start();
  const requests = scenario.subject.vms.reduce(
    (sum, { count, load }) => sum + count * load.count,
    0,
  );
  const ended = machine.simulation.run(Math.max(leastEvents, requests * eventsPerRequest));
  const world = worldOf(architecture, parts[0]!, scenario.platform);
  const trace = tracer.inOrder();
  const paths = pathsOf(trace);
  const endsInterruptBy = endsInterruptIn(architecture);
  const latencies = shared.latencies.sorted();
  const servers = vms.flatMap(({ host }) => host.servers);
  const { counts } = machine;
  const { stopCounters } = parts[0]!.driver;
  return {
    scenario,
    world,
    trace,
    paths,
    totals: totalsOf({ counts, trace, paths, world, stopCounters, endsInterruptBy, latencies }),
    statistics: statisticsOf({
      latencies,
      endNs: machine.simulation.now,
      servers: [machine.card, machine.disk, machine.driverContext, ...servers].map((server) =>
        server.statistics(instant(0)),
      ),
      guests: vms.map(({ guest }) => guest.busyNs),
    }),
    outcome: faults.outcomes(),
    ended,
    origin: 'executed',
  };
}

function virtualMachine(
  { machine, guestWays, latencies, scenario, faults }: Shared,
  spec: VmSpec,
  { device, driver: entry, placement, standby }: Parts,
  tracer: Tracer,
  vm: number,
  observer: Observer | undefined,
): Victim {
  const { simulation, counts, prices } = machine;
  const { variant, interrupts, processors, load, rings = {} } = spec;
  const first = vm * load.count + 1;
  const watched = { clock: simulation, events: tracer.events };
  const memoryBytes = device.memoryBytes + moreBytes(entry, rings, processors);
  const memory = observer?.memory(memoryBytes, watched) ?? new GuestMemory(memoryBytes);
  const requests = new Requests(first, load.count);
  const ways = machine.waysOf(placement);
  const name = machineName(scenario, vm);
  const trigger = triggerOf(interrupts);
  const { missedCounter } = device;
  const common = { machine, tracer, memory, requests };
  const host = new Host({ ...common, ways, trigger, missedCounter, name });
  const beside = standby && besideIt(standby, host, common, name, observer);
  const guest = new Guest({
    simulation,
    counts,
    ways: guestWays,
    tracer,
    bus: host.bus,
    ...(beside && { standby: beside }),
    memory,
    interrupts,
    variant,
    processors,
    rings,
  });
  const { doorbellThreshold: threshold, quietFrom, pollsFor } = placement;
  const quiet = {
    ...(quietFrom !== undefined && { quietFrom }),
    ...(pollsFor !== undefined && { pollsFor: prices.value(pollsFor) }),
  };
  const doorbellThreshold = threshold === undefined ? 1 : prices.value(threshold);
  const create = (seen: DeviceHost) =>
    device.create(seen, { variant, interrupts, doorbellThreshold, ...quiet });
  const model = observer?.model(host.bay, create) ?? create(host.bay);
  const wire = beside?.wire ?? host;
  const { driver, above, target } = driverIn(guest, entry, wire, requests, load, prices);
  const workload = new Workload({
    load,
    first,
    seed: scenario.seed + vm,
    target,
    machine,
    ways,
    tracer,
    requests,
    latencies,
    memory,
    processors,
    ...(vm === 0 ? { asked: faults.asked } : {}),
  });
  host.connect(model, guest, workload.peer);
  beside?.host.connect(beside.model, guest.ofStandby, workload.peer);
  guest.boot(driver, above, workload, (offer) => (beside?.model ?? model).open?.(offer));
  observer?.opened();
  const hasRoom = (): boolean => driver.hasRoom();
  const leave = leaving(guest, driver);
  return { spec, device, placement, guest, host, workload, hasRoom, ...(leave && { leave }) };
}

/** What there is of a device that stands beside another one. */
interface Beside {
  readonly host: Host;
  readonly bus: Bus;
  readonly trigger: Trigger;
  readonly model: DeviceModel;
  /** Frames from the wire, for the device that the data path leads to. */
  readonly wire: Wire;
}

/** A device of channels beside the first one; it is made, and interrupts, as is usual for it. */
function besideIt(
  { device, placement }: NonNullable<Parts['standby']>,
  first: Host,
  common: Pick<ConstructorParameters<typeof Host>[0], 'machine' | 'tracer' | 'memory' | 'requests'>,
  name: string,
  observer: Observer | undefined,
): Beside {
  const [variant] = device.variants as readonly [string];
  const [interrupts] = device.interrupts as readonly [InterruptMode];
  const trigger = triggerOf(interrupts);
  const ways = common.machine.waysOf(placement);
  const { missedCounter } = device;
  const host = new Host({ ...common, ways, trigger, missedCounter, name: `${name}standby ` });
  const quiet = placement.quietFrom === undefined ? {} : { quietFrom: placement.quietFrom };
  const create = (seen: DeviceHost) =>
    device.create(seen, { variant, interrupts, doorbellThreshold: 1, ...quiet });
  const model = observer?.model(host.bay, create) ?? create(host.bay);
  const wire: Wire = {
    arrive: (frame, flow, lost) => (host.bay.hasFrames ? host : first).arrive(frame, flow, lost),
  };
  return { host, bus: host.bus, trigger, model, wire };
}

/** The task in which a driver leaves its device for the one beside it, where it has one. */
function leaving(guest: Guest, driver: DeviceDriver): (() => void) | undefined {
  if (driver.leave === undefined) return undefined;
  return () => {
    const code = [driver.leave!()];
    guest.start(begin(0, 'submit'), () => code.pop());
  };
}

/** Guest memory that longer rings take. */
function moreBytes(entry: DriverEntry, rings: RingSizes, processors: number): number {
  if (entry.kind !== 'network') return 0;
  const more = ({ usual, entryBytes }: RingLimit, size = usual): number =>
    Math.max(0, size - usual) * entryBytes;
  const each =
    more(entry.rings.transmit, rings.transmit) + more(entry.rings.receive, rings.receive);
  return each * (entry.queuesFor?.(processors) ?? 1);
}

/** A driver in a guest, what stands on it, and what a workload asks there. */
interface DriverInGuest {
  readonly driver: DeviceDriver;
  readonly above: UpperHalf;
  readonly target: Target;
}

function driverIn(
  guest: Guest,
  entry: DriverEntry,
  host: Wire,
  requests: Requests,
  { operation }: Load,
  prices: PriceList,
): DriverInGuest {
  if (entry.kind === 'network') {
    const driver = entry.create(guest);
    const takesTime = sendPrices.some(({ parameter }) => prices.value(parameter) > 0);
    const stack = new NetworkStack({ guest, driver, requests, operation, takesTime });
    const target: Target = { kind: 'network', host, stack, largestSend: entry.largeSend };
    return { driver, above: stack, target };
  }
  const driver = entry.create(guest);
  const queueDepth = entry.depthFor?.(guest) ?? entry.limits.queueDepth;
  const layer = new BlockLayer(guest, driver, { ...entry.limits, queueDepth }, requests);
  return { driver, above: layer, target: { kind: 'storage', layer } };
}

/** Where a processor has a virtual APIC, only ends of level interrupts leave the guest, for a reason of their own. */
const endsInterruptIn = ({ endOfInterrupt }: Architecture): 'EOI_INDUCED' | 'MSR_WRITE' =>
  endOfInterrupt.edge === 'trapped' ? 'MSR_WRITE' : 'EOI_INDUCED';

/** Actors of several virtual machines are told apart by its number. */
const machineName = ({ subject }: Scenario, vm: number): string =>
  subject.vms.length === 1 && subject.vms[0].count === 1 ? '' : `VM ${vm + 1} `;

function worldOf(
  architecture: Architecture,
  { device, driver }: Parts,
  { policies }: Platform,
): World {
  const { id, title, hasHypervisor } = architecture;
  const called = device.class === 'paravirtual' ? architecture.paravirtualName : device.class;
  return {
    architecture: { id, title, hasHypervisor },
    domains: architecture.domains,
    device: { id: device.id, title: device.title, kind: device.kind, class: device.class, called },
    policies: policiesInForce(architecture, device.id, policies),
    driver: driver.title,
    registers: Object.fromEntries(device.registers.map((register) => [register.name, register])),
  };
}
