/** What a figure or lab runs: lanes side by side that do the same, each on a machine of its own. */
import type { Request, Settings } from './request.ts';
import { keyOf } from './request-key.ts';
import type { Operation } from './scenario.ts';

/** What all lanes do, and on what kind of host. */
export interface Shared extends Settings {
  readonly operation: Operation;
}

/** What lanes cannot differ in, or their steps could not be set side by side. */
export const sharedOnly = [
  'operation',
  'count',
  'pattern',
] as const satisfies readonly (keyof Settings)[];

export type LaneSettings = Omit<Settings, (typeof sharedOnly)[number]>;

/** The machine of one lane, and what is special about it. */
export interface LaneSetup extends LaneSettings {
  readonly architecture: string;
  readonly device: string;
}

export interface Setup {
  readonly shared: Shared;
  readonly lanes: readonly LaneSetup[];
}

/**
 * What one lane runs: its own setting counts before the shared one; moves, faults, rings, policies and parameters add
 * up.
 */
export const requestOf = (shared: Shared, lane: LaneSetup): Request => ({
  ...shared,
  ...lane,
  ...both('moves', shared.moves, lane.moves),
  ...both('faults', shared.faults, lane.faults),
  ...named('rings', shared.rings, lane.rings),
  ...named('policies', shared.policies, lane.policies),
  ...named('parameters', shared.parameters, lane.parameters),
});

const named = <T extends object>(key: string, shared: T | undefined, own: T | undefined) =>
  shared && own && { [key]: { ...shared, ...own } };

const both = <T>(key: string, shared: readonly T[] | undefined, own: readonly T[] | undefined) =>
  shared && own && { [key]: [...shared, ...own] };

/** What each lane runs, in their order. */
export const requestsOf = ({ shared, lanes }: Setup): Request[] =>
  lanes.map((lane) => requestOf(shared, lane));

/** One text for all setups that run the same. */
export const setupKey = (setup: Setup): string => requestsOf(setup).map(keyOf).join('|');

export const sameSetup = (a: Setup, b: Setup): boolean => setupKey(a) === setupKey(b);
