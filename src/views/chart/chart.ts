/**
 * A chart as numbers: curves with their ranges over two axes, named where they end, and marks that say why a curve
 * bends. Curves are ink; a colour means a domain. What a curve is called stands beside it, so there is no legend.
 */
import type { DomainColour } from '#engine/index.ts';
import { overlaps, round, type Stretch } from '../language/geometry.ts';
import { textWidth, wrapped } from '../language/text.ts';
import { type Extent, type Scale, scaleOf } from './scale.ts';

/** A value with its range, where it has one. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** How much a curve counts: the one that is looked at, another answer, or what a bound would allow. */
export type Weight = 'main' | 'other' | 'bound';

export interface Series {
  readonly label: string;
  readonly weight: Weight;
  /** A curve, or a stair whose value holds until the next point. */
  readonly shape: 'line' | 'step';
  /** Only where the curve is about a domain. */
  readonly colour?: DomainColour | undefined;
  /** In order of x. Pieces are not joined: between them nothing is known. */
  readonly pieces: readonly (readonly ChartPoint[])[];
}

export interface ChartAxis extends Extent {
  readonly title: string;
  /** A value in the words of the axis: "100 µs", "5×". */
  readonly says: (value: number) => string;
}

/** A stretch of the x axis with a name, such as a class of devices. */
export interface NamedRange {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly current?: boolean | undefined;
}

/** A place on a curve: the ring of the current value, or the knee where something is full. */
export interface ChartMark {
  readonly kind: 'ring' | 'knee';
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

export interface Chart {
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly series: readonly Series[];
  readonly ranges?: readonly NamedRange[] | undefined;
  readonly marks?: readonly ChartMark[] | undefined;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A text of the chart: where it stands, and the words its class is drawn in. */
export interface ChartText extends Point {
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly role: 'tick' | 'title' | 'curve' | 'mark' | 'range';
  readonly strong: boolean;
  readonly colour?: DomainColour | undefined;
}

export interface Curve {
  readonly weight: Weight;
  readonly colour: DomainColour | undefined;
  /** Corners of what is drawn, cut at the field's top and bottom. */
  readonly lines: readonly (readonly Point[])[];
  /** Corners of the areas between low and high. */
  readonly bands: readonly (readonly Point[])[];
}

export interface RangeBar extends Stretch {
  readonly y: number;
  readonly current: boolean;
}

export interface MarkLayout extends Point {
  readonly kind: ChartMark['kind'];
  /** The hairline to its label. */
  readonly leader: { readonly y1: number; readonly y2: number } | undefined;
}

export interface ChartLayout {
  readonly width: number;
  readonly height: number;
  readonly field: { readonly x: Stretch; readonly top: number; readonly bottom: number };
  readonly ticks: { readonly x: readonly number[]; readonly y: readonly number[] };
  readonly curves: readonly Curve[];
  readonly ranges: readonly RangeBar[];
  readonly marks: readonly MarkLayout[];
  readonly texts: readonly ChartText[];
}

const metrics = {
  field: 224,
  title: 22,
  foot: 44,
  range: 22,
  line: 13,
  gap: 8,
  tickApart: 26,
  type: 11,
  small: 12,
} as const;

/** The share of the width that names of curves may take at the end of the field. */
const endShare = 0.24;

/** Lays out a chart of a width in pixels, from some 320. */
export function layoutChart(chart: Chart, width: number): ChartLayout {
  const named = chart.series.filter(({ label }) => label !== '');
  const endRoom = Math.min(
    Math.max(0, ...named.map(({ label }) => textWidth(label, metrics.type, 620) + metrics.gap)),
    Math.round(width * endShare),
  );
  const ranges = rangeRows(chart.ranges ?? []);
  const top = metrics.title + ranges * metrics.range + (ranges > 0 ? 10 : 0);
  const bottom = top + metrics.field;
  const y = scaleOf(chart.y, bottom, top);
  const yTicks = y.ticks(metrics.tickApart);
  const gutter = Math.ceil(
    Math.max(...yTicks.map((value) => textWidth(chart.y.says(value), metrics.type))) + metrics.gap,
  );
  const field = { x: { x1: gutter, x2: Math.floor(width - endRoom) - 2 }, top, bottom };
  const x = scaleOf(chart.x, field.x.x1, field.x.x2);
  const frame = { chart, x, y, field, width };
  const xTexts = xLabels(frame);
  const bars = rangeBars(frame);
  const marks = layoutMarks(frame);
  return {
    width,
    height: bottom + metrics.foot,
    field,
    ticks: { x: xTexts.map((text) => text.x), y: yTicks.map(y.at) },
    curves: chart.series.map((series) => curveOf(series, frame)),
    ranges: bars.map(({ bar }) => bar),
    marks: marks.map(({ mark }) => mark),
    texts: [
      ...xTexts,
      ...yTicks.map((value) => tickText(chart.y.says(value), gutter - metrics.gap, y.at(value))),
      ...titles(frame),
      ...bars.flatMap(({ text }) => text),
      ...curveNames(named, frame),
      ...marks.flatMap(({ text }) => text),
    ],
  };
}

interface ChartFrame {
  readonly chart: Chart;
  readonly x: Scale;
  readonly y: Scale;
  readonly field: ChartLayout['field'];
  readonly width: number;
}

const tickText = (text: string, x: number, y: number): ChartText => ({
  text,
  x,
  y: round(y + 4),
  anchor: 'end',
  role: 'tick',
  strong: false,
});

const titles = ({ chart, field, width }: ChartFrame): ChartText[] => [
  { text: chart.y.title, x: 0, y: 11, anchor: 'start', role: 'title', strong: false },
  {
    text: chart.x.title,
    x: round(Math.min((field.x.x1 + field.x.x2) / 2, width - textWidth(chart.x.title, 12) / 2)),
    y: field.bottom + 38,
    anchor: 'middle',
    role: 'title',
    strong: false,
  },
];

/** As many names under the axis as do not meet. */
function xLabels({ chart, x, field, width }: ChartFrame): ChartText[] {
  for (let apart: number = metrics.tickApart; ; apart *= 1.5) {
    const texts = x.ticks(apart).map((value): ChartText => {
      const text = chart.x.says(value);
      const half = textWidth(text, metrics.type) / 2;
      const at = Math.max(half, Math.min(x.at(value), width - half));
      const role = 'tick';
      return { text, x: round(at), y: field.bottom + 18, anchor: 'middle', role, strong: false };
    });
    const spans = texts.map(stretchOf);
    const meet = spans.some((span, order) => {
      const next = spans[order + 1];
      return next !== undefined && overlaps(span, next, metrics.gap);
    });
    if (!meet || texts.length < 2) return texts;
  }
}

/** Where a text begins and ends. */
export function stretchOf({ text, x, anchor, role, strong }: ChartText): Stretch {
  const size = role === 'tick' || role === 'curve' ? metrics.type : metrics.small;
  const width = textWidth(text, size, strong || role === 'curve' ? 650 : 400);
  const x1 = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { x1, x2: x1 + width };
}

function curveOf(series: Series, frame: ChartFrame): Curve {
  const { x, y, field } = frame;
  const bounded = (value: number): number =>
    Math.max(field.top, Math.min(field.bottom, y.at(value)));
  const bands = series.pieces.flatMap((piece) => {
    const ranged = piece.filter(({ low, high }) => low !== undefined && high !== undefined);
    if (ranged.length < 2) return [];
    const high = ranged.map((point) => ({ x: x.at(point.x), y: bounded(point.high ?? point.y) }));
    const low = ranged.map((point) => ({ x: x.at(point.x), y: bounded(point.low ?? point.y) }));
    return [[...stairs(high, series.shape), ...stairs(low, series.shape).toReversed()]];
  });
  const lines = series.pieces.flatMap((piece) =>
    cut(
      stairs(
        piece.map((point) => ({ x: x.at(point.x), y: y.at(point.y) })),
        series.shape,
      ),
      field,
    ),
  );
  return { weight: series.weight, colour: series.colour, lines, bands };
}

/** The corners of a stair: a value holds until the next. */
const stairs = (points: readonly Point[], shape: Series['shape']): Point[] =>
  points.flatMap((point, order): Point[] => {
    const before = points[order - 1];
    return shape === 'step' && before !== undefined
      ? [{ x: point.x, y: before.y }, point]
      : [point];
  });

/** What of a line lies between the top and the bottom of the field. */
function cut(
  points: readonly Point[],
  { top, bottom }: Pick<ChartLayout['field'], 'top' | 'bottom'>,
): Point[][] {
  const lines: Point[][] = [];
  let last: Point[] = [];
  points.forEach((to, order) => {
    const from = points[order - 1] ?? to;
    const part = partInside(from, to, top, bottom);
    if (part === undefined) return;
    const [begin, end] = part;
    const before = last.at(-1);
    if (before === undefined || before.x !== begin.x || before.y !== begin.y) {
      last = [begin];
      lines.push(last);
    }
    if (begin.x !== end.x || begin.y !== end.y) last.push(end);
  });
  return lines;
}

/** The part of a straight line between two heights; undefined where it has none. */
function partInside(
  from: Point,
  to: Point,
  top: number,
  bottom: number,
): readonly [Point, Point] | undefined {
  if (Math.max(from.y, to.y) < top || Math.min(from.y, to.y) > bottom) return undefined;
  const meets = (point: Point): Point => {
    const y = Math.max(top, Math.min(bottom, point.y));
    if (y === point.y) return point;
    return { x: round(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x)), y };
  };
  return [meets(from), meets(to)];
}

/** The names of curves at their ends, pushed apart from the lowest up and then down from the top. */
function curveNames(series: readonly Series[], frame: ChartFrame): ChartText[] {
  const { field, width } = frame;
  const letters = (width - field.x.x2 - metrics.gap) / textWidth('n', metrics.type, 620);
  const names = series
    .map((each) => ({ ...each, lines: wrapped(each.label, letters), y: endY(each, frame) }))
    .toSorted((a, b) => b.y - a.y);
  let free = field.bottom + 4;
  const placed = names.map((name) => {
    const height = name.lines.length * metrics.line;
    const y = Math.min(name.y + height / 2 - 2, free);
    free = y - height;
    return { ...name, y };
  });
  const over = Math.max(0, field.top - free - metrics.line);
  return placed.flatMap(({ lines, y, weight, colour }) =>
    lines.map((text, line): ChartText => ({
      text,
      x: field.x.x2 + metrics.gap,
      y: round(y + over - (lines.length - 1 - line) * metrics.line),
      anchor: 'start',
      role: 'curve',
      strong: weight === 'main',
      colour,
    })),
  );
}

function endY({ pieces }: Series, { y, field }: ChartFrame): number {
  const last = pieces.at(-1)?.at(-1);
  return last === undefined
    ? field.bottom
    : Math.max(field.top, Math.min(field.bottom, y.at(last.y)));
}

/** In how many rows named ranges stand: two where neighbours overlap. */
const rangeRows = (ranges: readonly NamedRange[]): number =>
  ranges.length === 0 ? 0 : Math.max(...rowsOf(ranges)) + 1;

const rowsOf = (ranges: readonly NamedRange[]): number[] => {
  const spans = ranges.map(({ from, to }) => ({ x1: Math.min(from, to), x2: Math.max(from, to) }));
  const rows: number[] = [];
  spans.forEach((span, order) => {
    const taken = spans.flatMap((other, at) =>
      at < order && overlaps(span, other) ? [rows[at] ?? 0] : [],
    );
    rows.push(taken.includes(0) ? 1 : 0);
  });
  return rows;
};

function rangeBars({ chart, x, field, width }: ChartFrame): { bar: RangeBar; text: ChartText[] }[] {
  const ranges = chart.ranges ?? [];
  const rows = rowsOf(ranges);
  const taken: (readonly Stretch[])[] = [[], []];
  return ranges.map(({ label, from, to, current = false }, order) => {
    const ends = [x.at(from), x.at(to)].map((at) => Math.max(field.x.x1, Math.min(field.x.x2, at)));
    const [x1, x2] = [Math.min(...ends), Math.max(...ends)];
    const row = rows[order] ?? 0;
    const y = metrics.title + row * metrics.range + 16;
    const half = textWidth(label, metrics.small, current ? 650 : 400) / 2;
    const at = round(Math.max(half, Math.min((x1 + x2) / 2, width - half)));
    const span = { x1: at - half, x2: at + half };
    const free = !(taken[row] ?? []).some((other) => overlaps(span, other, 4));
    if (free) taken[row] = [...(taken[row] ?? []), span];
    const text: ChartText = {
      text: label,
      x: at,
      y: y - 5,
      anchor: 'middle',
      role: 'range',
      strong: current,
    };
    return { bar: { x1, x2, y, current }, text: free ? [text] : [] };
  });
}

/** Marks with their words below them, or above where below there is no room, turned towards the middle. */
function layoutMarks({ chart, x, y, field, width }: ChartFrame): {
  mark: MarkLayout;
  text: ChartText[];
}[] {
  const taken: { readonly span: Stretch; readonly y: number }[] = [];
  return (chart.marks ?? []).map((mark) => {
    const at = { x: x.at(mark.x), y: y.at(mark.y) };
    const own = textWidth(mark.label, metrics.small, 650);
    const left = Math.max(0, Math.min(at.x - own / 2, width - own));
    const span = { x1: left, x2: left + own };
    const heights = [44, 62, 80, -20, -38].map((down) => at.y + down);
    const meets = (height: number): boolean =>
      height > field.bottom - 6 ||
      height < field.top + 10 ||
      taken.some((other) => Math.abs(other.y - height) < 16 && overlaps(other.span, span, 4));
    const textY = round(heights.find((height) => !meets(height)) ?? at.y + 44);
    taken.push({ span, y: textY });
    const below = textY > at.y;
    const leader = below
      ? { y1: round(at.y + 5), y2: round(textY - 13) }
      : { y1: round(textY + 4), y2: round(at.y - 5) };
    const text: ChartText = {
      text: mark.label,
      x: round(left + own / 2),
      y: textY,
      anchor: 'middle',
      role: 'mark',
      strong: true,
    };
    return {
      mark: { ...at, kind: mark.kind, leader: mark.label === '' ? undefined : leader },
      text: mark.label === '' ? [] : [text],
    };
  });
}
