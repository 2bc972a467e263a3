/** The prices that the overrides of a scenario make of the parameters. */
import type { Cost, Price, PriceUnit, Span } from '../vocabulary/trace.ts';
import { type Duration, duration } from '../vocabulary/units.ts';
import { type Overrides, parameter, type ParameterId } from './index.ts';

/** How many of each price unit an activity uses. */
export interface Amounts {
  readonly bytes?: number;
  readonly entries?: number;
  readonly pages?: number;
}

/** How often a price is paid: bytes are none and entries and pages are one where nothing is said of them. */
const timesOf: Readonly<Record<PriceUnit, (amounts: Amounts) => number>> = {
  once: () => 1,
  byte: ({ bytes = 0 }) => bytes,
  entry: ({ entries = 1 }) => entries,
  page: ({ pages = 1 }) => pages,
};

/** Below these lie the entries and pages of one activity. */
const entriesLimit = 0x1_0000;
const pagesLimit = 0x1000;

/** One number for so many bytes, entries and pages. */
export const sizeOf = (bytes: number, entries: number, pages: number): number =>
  (bytes * pagesLimit + pages) * entriesLimit + entries;

/** Costs, one a parameter, and how long they take by default. */
export interface Bill {
  readonly costs: readonly Cost[];
  readonly takes: Duration;
}

/** The prices of one run: parameters with the scenario's overrides applied. */
export interface PriceList {
  /** A count or switch. */
  value(id: ParameterId): number;
  /** What an activity pays for these amounts; the same bill is handed out again. */
  bill(prices: readonly Price[], amounts: Amounts): Bill;
}

/** An overridden parameter has no range: the reader has said what it is. */
export function priceList(overrides: Overrides): PriceList {
  const value = (id: ParameterId): number => overrides[id] ?? parameter(id).value;
  const ends = (id: ParameterId): readonly [number, number, number] => {
    const fixed = overrides[id];
    if (fixed !== undefined) return [fixed, fixed, fixed];
    const { range, value: usual } = parameter(id);
    return [range[0], usual, range[1]];
  };
  const nanoseconds = (id: ParameterId): number =>
    parameter(id).unit === 'cycles' ? 1 / value('cpu-frequency') : 1;
  const span = (id: ParameterId, times: number): Span => {
    const [min, usual, max] = ends(id);
    const scale = nanoseconds(id) * times;
    return {
      min: duration(min * scale),
      default: duration(usual * scale),
      max: duration(max * scale),
    };
  };
  const written = (prices: readonly Price[], amounts: Amounts): Bill => {
    const costs = prices.map(({ parameter: id, per }) => {
      const times = timesOf[per](amounts);
      return { parameter: id, times, ns: span(id, times) };
    });
    return { costs, takes: total(costs).default };
  };
  const bills = new Map<readonly Price[], Map<number, Bill>>();
  const bill = (prices: readonly Price[], amounts: Amounts): Bill => {
    const amount = sizeOf(amounts.bytes ?? 0, amounts.entries ?? 1, amounts.pages ?? 1);
    const known = bills.get(prices);
    const same = known?.get(amount);
    if (same !== undefined) return same;
    const fresh = written(prices, amounts);
    if (known === undefined) bills.set(prices, new Map([[amount, fresh]]));
    else known.set(amount, fresh);
    return fresh;
  };
  return { value, bill };
}

/** The sum of costs, rounded once. */
export function total(costs: readonly Cost[]): Span {
  const sum = (pick: keyof Span): number =>
    Math.round(costs.reduce((ns, cost) => ns + cost.ns[pick], 0));
  return {
    min: duration(sum('min')),
    default: duration(sum('default')),
    max: duration(sum('max')),
  };
}
