/** Scales of charts, and what a chart lays out with them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Chart, layoutChart, stretchOf } from '#views/chart/chart.ts';
import { scaleOf } from '#views/chart/scale.ts';
import { overlaps } from '#views/language/geometry.ts';
import { againstDevice, againstMachines } from './charts.ts';

describe('a scale', () => {
  test.each([
    ['linear', 0, 10, 5, 150],
    ['linear', 10, 0, 2.5, 175],
    ['log', 1, 100, 10, 150],
    ['log', 100, 1, 10, 150],
    ['log2', 1, 16, 2, 125],
    ['log2', 1, 16, 32, 225],
  ] as const)('%s from %d to %d puts %d at %d', (spacing, from, to, value, x) => {
    expect(scaleOf({ from, to, spacing }, 100, 200).at(value)).toBe(x);
  });

  test.each([
    ['linear', 0, 100, 26, [0, 50, 100]],
    ['linear', 0, 0.5, 20, [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5]],
    ['linear', 7, 31, 20, [10, 15, 20, 25, 30]],
    ['linear', 31, 7, 50, [20]],
    ['log', 1, 50, 15, [1, 2, 5, 10, 20, 50]],
    ['log', 1, 50, 26, [1, 10]],
    ['log', 1e7, 3.4e3, 30, [1e6, 1e4]],
    ['log', 0.1, 10, 30, [0.1, 1, 10]],
    ['log', 1e-3, 1e3, 30, [1e-3, 1, 1e3]],
    ['log2', 1, 64, 14, [1, 2, 4, 8, 16, 32, 64]],
    ['log2', 1, 64, 26, [1, 8, 64]],
    ['log2', 0.5, 5, 10, [0.5, 1, 2, 4]],
  ] as const)('%s from %d to %d, %d px apart, names %j', (spacing, from, to, apart, ticks) => {
    expect(scaleOf({ from, to, spacing }, 0, 100).ticks(apart)).toEqual(ticks);
  });

  test('names only what lies on it, in its own direction, and keeps the order of values', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('linear' as const, 'log' as const, 'log2' as const),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        fc.double({ min: 1.01, max: 1e6, noNaN: true }),
        fc.boolean(),
        (spacing, least, factor, backwards) => {
          const [low, high] = [least, least * factor];
          const [from, to] = backwards ? [high, low] : [low, high];
          const { at, ticks } = scaleOf({ from, to, spacing }, 0, 400);
          const named = ticks(30);
          expect(named.length).toBeLessThanOrEqual(14);
          const xs = named.map(at);
          for (const x of xs) expect(x).toBeGreaterThanOrEqual(-0.1);
          for (const x of xs) expect(x).toBeLessThanOrEqual(400.1);
          expect(xs).toEqual(xs.toSorted((a, b) => a - b));
          expect([at(from), at(to)]).toEqual([0, 400]);
        },
      ),
    );
  });

  test.each([
    ['log', 0, 10, /logarithmic axis begins above 0, not at 0; use linear/],
    ['log2', 4, -1, /above 0, not at -1/],
    ['linear', 3, 3, /two ends that differ, not 3 and 3/],
    ['linear', 0, Infinity, /two ends that differ, not 0 and Infinity/],
  ] as const)('%s from %d to %d is refused', (spacing, from, to, message) => {
    expect(() => scaleOf({ from, to, spacing }, 0, 1)).toThrow(message);
  });
});

describe('a chart', () => {
  const axis = { title: 'x', spacing: 'linear' as const, says: String };
  const plain = (pieces: Chart['series'][number]['pieces'], shape: 'line' | 'step'): Chart => ({
    x: { ...axis, from: 0, to: 10 },
    y: { ...axis, from: 0, to: 10 },
    series: [{ label: '', weight: 'main', shape, pieces }],
  });
  const linesOf = (chart: Chart) => {
    const { curves, field } = layoutChart(chart, 500);
    const x = (at: number): number =>
      Math.round(((at - field.x.x1) / (field.x.x2 - field.x.x1)) * 100) / 10;
    const y = (at: number): number =>
      Math.round(((field.bottom - at) / (field.bottom - field.top)) * 100) / 10;
    const inUnits = (corners: readonly { x: number; y: number }[]) =>
      corners.map((corner) => [x(corner.x), y(corner.y)]);
    return curves.map(({ lines, bands }) => [lines.map(inUnits), bands.map(inUnits)]);
  };
  const points = (...pairs: readonly (readonly [number, number])[]) =>
    pairs.map(([x, y]) => ({ x, y }));

  test('goes through its points; a stair holds its value until the next', () => {
    const pieces = [points([0, 1], [5, 4], [10, 2])];
    expect(linesOf(plain(pieces, 'line'))).toEqual([
      [
        [
          [
            [0, 1],
            [5, 4],
            [10, 2],
          ],
        ],
        [],
      ],
    ]);
    const stair = [
      [0, 1],
      [5, 1],
      [5, 4],
      [10, 4],
      [10, 2],
    ];
    expect(linesOf(plain(pieces, 'step'))).toEqual([[[stair], []]]);
  });

  test('does not join pieces', () => {
    const pieces = [points([0, 1], [4, 2]), points([6, 7], [10, 8])];
    expect(linesOf(plain(pieces, 'line'))).toEqual([
      [
        [
          [
            [0, 1],
            [4, 2],
          ],
          [
            [6, 7],
            [10, 8],
          ],
        ],
        [],
      ],
    ]);
  });

  test('is cut where it leaves the field, and comes back', () => {
    const pieces = [points([0, 5], [2, 15], [6, 15], [8, 5], [10, -5])];
    expect(linesOf(plain(pieces, 'line'))).toEqual([
      [
        [
          [
            [0, 5],
            [1, 10],
          ],
          [
            [7, 10],
            [8, 5],
            [9, 0],
          ],
        ],
        [],
      ],
    ]);
  });

  test('has an area from low to high and back', () => {
    const ranged = [
      { x: 0, y: 2, low: 1, high: 4 },
      { x: 10, y: 3, low: 2, high: 14 },
    ];
    expect(linesOf(plain([ranged], 'line'))[0]![1]).toEqual([
      [
        [0, 4],
        [10, 10],
        [10, 2],
        [0, 1],
      ],
    ]);
  });

  test.each([320, 360, 720, 1216])('keeps to its width of %i px, with what is named', (width) => {
    for (const chart of [againstDevice, againstMachines]) {
      const layout = layoutChart(chart, width);
      expect(layout.field.x.x2 - layout.field.x.x1).toBeGreaterThan(width * 0.6);
      for (const text of layout.texts) {
        const { x1, x2 } = stretchOf(text);
        expect(x1).toBeGreaterThan(-0.1);
        expect(x2).toBeLessThanOrEqual(width);
        expect(text.y).toBeLessThanOrEqual(layout.height);
      }
      for (const { label } of chart.series) {
        const said = layout.texts.filter(({ role }) => role === 'curve').map(({ text }) => text);
        expect(said.join(' ')).toContain(label.split(' ')[0]);
      }
      const bars = layout.ranges.filter((a) =>
        layout.ranges.some((b) => a !== b && a.y === b.y && overlaps(a, b, -0.1)),
      );
      expect(bars).toEqual([]);
      expect(layout.marks.map(({ kind }) => kind)).toEqual(chart.marks?.map(({ kind }) => kind));
      layout.marks.forEach(({ leader, y }, order) => {
        const { y: said } = layout.texts.filter(({ role }) => role === 'mark')[order]!;
        expect(leader!.y1).toBeLessThan(leader!.y2);
        expect(said > y).toBe(leader!.y1 > y);
      });
    }
  });

  describe('that is crowded', () => {
    const marks = [0, 1, 2, 3, 9.9, 10].map((x, order) => ({
      kind: 'knee' as const,
      x,
      y: order < 3 ? 0.5 : 9,
      label: `mark ${order}`,
    }));
    const crowded: Chart = {
      ...plain([points([0, 1], [10, 9])], 'line'),
      x: { ...axis, from: 0, to: 10, says: (value) => `${value} milliseconds` },
      ranges: [
        { label: 'a class of devices', from: 0, to: 4 },
        { label: 'another class', from: 4, to: 5 },
        { label: 'a third class', from: 3, to: 10 },
      ],
      marks,
    };
    const { texts, field, marks: placed, ranges, width } = layoutChart(crowded, 420);
    const said = (role: string) => texts.filter((text) => text.role === role);

    test('leaves out ticks and names of ranges that would meet others', () => {
      expect(said('tick').filter(({ anchor }) => anchor === 'middle')).toHaveLength(3);
      expect(said('range').map(({ text }) => text)).toEqual([
        'a class of devices',
        'a third class',
      ]);
      expect(ranges).toHaveLength(3);
      expect(new Set(ranges.map(({ y }) => y)).size).toBe(2);
    });

    test('puts marks where no two of them meet, inside the field', () => {
      const labels = said('mark');
      expect(labels.map(({ text }) => text)).toEqual(marks.map(({ label }) => label));
      labels.forEach((label, order) => {
        const span = stretchOf(label);
        expect(span.x1).toBeGreaterThanOrEqual(-0.1);
        expect(span.x2).toBeLessThanOrEqual(width + 0.1);
        expect(label.y).toBeGreaterThan(field.top);
        expect(label.y).toBeLessThan(field.bottom);
        const near = labels.filter(
          (other, at) =>
            at !== order && Math.abs(other.y - label.y) < 12 && overlaps(stretchOf(other), span),
        );
        expect(near).toEqual([]);
      });
      expect(placed.map(({ leader, y }) => leader!.y1 > y)).toEqual([
        false,
        false,
        false,
        true,
        true,
        true,
      ]);
    });

    test('has no leader to a mark without words', () => {
      const silent = layoutChart({ ...crowded, marks: [{ ...marks[0]!, label: '' }] }, 420);
      expect(silent.marks.map(({ leader }) => leader)).toEqual([undefined]);
      expect(silent.texts.filter(({ role }) => role === 'mark')).toEqual([]);
    });
  });
});
