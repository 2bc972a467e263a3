/** What a run is: the answer to a scenario, plain data that can be stored, sent and compared. */
import type { VmOutcome } from './outcome.ts';
import type { Path, Statistics, Totals } from './results.ts';
import type { Scenario } from './scenario.ts';
import type { TraceEvent } from './trace.ts';
import type { World } from './world.ts';

export interface Run {
  readonly scenario: Scenario;
  readonly world: World;
  readonly trace: readonly TraceEvent[];
  /** Of the requests that the trace holds whole, in the order of their numbers. */
  readonly paths: readonly Path[];
  readonly totals: Totals;
  readonly statistics: Statistics;
  /** What became of each virtual machine, in the order of the scenario. */
  readonly outcome: readonly VmOutcome[];
  /** Executed to its end, or stopped at the limit of events. */
  readonly ended: 'idle' | 'limit';
  readonly origin: 'executed';
}
