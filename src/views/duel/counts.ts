/** What the ledger counts, counted from the steps that are drawn. */
import type { Mechanism, Step } from '#engine/index.ts';
import { guestOf } from '../language/domains.ts';
import type { LaneLayout } from './duel.ts';
import { isMark } from '../language/mechanisms.ts';
import type { Lane } from './lanes.ts';

/** The columns of the ledger that have one tick an event. */
export type CountName = 'vm-exits' | 'hypercalls' | 'interrupts' | 'wake-ups' | 'copies';

export const countNames: readonly CountName[] = [
  'vm-exits',
  'hypercalls',
  'interrupts',
  'wake-ups',
  'copies',
];

/** Which column of the ledger a step ticks, if one. */
export function countOf(lane: Lane, step: Step): CountName | undefined {
  switch (step.mechanism) {
    case 'vm-exit':
      return 'vm-exits';
    case 'hypercall':
      return 'hypercalls';
    case 'wake-up':
      return 'wake-ups';
    case 'copy':
      return 'copies';
    case 'interrupt':
      return step.domain === guestOf(lane.run.world)?.id ? 'interrupts' : undefined;
    default:
      return undefined;
  }
}

/** Steps that tick a column of the ledger. */
export const stepsCounted = (lane: Lane, name: CountName): Step[] =>
  lane.steps.filter((step) => countOf(lane, step) === name);

/** The mechanisms that have a glyph in a lane as it is laid out, once for each glyph. */
export function glyphsDrawn({ transitions, marks, strip }: LaneLayout): readonly Mechanism[] {
  const ways = transitions.filter(
    ({ mechanism, full, narrow }) => (full || narrow) && !isMark(mechanism),
  );
  return [...ways, ...marks, ...strip.marks].map(({ mechanism }) => mechanism);
}
