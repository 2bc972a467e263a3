/** What a host was free to choose and has chosen, as plain data. */
import type { Grounds } from './trace.ts';

/** The choice of each policy that was asked for, by the policy's name. */
export type ChosenPolicies = Readonly<Record<string, string>>;

/** A policy on which the numbers of a run hang, with the choice that made them. */
export interface PolicyInForce {
  readonly id: string;
  /** What is chosen, as a noun phrase. */
  readonly title: string;
  readonly choice: Grounds & {
    readonly id: string;
    /** What the host does, as a sentence. */
    readonly title: string;
    /** What it changes that can be counted or measured, as a sentence. */
    readonly consequence: string;
  };
  /** Names of all that it can choose, the default first. */
  readonly choices: readonly string[];
}
