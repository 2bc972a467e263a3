/**
 * A number that a reader can set, with what it says of itself: its bounds, what it usually is, and where it comes
 * from. Pure. A parameter of the engine becomes one at build, where the engine is (quantities.ts).
 */
import type { Standing } from '#engine/index.ts';
import { grouped, time } from '#views/language/format.ts';

export interface Quantity {
  readonly id: string;
  /** What it measures, as a noun phrase. */
  readonly title: string;
  /** As it is written behind the number; '' for a count. */
  readonly unit: string;
  readonly min: number;
  readonly usual: number;
  readonly max: number;
  /** Steps of a slider go by factors rather than by differences. */
  readonly logarithmic: boolean;
  readonly standing?: Standing | undefined;
  /** Key of `content/sources`. */
  readonly source?: string | undefined;
}

/** A value as people read it. */
export function quantityText({ unit }: Pick<Quantity, 'unit'>, value: number): string {
  if (unit === 'ns') return time(value);
  return unit === '' ? grouped(value) : `${grouped(value)} ${unit}`;
}

/** Places of a slider from end to end. */
export const notches = 100;

/** The value at a notch, in three significant digits; whole where the bounds are whole and far apart. */
export function valueAt(quantity: Quantity, notch: number): number {
  const { min, max, logarithmic } = quantity;
  const share = Math.min(Math.max(notch / notches, 0), 1);
  if (share === 0 || share === 1) return share === 0 ? min : max;
  const value = logarithmic && min > 0 ? min * (max / min) ** share : min + (max - min) * share;
  return rounded(quantity, value);
}

/** The notch nearest to a value. */
export function notchOf({ min, max, logarithmic }: Quantity, value: number): number {
  if (max === min) return 0;
  const inside = Math.min(Math.max(value, min), max);
  const share =
    logarithmic && min > 0
      ? Math.log(inside / min) / Math.log(max / min)
      : (inside - min) / (max - min);
  return Math.round(share * notches);
}

function rounded({ min, max }: Quantity, value: number): number {
  const short = Number(value.toPrecision(3));
  const isWhole = Number.isInteger(min) && Number.isInteger(max) && max - min >= 10;
  return Math.min(Math.max(isWhole ? Math.round(short) : short, min), max);
}

/** What is wrong with a text as a value of it; null where nothing is. */
export function problemWith({ title, unit, min, max }: Quantity, text: string): string | null {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return null;
  const units = unit === '' ? '' : ` ${unit}`;
  return `${title} must be a number from ${min} to ${max}${units}, not '${text.slice(0, 24)}'.`;
}
