/** What can go wrong in a run, and what it does to each virtual machine. Plain data. */
import type { Scenario } from '../vocabulary/scenario.ts';
import type { Evidence } from '../vocabulary/trace.ts';

/** Parts that can crash: some by their role, wherever it lives, some by their own domain. */
export const crashingParts = [
  'physical-driver',
  'vsp',
  'device-model',
  'worker-process',
  'vmx',
  'management-agent',
  'root-partition',
  'vmkernel',
  'hypervisor',
] as const;
export type CrashingPart = (typeof crashingParts)[number];

/** Of parts and devices that each virtual machine has for itself, a fault takes those of the first one. */
export type Fault =
  | { readonly kind: 'crash'; readonly part: CrashingPart; readonly at: FaultTime }
  | { readonly kind: 'integration-services-removed'; readonly at: FaultTime }
  /** The interrupt of that number, counted from 1, never reaches the guest. */
  | { readonly kind: 'lost-interrupt'; readonly number: number }
  /** The back end takes nothing for so long, so that the ring in front of it fills. */
  | { readonly kind: 'ring-full'; readonly nanoseconds: number; readonly at: FaultTime };

/** Nanoseconds from the beginning of the run; null for when half of the first virtual machine’s requests have been asked for. */
export type FaultTime = number | null;

/**
 * Unaffected: it does all it was asked to do, as before. Degraded: it does, but slower or with losses. Paused: its
 * requests stay undone until something outside of the run helps. Lost: it runs no more.
 */
export type VmState = 'unaffected' | 'degraded' | 'paused' | 'lost';

/** From harmless to worst. */
export const vmStates: readonly VmState[] = ['unaffected', 'degraded', 'paused', 'lost'];

/** What a fault means for one virtual machine, and how that is known. */
export interface Verdict {
  readonly state: VmState;
  /** A sentence with the chain from the part through its domain to the consequence. */
  readonly why: string;
  readonly evidence: Evidence;
  /** A key of `content/sources`; absent only where the evidence is `assumed`. */
  readonly source?: string;
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
  /** The run in which its later requests were done, where one run could not hold both ways; its requests count here too. */
  readonly continues?: Scenario;
}
