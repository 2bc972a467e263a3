/**
 * Scales of charts: from values to pixels, with the values that an axis names. An axis may run backwards: `from` is
 * at its beginning, whichever is greater.
 */
import { round } from '../language/geometry.ts';
import { tickStep } from '../language/ticks.ts';

/** How values are spaced: evenly, by factors of ten, or by doublings. */
export type Spacing = 'linear' | 'log' | 'log2';

export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly spacing: Spacing;
}

export interface Scale {
  /** Where a value lies, in pixels; beyond the ends for values beyond the extent. */
  readonly at: (value: number) => number;
  /** Values to name, from `from` to `to`, some `apart` pixels from each other or more. */
  readonly ticks: (apart: number) => readonly number[];
}

/**
 * A scale over pixels from `start` to `end`; throws RangeError for an extent without length or, on logarithms, not
 * above 0.
 */
export function scaleOf(extent: Extent, start: number, end: number): Scale {
  checkExtent(extent);
  const { from, to, spacing } = extent;
  const place =
    spacing === 'linear' ? (value: number) => value : (value: number) => Math.log10(value);
  const [first, last] = [place(from), place(to)];
  const pixels = Math.abs(end - start);
  return {
    at: (value) => round(start + ((place(value) - first) / (last - first)) * (end - start)),
    ticks: (apart) => {
      const most = Math.max(1, Math.floor(pixels / apart));
      const values = ticksOf(Math.min(from, to), Math.max(from, to), spacing, most);
      return from <= to ? values : values.toReversed();
    },
  };
}

function checkExtent({ from, to, spacing }: Extent): void {
  if (from === to || !Number.isFinite(from) || !Number.isFinite(to))
    throw new RangeError(`an axis needs two ends that differ, not ${from} and ${to}`);
  if (spacing !== 'linear' && Math.min(from, to) <= 0)
    throw new RangeError(
      `a logarithmic axis begins above 0, not at ${Math.min(from, to)}; use linear spacing`,
    );
}

function ticksOf(least: number, greatest: number, spacing: Spacing, most: number): number[] {
  switch (spacing) {
    case 'linear':
      return multiples(least, greatest, tickStep((greatest - least) / most));
    case 'log':
      return logTicks(least, greatest, most);
    case 'log2':
      return thinned(powersOf(2, least, greatest), most);
  }
}

/** Sums of decimal fractions drift; a value this near to an end is that end. */
const slack = 1e-9;

function multiples(least: number, greatest: number, step: number): number[] {
  const first = Math.ceil(least / step - slack);
  const count = Math.floor(greatest / step + slack) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, order) => (first + order) * step);
}

/** 1, 2 and 5 of each power of ten where they have room, else 1 alone, else each second, third... power. */
function logTicks(least: number, greatest: number, most: number): number[] {
  const inside = (value: number): boolean =>
    value >= least * (1 - slack) && value <= greatest * (1 + slack);
  const decades = powersOf(10, least / 10, greatest);
  const fine = decades.flatMap((power) => [1, 2, 5].map((factor) => factor * power)).filter(inside);
  return fine.length <= most ? fine : thinned(decades.filter(inside), most);
}

function powersOf(base: number, least: number, greatest: number): number[] {
  const exponent = (value: number): number => Math.log(value) / Math.log(base);
  const first = Math.ceil(exponent(least) - slack);
  const last = Math.floor(exponent(greatest) + slack);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, order) =>
    powerOf(base, first + order),
  );
}

/** Negative powers by division, so that a tenth is 0.1. */
const powerOf = (base: number, exponent: number): number =>
  exponent < 0 ? 1 / base ** -exponent : base ** exponent;

const thinned = (values: readonly number[], most: number): number[] => {
  const every = Math.max(1, Math.ceil(values.length / most));
  return values.filter((_, order) => order % every === 0);
};
