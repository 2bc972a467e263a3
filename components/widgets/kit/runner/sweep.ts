/** A sweep: one request over the values of one or two of its settings. Pure; sweep.question.ts runs it. */
import type { Request, Run } from '#engine/index.ts';

/** A setting of the request that varies: a number of its own, or a parameter. */
export type Axis =
  | {
      readonly setting: 'count' | 'bytes' | 'batch' | 'queueDepth' | 'rate' | 'vms' | 'processors';
      readonly values: readonly number[];
    }
  | { readonly parameter: string; readonly values: readonly number[] };

export interface Sweep {
  readonly request: Request;
  readonly over: readonly [Axis] | readonly [Axis, Axis];
  readonly of: readonly Measure[];
}

/** What is measured of each run. Times in nanoseconds, counts of the run. */
export type Measure = keyof typeof measures;

export interface SweepPoint {
  /** Values of the axes, in their order. */
  readonly at: readonly number[];
  /** The measures, in the order asked for. */
  readonly values: readonly number[];
}

const measures = {
  latencyNs: ({ totals }: Run) => totals.latencyNs.default,
  leastLatencyNs: ({ totals }: Run) => totals.latencyNs.min,
  greatestLatencyNs: ({ totals }: Run) => totals.latencyNs.max,
  medianLatencyNs: ({ statistics }: Run) => statistics.latencyNs.p50,
  p99LatencyNs: ({ statistics }: Run) => statistics.latencyNs.p99,
  throughputPerSecond: ({ statistics }: Run) => statistics.throughputPerSecond,
  lineCrossings: ({ totals }: Run) => totals.lineCrossings,
  vmExits: ({ totals }: Run) => totals.vmExits['guest'] ?? 0,
  hypercalls: ({ totals }: Run) => totals.hypercalls['guest'] ?? 0,
  interrupts: ({ totals }: Run) => totals.interrupts['guest'] ?? 0,
  wakeUps: ({ totals }: Run) => totals.wakeUps,
  copies: ({ totals }: Run) => totals.copies,
  lost: ({ totals }: Run) => totals.lost,
} as const;

export const measured = (run: Run, of: readonly Measure[]): number[] =>
  of.map((measure) => measures[measure](run));

/** Every pair of values, the ends and middles first, so that a curve has its shape before it is whole. */
export function pointsOf({ over }: Pick<Sweep, 'over'>): number[][] {
  const [first, second] = over.map(({ values }) => coarseFirst(values));
  if (second === undefined) return (first ?? []).map((value) => [value]);
  return (first ?? [])
    .flatMap((a, i) => second.map((b, j) => ({ at: [a, b], order: Math.max(i, j) })))
    .toSorted((a, b) => a.order - b.order)
    .map(({ at }) => at);
}

/** The two ends, then the middle of each gap, again and again. */
function coarseFirst(values: readonly number[]): number[] {
  const last = values.length - 1;
  const order = last < 0 ? [] : last === 0 ? [0] : [0, last];
  const gaps: [number, number][] = [[0, last]];
  for (const [from, to] of gaps) {
    const middle = Math.floor((from + to) / 2);
    if (middle === from || middle === to) continue;
    order.push(middle);
    gaps.push([from, middle], [middle, to]);
  }
  return order.map((index) => values[index] as number);
}

/** Measures that are read off the trace; all others are counted with a trace or without, and sooner. */
const traced: readonly Measure[] = ['leastLatencyNs', 'greatestLatencyNs', 'lineCrossings'];

/** The request at a point of the sweep. */
export function requestAt({ request, over, of }: Sweep, at: readonly number[]): Request {
  const bare = of.some((measure) => traced.includes(measure)) ? request : { ...request, window: 0 };
  return over.reduce((changed: Request, axis, index) => {
    const value = at[index] as number;
    return 'parameter' in axis
      ? { ...changed, parameters: { ...changed.parameters, [axis.parameter]: value } }
      : { ...changed, [axis.setting]: value };
  }, bare);
}
