/**
 * Engines set text up to 6 % wider than Chromium, in which these views were drawn first. However wide it is set, no
 * text of a picture meets another or leaves the picture.
 */
import type { VNode } from 'preact';
import { describe, expect, test } from 'vitest';
import { architectures } from '#engine/execute.ts';
import { TapeView } from '#views/bytes/TapeView.tsx';
import { Chart } from '#views/chart/Chart.tsx';
import { Duel } from '#views/duel/Duel.tsx';
import { align } from '#views/lane/columns.ts';
import { textWidth } from '#views/language/text.ts';
import { PlacementFigure } from '#views/place/Placement.tsx';
import { WhereNow } from '#views/place/WhereNow.tsx';
import { LatencyBars } from '#views/time/Latency.tsx';
import { Sequence } from '#views/time/Sequence.tsx';
import { Timeline } from '#views/time/Timeline.tsx';
import { againstDevice, againstMachines } from './charts.ts';
import { widthInChromium } from './inter.ts';
import { fourLanes, lane, pairs } from './lanes.ts';
import { tape } from './rings.ts';
import { collisions, textsOf } from './texts.ts';

const widest = 1.06;

const expectApart = (view: VNode): void => {
  expect(textsOf(view, widest).texts.length).toBeGreaterThan(0);
  expect(collisions(view, widest)).toEqual([]);
};

test.each([
  ['a sentence of a bracket', '4 register accesses, each to the worker process and back', 12, 400],
  ['digits and capitals', 'e1000 82545EM', 12.5, 400],
  ['a title', 'Hyper-V emulated', 15, 650],
  ['a phase', 'interrupt', 12, 500],
] as const)('%s is never wider than its estimate', (_, text, size, weight) => {
  const real = widthInChromium(text, size, weight);
  expect(textWidth(text, size, weight)).toBeGreaterThan(real * 1.05);
  expect(textWidth(text, size, weight)).toBeLessThan(real * 1.18);
});

describe.each(pairs)('$architecture $device $operation', ({ architecture, device, operation }) => {
  const own = lane(architecture, device, { operation });
  const duel = align([own]);
  test('texts of the duel stand apart', () => {
    for (const width of [720, 800, 1040, 1216])
      expectApart(<Duel duel={duel} width={width} idPrefix="x" />);
  });
  test('texts of sequence, timeline, latency and place stand apart', () => {
    for (const width of [340, 720]) {
      expectApart(<Sequence lane={own} width={width} />);
      expectApart(<Timeline duel={duel} width={width} />);
    }
    for (const width of [320, 440]) expectApart(<LatencyBars lanes={[own]} width={width} />);
    for (const width of [300, 560]) expectApart(<WhereNow lane={own} width={width} />);
  });
});

test.each([720, 760, 800, 960, 1216, 1536])('texts of four lanes stand apart at %i px', (width) => {
  for (const operation of ['tx', 'rx', 'echo'] as const)
    expectApart(<Duel duel={align(fourLanes(operation))} width={width} idPrefix="x" />);
  const many = [lane('hyper-v', 'netvsc', { count: 64, pattern: 'burst' })];
  expectApart(<Duel duel={align(many)} width={width} idPrefix="x" />);
});

test.each([320, 720, 1216])('names and roles of the placement stand apart at %i px', (width) => {
  expectApart(<PlacementFigure architectures={architectures} width={width} />);
});

test.each([320, 360, 500, 720, 1216])('texts of charts stand apart at %i px', (width) => {
  for (const chart of [againstDevice, againstMachines])
    expectApart(<Chart chart={chart} width={width} alternative="" />);
});

test.each([320, 358, 720, 1124])('texts of a tape stand apart at %i px', (width) => {
  for (let cell = 0; cell < 64; cell += 3) {
    const moved = { ...tape, writeIndex: cell * 64, readIndex: ((cell * 7) % 64) * 64 };
    expectApart(
      <TapeView tape={moved} width={width} producer="guest" consumer="kernel" name="ring" />,
    );
  }
});

test('the measure sees texts that meet or leave', () => {
  const picture = (
    <svg viewBox="0 0 60 20">
      <text class="bg-row" x={20} y={10}>
        hypervisor
      </text>
      <text class="bg-axis" x={10} y={12}>
        kernel
      </text>
    </svg>
  );
  expect(collisions(picture, 1)).toEqual([
    expect.stringMatching(/^"hypervisor" leaves the picture: -/),
    expect.stringMatching(/^"kernel" leaves the picture: -/),
    '"hypervisor" meets "kernel"',
  ]);
});
