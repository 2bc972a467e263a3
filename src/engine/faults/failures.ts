/**
 * Failures as they happen in a run: each strikes once, stops or holds what it reaches, and says afterwards what it
 * meant for each virtual machine. Leaves out: the timeouts of drivers, and what a guest does when its device
 * disappears. A restart is a time in which nothing is taken: what was under way in the part that failed is finished,
 * as if the guest had asked again. Checked against: tests/engine/faults.
 */
import { type Architecture, placementOf } from '../architectures/architecture.ts';
import type { Simulation } from '../des/simulation.ts';
import type { DeviceEntry } from '../devices/device.ts';
import { devices } from '../devices/index.ts';
import type { Guest } from '../guest/guest.ts';
import type { Host } from '../host/host.ts';
import type { PriceList } from '../parameters/price-list.ts';
import type { Verdict } from '../vocabulary/outcome.ts';
import type { VmSpec } from '../vocabulary/scenario.ts';
import { ScenarioError } from '../vocabulary/scenario-error.ts';
import type { Workload } from '../workload/workload.ts';
import type { Fault, FaultTime } from './fault.ts';
import { reaches, type Site, siteOf, type Situation, verdictOn } from './radius.ts';

/** A virtual machine as a fault finds it. */
export interface Victim extends Situation {
  readonly spec: VmSpec;
  readonly guest: Guest;
  readonly host: Host;
  readonly workload: Workload;
  /** Its driver leaves the device, where another one stands beside that. */
  readonly leave?: () => void;
  /** Whether the driver can hand over another request. */
  readonly hasRoom: () => boolean;
}

/** One fault of a scenario, in a run. */
export interface Failure {
  /** When it strikes; `undefined` where it lies in wait from the beginning. */
  readonly at: FaultTime | undefined;
  strike(): void;
  /** What it meant for the virtual machine of that index. */
  verdict(vm: number): Verdict;
}

/** What every failure has before it. */
interface Scene {
  readonly architecture: Architecture;
  readonly simulation: Simulation;
  readonly prices: Pick<PriceList, 'value'>;
  readonly vms: readonly Victim[];
}

export function failureOf(fault: Fault, scene: Scene): Failure {
  switch (fault.kind) {
    case 'crash':
      return fault.restarts === true ? new Restart(fault, scene) : new Crash(fault, scene);
    case 'integration-services-removed':
      return new ServicesRemoved(fault.at, scene);
    case 'virtual-function-removed':
      return new VirtualFunctionRemoved(fault.at, scene);
    case 'lost-interrupt':
      return new LostInterrupt(fault.number, scene);
    case 'ring-full':
      return new Stall(fault.nanoseconds, fault.at, scene);
  }
}

type CrashFault = Extract<Fault, { kind: 'crash' }>;

/** Where the part that crashes lives, for the first virtual machine. */
function siteIn({ part }: CrashFault, { architecture, vms }: Scene): Site {
  const site = siteOf(part, architecture, vms[0]!);
  if (site === undefined) throw new ScenarioError(`${architecture.id} has no ${part}`);
  return site;
}

/** A part fails; whatever lives in its domain fails with it. */
class Crash implements Failure {
  readonly at: FaultTime;
  private readonly site: Site;
  private readonly vms: readonly Victim[];

  constructor(fault: CrashFault, scene: Scene) {
    this.at = fault.at;
    this.site = siteIn(fault, scene);
    this.vms = scene.vms;
  }

  strike(): void {
    const { site } = this;
    this.vms.forEach((vm, index) => {
      if (!reaches(site, vm, index === 0)) return;
      if (site.failing.state === 'lost') return halt(vm);
      const model = vm.placement.places['device-model']!.domain;
      vm.host.stop(model === site.domain.id ? 'device model' : 'back end');
    });
  }

  verdict(vm: number): Verdict {
    return verdictOn(this.site, this.vms[vm]!, vm === 0);
  }
}

/** A part fails and is started again: meanwhile those whose I/O goes through it wait. */
class Restart implements Failure {
  readonly at: FaultTime;
  private readonly site: Site;
  private readonly nanoseconds: number;
  private readonly vms: readonly Victim[];
  private readonly pauses = new Map<number, Pause>();

  constructor(fault: CrashFault, scene: Scene) {
    this.at = fault.at;
    this.site = siteIn(fault, scene);
    this.vms = scene.vms;
    const { restart } = this.site.failing;
    if (restart === undefined)
      throw new ScenarioError(
        `${fault.part} of ${scene.architecture.id} cannot be started again by itself: leave out its restart`,
      );
    this.nanoseconds = scene.prices.value(restart);
  }

  strike(): void {
    this.vms.forEach((vm, index) => {
      if (reaches(this.site, vm, index === 0))
        pause(vm, this.nanoseconds, (told) => this.pauses.set(index, told));
    });
  }

  verdict(vm: number): Verdict {
    const verdict = verdictOn(this.site, this.vms[vm]!, vm === 0);
    if (!reaches(this.site, this.vms[vm]!, vm === 0)) return verdict;
    const what = consequenceOf(this.pauses.get(vm));
    return {
      ...verdict,
      state: what === undefined ? 'unaffected' : 'degraded',
      why: `${verdict.why} It was started again after ${this.nanoseconds} ns: ${what ?? 'meanwhile there was nothing to take'}.`,
    };
  }
}

/** A virtual machine that is lost gets no further: nothing more is asked of it, and its processor stops where it is. */
function halt({ guest, host, workload }: Victim): void {
  workload.stop();
  host.stop('virtual machine');
  guest.halt();
}

/**
 * The first virtual machine loses its integration services: what is under way is finished, and nothing more is asked
 * for. Where an emulated device stands in, its requests go on in a run of their own.
 */
class ServicesRemoved implements Failure {
  readonly at: FaultTime;
  private readonly scene: Scene;

  constructor(at: FaultTime, scene: Scene) {
    this.at = at;
    this.scene = scene;
  }

  strike(): void {
    const { architecture, vms } = this.scene;
    const { spec, workload } = vms[0]!;
    if (architecture.devices[spec.device]?.withoutServices !== undefined) workload.stop();
  }

  verdict(vm: number): Verdict {
    const { architecture, vms } = this.scene;
    const { spec } = vms[0]!;
    const rule = { evidence: 'documented', source: 'ms-vm-generations' } as const;
    const fallback = architecture.devices[spec.device]?.withoutServices;
    if (vm > 0) return unaffected('Only the first virtual machine lost its integration services.');
    if (fallback === undefined)
      return unaffected(
        'Its device is an emulated one: the guest has a driver for that without integration services.',
      );
    const lead = 'Without integration services the guest has no driver for its device';
    const stops = (nothing: string): Verdict => ({
      ...rule,
      state: 'paused',
      why: `${lead}, and ${nothing}: what is under way is finished, and then its I/O stops.`,
    });
    if (fallback === null) return stops('no emulated one stands in for it');
    const { title } = devices.find(({ id }) => id === fallback)!;
    if (!offers(architecture, fallback, spec.generation))
      return stops(`generation ${spec.generation} has no emulated ${title}`);
    return {
      ...rule,
      state: 'degraded',
      why: `${lead}: its later requests go through the emulated ${title}. They were run by themselves, beside no other virtual machine.`,
      path: pathOf(architecture, fallback),
    };
  }
}

/**
 * The virtual function of the first virtual machine is taken away in good order: its driver tells the host to switch
 * the data path, and the run goes on through the synthetic adapter.
 */
class VirtualFunctionRemoved implements Failure {
  readonly at: FaultTime;
  private readonly scene: Scene;
  private hasStruck = false;

  constructor(at: FaultTime, scene: Scene) {
    this.at = at;
    this.scene = scene;
  }

  strike(): void {
    this.hasStruck = true;
    this.scene.vms[0]!.leave!();
  }

  verdict(vm: number): Verdict {
    if (vm > 0) return unaffected('Only the first virtual machine lost its virtual function.');
    if (!this.hasStruck) return unaffected('The run was over before the virtual function went.');
    const { architecture, vms } = this.scene;
    return {
      state: 'degraded',
      why: 'The virtual function was taken away: the driver told the host to switch the data path, and what came later went through the synthetic adapter.',
      evidence: 'documented',
      source: 'linux-netvsc',
      path: pathOf(architecture, vms[0]!.device.standby!),
    };
  }
}

/** Whether virtual machines of a generation have a device. */
function offers(
  { devices: offered }: Architecture,
  device: string,
  generation: VmSpec['generation'],
): boolean {
  const generations = offered[device]?.generations;
  return generations === undefined || generation === null || generations.includes(generation);
}

/** A device and where it is served, in words. */
function pathOf(architecture: Architecture, id: string): string {
  const device: DeviceEntry = devices.find((entry) => entry.id === id)!;
  const model = placementOf(architecture, device).places['device-model'];
  const domain = architecture.domains.find((candidate) => candidate.id === model?.domain);
  return `${device.title} (${device.class}), served in the domain “${domain!.label}”`;
}

/** One interrupt of the first virtual machine gets lost at the edge of the guest. */
class LostInterrupt implements Failure {
  readonly at = undefined;
  private readonly number: number;
  private readonly scene: Scene;
  private lostAt: number | undefined;
  private nextAt: number | undefined;

  constructor(number: number, scene: Scene) {
    this.number = number;
    this.scene = scene;
  }

  strike(): void {
    const { simulation, vms } = this.scene;
    vms[0]!.host.lose({
      number: this.number,
      lost: () => {
        this.lostAt = simulation.now;
      },
      arrived: () => {
        this.nextAt ??= simulation.now;
      },
    });
  }

  verdict(vm: number): Verdict {
    if (vm > 0) return unaffected('Only the first virtual machine lost an interrupt.');
    const { lostAt, nextAt, number } = this;
    if (lostAt === undefined)
      return unaffected(`There were fewer than ${number} interrupts, so none was lost.`);
    const { asked, completed, lost } = this.scene.vms[0]!.workload.progress;
    if (asked > completed + lost) return this.stuck(nextAt !== undefined);
    if (nextAt === undefined)
      return unaffected(
        `Interrupt ${number} never reached the guest, and nothing waited for it: the guest found its work while it polled.`,
      );
    return {
      state: 'degraded',
      why: `Interrupt ${number} never reached the guest: what it announced was found with the next one, ${nextAt - lostAt} ns later.`,
      evidence: 'inferred',
      source: 'linux-source',
    };
  }

  private stuck(othersCame: boolean): Verdict {
    const { device, spec } = this.scene.vms[0]!;
    const others = othersCame ? 'those that came later did not help' : 'no other one came';
    return {
      state: 'paused',
      why: `Interrupt ${this.number} never reached the guest, and ${others}: ${timeouts[timeoutOf(device.kind, spec.load.operation)]}`,
      evidence: 'documented',
      source: 'linux-timeouts',
    };
  }
}

const timeouts = {
  block:
    'Linux looks after a block request when 30 s have passed, unless its driver sets another time; that is not run.',
  transmit:
    'Linux looks after a transmit queue that has been stopped for 5 s, if its driver handles that and sets no other time; that is not run, and a queue with room is not watched.',
  receive: 'Linux has no timeout for frames that wait to be received.',
} as const;

const timeoutOf = (kind: DeviceEntry['kind'], operation: string): keyof typeof timeouts =>
  kind === 'storage' ? 'block' : operation === 'rx' ? 'receive' : 'transmit';

/** What happened while a back end took nothing. */
interface Pause {
  /** Something that the guest had handed over was waiting at the end. */
  readonly waited: boolean;
  /** Frames that arrived and found no room. */
  readonly dropped: number;
  /** The guest could hand over nothing more. */
  readonly wasFull: boolean;
}

function pause({ host, hasRoom }: Victim, nanoseconds: number, over: (told: Pause) => void): void {
  host.stall(nanoseconds, (waited, dropped) => over({ waited, dropped, wasFull: !hasRoom() }));
}

/** What a pause meant, in words; undefined where there was nothing to take. */
function consequenceOf(told: Pause | undefined): string | undefined {
  const { waited, dropped, wasFull } = told ?? { waited: false, dropped: 0, wasFull: false };
  const kept = wasFull
    ? 'the ring was full, so the guest’s queue stopped and went on when there was room'
    : 'what the guest handed over waited in the ring';
  const parts = [
    ...(waited ? [kept] : []),
    ...(dropped === 0 ? [] : [`${dropped} frames that arrived found no room and were dropped`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** The back end of the first virtual machine takes nothing for a while. */
class Stall implements Failure {
  readonly at: FaultTime;
  private readonly nanoseconds: number;
  private readonly vms: readonly Victim[];
  private told: Pause | undefined;

  constructor(nanoseconds: number, at: FaultTime, { vms }: Scene) {
    this.nanoseconds = nanoseconds;
    this.at = at;
    this.vms = vms;
  }

  strike(): void {
    pause(this.vms[0]!, this.nanoseconds, (told) => {
      this.told = told;
    });
  }

  verdict(vm: number): Verdict {
    if (vm > 0) return unaffected('Only the back end of the first virtual machine took nothing.');
    const lead = `The back end took nothing for ${this.nanoseconds} ns`;
    const what = consequenceOf(this.told);
    if (what === undefined) return unaffected(`${lead}, and meanwhile there was nothing to take.`);
    return {
      state: 'degraded',
      why: `${lead}: ${what}.`,
      evidence: 'inferred',
      source: 'linux-source',
    };
  }
}

const unaffected = (why: string): Verdict => ({ state: 'unaffected', why, evidence: 'assumed' });
