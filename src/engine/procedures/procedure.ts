/**
 * What a procedure is: a boot or control-plane sequence as declared steps, each with its source. No
 * driver or device model runs here, so a figure of one says "documented", never "executed".
 */
import type { Domain } from '../vocabulary/domain.ts';
import type { DomainId, Evidence } from '../vocabulary/trace.ts';
import type { Hypercall } from './hypercalls.ts';

/** How a step reaches the next domain. Calls and hypercalls return to their caller; a hand-over does not. */
export type Mechanism = 'call' | 'process-start' | 'hypercall' | 'load' | 'hand-over';

/**
 * High: read in a primary source. Medium: a secondary source, or a short inference from a primary one.
 * Low: plausible, from no source that was read.
 */
export type Confidence = 'high' | 'medium' | 'low';

/** What a step calls, starts or loads. */
export interface Reach {
  readonly to: DomainId;
  readonly by: Mechanism;
  /** Which one, where it is a hypercall. */
  readonly hypercall?: Hypercall;
  /** How often, where it is more than once. */
  readonly repeats?: string;
}

export interface ProcedureStep {
  readonly id: string;
  readonly actor: string;
  /** A domain of the architecture that exists by then, or one of the procedure's own. */
  readonly domain: DomainId;
  readonly sentence: string;
  /** Absent where the step reaches nothing but itself. */
  readonly next?: Reach;
  /** Domains that exist once the step is done. */
  readonly begins?: readonly DomainId[];
  readonly evidence: Evidence;
  /** A key of `content/sources`; where the evidence is `assumed`, the closest thing that was read. */
  readonly source: string;
  readonly confidence: Confidence;
  /** Names and numbers, for those who look them up. */
  readonly detail?: string;
}

export interface Procedure {
  readonly id: string;
  readonly title: string;
  readonly architecture: 'hyper-v' | 'esxi';
  readonly kind: 'boot' | 'start-vm';
  /** The procedure it is another form of, as in an older release. */
  readonly variantOf?: string;
  /** What the order rests on, and what is left out. */
  readonly note: string;
  /** Domains that the architecture does not have. */
  readonly domains: readonly Domain[];
  /** Domains that exist before the first step. */
  readonly present: readonly DomainId[];
  readonly steps: readonly ProcedureStep[];
}
