/** What became of each virtual machine of a run. Plain data. */
import type { Scenario } from './scenario.ts';
import type { Grounds } from './trace.ts';

/**
 * Unaffected: it does all it was asked to do, as before. Degraded: it does, but slower or with losses. Paused: its
 * requests stay undone until something outside of the run helps. Lost: it runs no more.
 */
export type VmState = 'unaffected' | 'degraded' | 'paused' | 'lost';

/** From harmless to worst. */
export const vmStates: readonly VmState[] = ['unaffected', 'degraded', 'paused', 'lost'];

/** What a fault means for one virtual machine, and how that is known. */
export interface Verdict extends Grounds {
  readonly state: VmState;
  /** A sentence with the chain from the part through its domain to the consequence. */
  readonly why: string;
  /** The way that its requests take now, where it is another one. */
  readonly path?: string;
}

/** What became of one virtual machine and of the requests that it was asked for. */
export interface VmOutcome extends Verdict {
  /** Its number, from 1, in the order of the scenario. */
  readonly vm: number;
  /** Requests that its workload asked for: completed, undone and lost ones. */
  readonly requested: number;
  readonly completed: number;
  /** Under way when the run ended. */
  readonly undone: number;
  /** Dropped on their way to the guest. */
  readonly lost: number;
  /**
   * The run in which its later requests were done, where one run could not hold both ways; its requests count here
   * too.
   */
  readonly continues?: Scenario;
}
