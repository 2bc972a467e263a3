import { describe, expect, test } from 'vitest';
import type { Mechanism, Totals } from '#engine/index.ts';
import { countNames, stepsCounted } from '#views/counts.ts';
import { type LaneLayout, layoutDuel } from '#views/duel.ts';
import { guestOf } from '#views/domains.ts';
import { lane, pairs } from './lanes.ts';

const all = (counts: Totals['vmExits']): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Glyphs of a way between plateaus: those in the lane, and those on its strip. */
const ways = ({ transitions, strip }: LaneLayout, mechanism: Mechanism): number =>
  [...transitions, ...strip.marks].filter((each) => each.mechanism === mechanism).length;

/** Glyphs of copies: on plateaus, and on the strip. */
const copies = ({ plateaus, strip }: LaneLayout): number =>
  [...plateaus.map(({ step }) => step), ...strip.marks].filter(
    ({ mechanism }) => mechanism === 'copy',
  ).length;

/** What the eye counts: lines from one side of the edge to the other, without those through a gate. */
const linesAcross = ({ transitions, y, hasLine }: LaneLayout): number =>
  transitions.filter(
    ({ y1, y2, mechanism }) => hasLine && y1 < y !== y2 < y && mechanism !== 'gate',
  ).length;

describe.each(pairs)('$architecture $device $operation', ({ architecture, device, operation }) => {
  const drawn = lane(architecture, device, { operation });
  const { totals, world } = drawn.run;
  const layout = layoutDuel([drawn], { width: 1216 }).lanes[0]!;

  test('what is drawn is what is counted', () => {
    expect({
      'line crossings': linesAcross(layout),
      'VM exits': ways(layout, 'vm-exit'),
      hypercalls: ways(layout, 'hypercall'),
      'wake-ups': ways(layout, 'wake-up'),
      copies: copies(layout),
    }).toEqual({
      'line crossings': totals.lineCrossings,
      'VM exits': all(totals.vmExits),
      hypercalls: all(totals.hypercalls),
      'wake-ups': totals.wakeUps,
      copies: totals.copies,
    });
  });

  test('every tick of the ledger has a step, and every count its ticks', () => {
    const ticks = layout.ledger.counts.map(({ name, ticks }) => [name, ticks.length]);
    expect(Object.fromEntries(ticks)).toEqual({
      'vm-exits': all(totals.vmExits),
      hypercalls: all(totals.hypercalls),
      interrupts: totals.interrupts[guestOf(world)!.id] ?? 0,
      'wake-ups': totals.wakeUps,
      copies: totals.copies,
    });
    const shown = new Set([...drawn.path, ...drawn.beside].map(({ key }) => key));
    for (const name of countNames)
      expect(stepsCounted(drawn, name).every(({ key }) => shown.has(key))).toBe(true);
  });
});
