/** What a run is: the answer to a scenario, plain data that can be stored, sent and compared. */
import type { Architecture, Band, Domain } from '../architectures/architecture.ts';
import type { DeviceClass, DeviceKind } from '../devices/device.ts';
import type { Register } from '../memory/register.ts';
import type { VmOutcome } from '../faults/fault.ts';
import type { Scenario } from './scenario.ts';
import type { Statistics } from '../analysis/statistics.ts';
import type { Totals } from '../analysis/totals.ts';
import type { TraceEvent } from './trace.ts';

/** All that a view needs to know of the machine, so that no view names an architecture or a device. */
export interface World {
  readonly architecture: Pick<Architecture, 'id' | 'title' | 'hasHypervisor'>;
  readonly domains: readonly Domain[];
  readonly device: {
    readonly id: string;
    readonly title: string;
    readonly kind: DeviceKind;
    readonly class: DeviceClass;
    /** What the architecture calls that class: emulated, paravirtual or synthetic. */
    readonly called: string;
  };
  /** Whose driver the guest ran. */
  readonly driver: string;
  readonly registers: Readonly<Record<string, Register>>;
}

export interface Run {
  readonly scenario: Scenario;
  readonly world: World;
  readonly trace: readonly TraceEvent[];
  readonly totals: Totals;
  readonly statistics: Statistics;
  /** What became of each virtual machine, in the order of the scenario. */
  readonly outcome: readonly VmOutcome[];
  /** Executed to its end, or stopped at the limit of events. */
  readonly ended: 'idle' | 'limit';
  readonly origin: 'executed';
}

/** The bands from the least to the most privileged. */
export const bands: readonly Band[] = ['user', 'kernel', 'hypervisor', 'hardware'];

/** Whether a band lies below the edge of the hypervisor. */
export const isBelow = (band: Band): boolean => band === 'hypervisor' || band === 'hardware';

export function domainOf(world: World, id: string): Domain {
  const domain = world.domains.find((candidate) => candidate.id === id);
  if (domain === undefined) throw new Error(`the run has no domain '${id}'`);
  return domain;
}
