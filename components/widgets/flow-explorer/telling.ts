/** What the explorer shows, in words and rows: title and caption of its state, and every step for who reckons. Pure. */
import type { Setup } from '#engine/vocabulary/setup.ts';
import { sameSetup } from '#engine/vocabulary/setup.ts';
import type { Table } from '#components/widgets/kit/share/table.ts';
import { comparisonOf } from '#views/lane/comparison.ts';
import type { Lane } from '#views/lane/lane.ts';
import { nameOf } from '#views/lane/names.ts';
import { counted } from '#views/language/format.ts';
import { requestWord } from '#views/language/words.ts';

/** A figure as its author tells it. */
export interface Told {
  readonly setup: Setup;
  readonly title: string;
  readonly caption: string;
}

const done: Readonly<Record<Setup['shared']['operation'], string>> = {
  tx: 'sent',
  rx: 'received',
  echo: 'sent and answered',
  read: 'read',
  write: 'written',
  flush: 'flushed',
};

/** The author's words as long as the author's setup is shown; else what is run, in how many lanes. */
export function toldOf(figure: Told, setup: Setup, lanes: readonly Lane[]): Omit<Told, 'setup'> {
  if (sameSetup(figure.setup, setup)) return figure;
  const { operation, count = 1, pattern } = setup.shared;
  const what = counted(count, requestWord(operation));
  const burst = pattern === 'burst' && count > 1 ? ' in a burst' : '';
  const ways = lanes.length === 1 ? '' : `, ${counted(lanes.length, 'way')}`;
  return {
    title: `${what} ${done[operation]}${burst}${ways}: ${lanes.map(nameOf).join('; ')}`,
    caption: comparisonOf(lanes),
  };
}

/** Every step of every lane; those on the path have a number there. */
export const stepRows = (lanes: readonly Lane[]): Table => ({
  columns: [
    'lane',
    'step',
    'request',
    'phase',
    'domain',
    'mechanism',
    'sentence',
    'at ns',
    'cost ns',
    'least ns',
    'most ns',
    'evidence',
  ],
  rows: lanes.flatMap((lane) => {
    const numbers = new Map(lane.path.map((step, index) => [step.key, index + 1]));
    return lane.steps.map((step) => {
      const sum = (end: 'min' | 'default' | 'max'): number =>
        step.costs.reduce((ns, cost) => ns + cost.ns[end], 0);
      return [
        nameOf(lane),
        numbers.get(step.key) ?? null,
        step.request,
        step.phase,
        step.domain,
        step.mechanism,
        step.sentence,
        step.atNs,
        Math.round(sum('default')),
        Math.round(sum('min')),
        Math.round(sum('max')),
        step.evidence,
      ];
    });
  }),
});
