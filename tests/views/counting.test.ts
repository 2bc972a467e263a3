import { render } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { type Mechanism, operationsOf, type Totals } from '#engine/index.ts';
import { countNames, stepsCounted } from '#views/lane/counts.ts';
import { glyphsDrawn, type LaneLayout, layoutDuel } from '#views/duel/duel.ts';
import { align } from '#views/lane/columns.ts';
import { guestOf } from '#views/language/domains.ts';
import { MechanismLegend } from '#views/duel/Legends.tsx';
import { nameOfMechanism } from '#views/language/mechanisms.ts';
import { fourLanes, lane, pairs } from './lanes.ts';

const all = (counts: Totals['vmExits']): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Glyphs of a mechanism: those in the lane, and those on its strip. */
const glyphs = (layout: LaneLayout, mechanism: Mechanism): number =>
  glyphsDrawn(layout).filter((each) => each === mechanism).length;

/** What the eye counts: lines from one side of the edge to the other, without those through a gate. */
const linesAcross = ({ transitions, y, hasLine }: LaneLayout): number =>
  transitions.filter(
    ({ y1, y2, mechanism }) => hasLine && y1 < y !== y2 < y && mechanism !== 'gate',
  ).length;

const widths = [1216, 960, 632];
/** Here every step of every flow has room for its glyph. */
const widest = 2000;

/** What a reader counts in a lane as it is drawn. */
const drawnIn = (layout: LaneLayout) => ({
  'line crossings': linesAcross(layout),
  'VM exits': glyphs(layout, 'vm-exit'),
  hypercalls: glyphs(layout, 'hypercall'),
  'wake-ups': glyphs(layout, 'wake-up'),
  copies: glyphs(layout, 'copy'),
});

const countedIn = ({ lineCrossings, vmExits, hypercalls, wakeUps, copies }: Totals) => ({
  'line crossings': lineCrossings,
  'VM exits': all(vmExits),
  hypercalls: all(hypercalls),
  'wake-ups': wakeUps,
  copies,
});

/** Crossings are always drawn. Of each mechanism all glyphs are drawn, or none where one of its steps has no room. */
function expectCounted(layout: LaneLayout): void {
  const drawn = drawnIn(layout);
  const counted = countedIn(layout.lane.run.totals);
  expect(drawn['line crossings']).toBe(counted['line crossings']);
  if (layout.plateaus.every(({ glyphs }) => glyphs)) expect(drawn).toEqual(counted);
  const inLane = glyphsDrawn({ ...layout, strip: { ...layout.strip, marks: [] } });
  for (const mechanism of new Set(inLane)) {
    if (mechanism === 'work') continue;
    const steps = layout.lane.path.filter((step) => step.mechanism === mechanism);
    expect(inLane.filter((each) => each === mechanism)).toHaveLength(steps.length);
  }
}

describe.each(operationsOf.network)('four lanes, %s', (operation) => {
  const lanes = fourLanes(operation);
  test.each(widths)('what is drawn is what is counted at %i px', (width) => {
    layoutDuel(align(lanes), width).lanes.forEach(expectCounted);
  });
});

test('the legend lists no mechanism that has no glyph', () => {
  const missing = pairs.flatMap(({ architecture, device, operation }) => {
    const many = [lane(architecture, device, { operation, count: 8 })];
    const { lanes } = layoutDuel(align(many), 632);
    const drawn = new Set(lanes.flatMap(glyphsDrawn));
    const legend = render(MechanismLegend({ duel: align(many), width: 632 }));
    const all = many.flatMap(({ steps }) => steps.map(({ mechanism }) => mechanism));
    const without = [...new Set(all)].filter((each) => each !== 'work' && !drawn.has(each));
    const listed = legend.replaceAll(/<[^>]*>/g, ', ').split(', ');
    for (const each of without) expect(listed).not.toContain(nameOfMechanism(each));
    return without;
  });
  expect(missing).toContain('vm-exit');
});

describe.each(pairs)('$architecture $device $operation', ({ architecture, device, operation }) => {
  const drawn = lane(architecture, device, { operation });
  const { totals, world } = drawn.run;
  const layout = layoutDuel(align([drawn]), 1216).lanes[0]!;

  test.each(widths)('what is drawn is what is counted at %i px', (width) => {
    expectCounted(layoutDuel(align([drawn]), width).lanes[0]!);
  });

  test('on a screen that is wide enough all of it is drawn', () => {
    const wide = layoutDuel(align([drawn]), widest).lanes[0]!;
    expect(wide.plateaus.every(({ glyphs }) => glyphs)).toBe(true);
    expectCounted(wide);
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
