import { describe, expect, test } from 'vitest';
import { layoutDuel } from '#views/duel/duel.ts';
import { overlaps } from '#views/language/geometry.ts';
import { textWidth } from '#views/language/text.ts';
import { align, stepAt } from '#views/lane/columns.ts';
import type { Lane } from '#views/lane/lane.ts';
import { laneCursor } from '#views/lane/cursor.ts';
import { fourLanes, lane, pairs } from './lanes.ts';

const many: readonly { name: string; lanes: () => Lane[] }[] = [
  { name: 'four lanes, transmit', lanes: () => fourLanes() },
  { name: 'four lanes, receive', lanes: () => fourLanes('rx') },
  {
    name: 'a burst of 3',
    lanes: () => [lane('hyper-v', 'dec21140', { count: 3, pattern: 'burst' })],
  },
  {
    name: 'a burst of 200',
    lanes: () => [
      lane('esxi', 'e1000', { count: 200, pattern: 'burst' }),
      lane('native', 'e1000', { count: 200, pattern: 'burst' }),
    ],
  },
  {
    name: 'a disk by its registers, and by a ring',
    lanes: () => [
      lane('hyper-v', 'ide-dma', { operation: 'read' }),
      lane('hyper-v', 'storvsc', { operation: 'read' }),
    ],
  },
  {
    name: '16 blocks in a burst',
    lanes: () => [lane('esxi', 'ide-pio', { operation: 'write', count: 16, pattern: 'burst' })],
  },
  { name: '40 spaced', lanes: () => [lane('hyper-v', 'netvsc', { count: 40 })] },
];

describe.each(many)('$name', ({ lanes: make }) => {
  const lanes = make();
  test.each([720, 1040, 1216, 1536])('fits %i px', (width) => {
    const { field, axis, lanes: laid } = layoutDuel(align(lanes), width);
    expect(axis.phases[0]?.x1).toBe(field.x1);
    expect(Math.abs((axis.phases.at(-1)?.x2 ?? 0) - field.x2)).toBeLessThan(16);
    for (const { plateaus, strip, brackets } of laid) {
      plateaus.forEach(({ x1, x2 }, at) => {
        expect(x2).toBeGreaterThan(x1);
        expect(x2).toBeLessThanOrEqual(field.x2 + 0.2);
        expect(x1).toBeGreaterThanOrEqual((plateaus[at - 1]?.x2 ?? field.x1) - 0.2);
      });
      for (const { x1, x2 } of strip.runs) expect(x2).toBeGreaterThan(x1);
      for (const { x } of strip.marks) expect(x).toBeLessThanOrEqual(field.x2);
      for (const { x1 } of brackets) expect(x1).toBeGreaterThanOrEqual(field.x1);
    }
  });

  test('no two cells of folded steps overlap, and none covers a plateau', () => {
    const { axis, lanes: laid } = layoutDuel(align(lanes), 1216);
    for (const fold of axis.folds) {
      expect(axis.folds.filter((other) => overlaps(fold, other))).toEqual([fold]);
      for (const { plateaus } of laid)
        expect(plateaus.filter(({ x1, x2 }) => x1 < fold.x2 - 0.5 && x2 > fold.x1 + 0.5)).toEqual(
          [],
        );
    }
  });
});

test('steps that are wide enough for glyphs come before any that are folded', () => {
  const full = layoutDuel(align([lane('hyper-v', 'netvsc')]), 1216);
  expect(full.lanes[0]!.plateaus.every(({ full }) => full)).toBe(true);
  const crowded = layoutDuel(align([lane('hyper-v', 'netvsc', { count: 40 })]), 1216);
  expect(crowded.axis.folds.map(({ text }) => text)).toEqual(['× 37']);
});

describe.each(pairs)('$architecture $device $operation', ({ architecture, device, operation }) => {
  const own = lane(architecture, device, { operation });
  const duel = align([own]);

  test('a lane alone has one column a step, in order', () => {
    expect(duel.columnsOfSteps).toEqual([own.path.map((_, index) => index)]);
    expect(duel.columns.map((_, column) => stepAt(duel, 0, column))).toEqual(
      own.path.map((_, index) => index),
    );
  });

  test('the first and the last column pass nothing and everything', () => {
    expect(laneCursor(duel, 0, 0).passed(1)).toBe(false);
    expect(own.steps.every(laneCursor(duel, 0, duel.columns.length - 1).passedStep)).toBe(true);
  });
});

test('places never go back, whatever the load does to phases', () => {
  for (const { architecture, device, operation } of pairs) {
    const loaded = lane(architecture, device, { operation, count: 4, pattern: 'burst' });
    const orders = align([loaded]).columnsOfSteps[0]!;
    expect(orders).toHaveLength(loaded.path.length);
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    expect(new Set(orders).size).toBe(orders.length);
  }
});

test('a machine without hypervisor has no edge, and says so', () => {
  const [native] = layoutDuel(align([lane('native', 'e1000')]), 1216).lanes;
  expect(native).toMatchObject({ hasLine: false, ledger: { crossings: undefined } });
  expect(native!.rows.map(({ text }) => text)).toEqual(['kernel mode', 'hardware', 'CPU runs']);
});

test.each([720, 1216])('texts of brackets meet nothing in any flow at %i px', (width) => {
  for (const { architecture, device, operation } of pairs) {
    const { lanes, field, ledgerBeside } = layoutDuel(
      align([lane(architecture, device, { operation })]),
      width,
    );
    for (const { brackets, title } of lanes) {
      const name = textWidth(title.title, 15, 650) + textWidth(title.device, 12.5);
      const texts = brackets.map(({ text, textX }) => {
        const half = textWidth(text, 12) / 2;
        return { x1: textX - half, x2: textX + half };
      });
      for (const text of texts) {
        expect(text.x1).toBeGreaterThan(ledgerBeside ? name : 0);
        expect(text.x2).toBeLessThanOrEqual(field.x2 + 0.5);
        expect(texts.filter((other) => overlaps(text, other))).toEqual([text]);
      }
    }
  }
});

test('brackets say how many accesses go where', () => {
  const texts = layoutDuel(align(fourLanes()), 1216).lanes.flatMap(({ brackets }) =>
    brackets.map(({ text }) => text),
  );
  expect(texts).toEqual([
    '4 register accesses, each to the worker process and back',
    '5 register accesses, each to the VMkernel and back',
  ]);
});

test('brackets say which accesses wait when others between them do not', () => {
  const [native] = layoutDuel(align([lane('native', 'e1000')]), 1216).lanes;
  const texts = native!.brackets.map(({ text }) => text);
  expect(texts).toHaveLength(1);
  expect(texts[0]).toMatch(/wait for the hardware/);
});
