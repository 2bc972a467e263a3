/** Words and digits of figures: times, names of standings and evidence, signed where the reader needs them. */
import type { Evidence, Standing } from '#engine/index.ts';
import { sum } from './geometry.ts';

/** The least, the usual and the greatest of a time, in nanoseconds. */
export interface Range {
  readonly min: number;
  readonly default: number;
  readonly max: number;
}

/** Two significant digits, whole from ten up. */
const digits = (value: number): string => {
  if (value === 0) return '0';
  if (value >= 10) return grouped(Math.round(value));
  return value >= 1 ? trimmed(value.toFixed(1)) : trimmed(value.toPrecision(1));
};

const trimmed = (text: string): string => text.replace(/\.0+$/, '');

/** Thousands set apart: 12,345. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** The unit in which a time reads well. */
const unitOf = (ns: number): { readonly name: string; readonly ns: number } => {
  if (ns >= 1_000_000) return { name: 'ms', ns: 1_000_000 };
  return ns >= 1_000 ? { name: 'µs', ns: 1_000 } : { name: 'ns', ns: 1 };
};

/** A time in its unit: the number and the name apart, for figures that set them in two sizes. */
export function timeParts(ns: number): { readonly value: string; readonly unit: string } {
  const unit = unitOf(ns);
  return { value: digits(ns / unit.ns), unit: unit.name };
}

/** "37 µs", "670 ns". */
export function time(ns: number): string {
  const { value, unit } = timeParts(ns);
  return `${value} ${unit}`;
}

/** "5.1 to 19", in the unit of the default; "8 µs to 10 ms" where it goes far beyond; "" without a range. */
export function rangeOf({ min, default: usual, max }: Range): string {
  if (min === max) return '';
  const unit = unitOf(usual);
  if (max >= unit.ns * 1000 && unitOf(max) !== unit) return `${time(min)} to ${time(max)}`;
  const [from, to] = [digits(min / unit.ns), digits(max / unit.ns)];
  return from === to ? '' : `${from} to ${to}`;
}

/** "37 µs (24 to 92)". */
export function timeWithRange(range: Range): string {
  const ends = rangeOf(range);
  return ends === '' ? time(range.default) : `${time(range.default)} (${ends})`;
}

/** The sum of some ranges. */
export function sumOf(ranges: readonly Range[]): Range {
  const all = (end: keyof Range): number => Math.round(sum(ranges.map((range) => range[end])));
  return { min: all('min'), default: all('default'), max: all('max') };
}

/** What a standing means, in a few words. */
export const standingMeanings: Readonly<Record<Standing, string>> = {
  measured: 'a source measured it',
  documented: 'a source states it',
  derived: 'arithmetic on numbers with a source',
  illustrative: 'a calibrated guess: the vendor does not publish it',
};

/** What the evidence for a step means, in a few words. */
export const evidenceMeanings: Readonly<Record<Evidence, string>> = {
  documented: 'a source says that this happens',
  inferred: 'it follows from what a source says',
  assumed: 'no source says it',
};

/** "1 packet", "3 packets". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

/** "a", "a and b", "a, b and c". */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
