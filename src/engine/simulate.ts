/** Scenario in, run out: wires guest, host and device together and lets the clock run. */
import type { Architecture } from './architectures/architecture.ts';
import { totalsOf } from './analysis/totals.ts';
import { Simulation } from './des/simulation.ts';
import type { DeviceEntry } from './devices/device.ts';
import type { DriverEntry, NetworkDriver } from './drivers/driver.ts';
import { Guest } from './guest.ts';
import { Host } from './host.ts';
import { GuestMemory } from './memory/guest-memory.ts';
import { triggerOf } from './memory/interrupt.ts';
import { priceList } from './parameters/index.ts';
import { seededRandom } from './random.ts';
import type { Run, World } from './run.ts';
import type { Load, Scenario } from './scenario.ts';
import { Tracer } from './tracer.ts';
import { duration } from './units.ts';

/** Agenda entries after which a run is cut: far more than any flow that a figure can show. */
const eventLimit = 2_000_000;

/** The parts that a scenario names. */
export interface Parts {
  readonly architecture: Architecture;
  readonly device: DeviceEntry;
  readonly driver: DriverEntry;
}

/** Runs a scenario on the parts it names. */
export function simulate(scenario: Scenario, parts: Parts): Run {
  const [vm] = scenario.subject.vms;
  const placement = parts.architecture.placement[parts.device.class];
  if (placement === undefined)
    throw new RangeError(`${parts.architecture.id} places no ${parts.device.class} device`);
  const simulation = new Simulation();
  const prices = priceList(scenario.parameters);
  const tracer = new Tracer(simulation, prices);
  const memory = new GuestMemory(parts.device.memoryBytes);
  const trigger = triggerOf(vm.interrupts);
  const host = new Host({
    architecture: parts.architecture,
    placement,
    simulation,
    tracer,
    prices,
    memory,
    trigger,
  });
  const load = new LoadGenerator(vm.load, scenario.seed, prices.value('idle-gap'), simulation);
  const guest = new Guest({
    simulation,
    tracer,
    host,
    memory,
    interrupts: vm.interrupts,
    variant: vm.variant,
    events: load,
  });
  const device = parts.device.create(host, {
    variant: vm.variant,
    interrupts: vm.interrupts,
    doorbellThreshold:
      placement.transmitThreshold === undefined ? 1 : prices.value(placement.transmitThreshold),
  });
  host.connect(device, guest);
  guest.boot(parts.driver.create(guest) as NetworkDriver, (offer) => device.open?.(offer));
  load.start(guest, host, tracer);
  const ended = simulation.run(eventLimit);
  const trace = tracer.inOrder();
  const world = worldOf(parts);
  return { scenario, world, trace, totals: totalsOf(trace, world), ended, origin: 'executed' };
}

function worldOf({ architecture, device, driver }: Parts): World {
  const { id, title, hasHypervisor } = architecture;
  const called = device.class === 'paravirtual' ? architecture.paravirtualName : device.class;
  return {
    architecture: { id, title, hasHypervisor },
    domains: architecture.domains,
    device: { id: device.id, title: device.title, class: device.class, called },
    driver: driver.title,
    registers: Object.fromEntries(device.registers.map((register) => [register.name, register])),
  };
}

/** Asks the guest or the wire for the scenario's requests, spaced or in a burst. */
class LoadGenerator {
  private readonly load: Load;
  private readonly gap: number;
  private readonly simulation: Simulation;
  private readonly random;
  private begin!: (payloads: number[]) => void;

  constructor(load: Load, seed: number, gap: number, simulation: Simulation) {
    this.load = load;
    this.gap = gap;
    this.simulation = simulation;
    this.random = seededRandom(seed);
  }

  start(guest: Guest, host: Host, tracer: Tracer): void {
    const { operation, bytes, count, pattern } = this.load;
    const send = (payloads: number[]): void =>
      guest.send(
        payloads.map((payload) => ({
          payload,
          bytes,
          buffer: guest.memory.reserve(bytes),
          cpu: 0,
        })),
      );
    const arrive = (payloads: number[]): void => {
      for (const payload of payloads) {
        tracer.mark(
          { request: payload, phase: 'device', cause: -1 },
          { kind: 'request', state: 'submitted' },
          'hardware',
        );
        host.arrive({ payload, bytes }, (flow) => {
          tracer.mark(flow, { kind: 'request', state: 'lost' }, 'guest');
          this.completed(payload);
        });
      }
    };
    this.begin = operation === 'tx' ? send : arrive;
    const all = Array.from({ length: count }, (_, index) => index + 1);
    this.begin(pattern === 'burst' ? all : [1]);
  }

  /** Gaps differ a little by seed, so that nothing depends on how they line up. */
  completed(payload: number): void {
    if (this.load.pattern === 'burst' || payload === this.load.count) return;
    const wait = this.gap + this.random.below(Math.max(1, Math.floor(this.gap / 10)));
    this.simulation.in(duration(wait), () => this.begin([payload + 1]));
  }
}
