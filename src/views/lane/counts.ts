/** What the ledger counts, counted from the steps that are drawn. */
import type { Step } from '#engine/index.ts';
import { isGuest, type Lane } from './lane.ts';

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
      return isGuest(lane, step) ? 'interrupts' : undefined;
    default:
      return undefined;
  }
}

/** Steps that tick a column of the ledger. */
export const stepsCounted = (lane: Lane, name: CountName): Step[] =>
  lane.steps.filter((step) => countOf(lane, step) === name);

/** The words for a count in running text. */
export const countWords: Readonly<Record<CountName, readonly [one: string, many: string]>> = {
  'vm-exits': ['VM exit', 'VM exits'],
  hypercalls: ['hypercall', 'hypercalls'],
  interrupts: ['interrupt of the guest', 'interrupts of the guest'],
  'wake-ups': ['wake-up', 'wake-ups'],
  copies: ['copy', 'copies'],
};
