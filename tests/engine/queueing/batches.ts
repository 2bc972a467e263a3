/**
 * Simulated means with their confidence: the run is cut into batches, long enough that their means are as good as
 * independent, and the spread of those says how far the mean of all may be off.
 */
import { expect } from 'vitest';
import type { Distribution } from '#engine/des/distribution.ts';
import { Network, type NetworkSpec, type NetworkStatistics } from '#engine/des/network.ts';
import { Simulation } from '#engine/des/simulation.ts';
import { seededRandom } from '#engine/random.ts';
import { duration, type Duration } from '#engine/vocabulary/units.ts';

const batches = 30;
/** Student's t for 29 degrees of freedom: 99 % of means lie within so many standard errors. */
const t99 = 2.756;
/** Model time is in units of a million nanoseconds, so that whole nanoseconds are fine enough. */
const unit = 1_000_000;

export const time = (units: number): Duration => duration(units * unit);
export const inUnits = (ns: number): number => ns / unit;
export const perUnit = (perSecond: number): number => (perSecond * unit) / 1e9;

/** Services and gaps of the models: of the dossier's numbers, the bimodal one is that of rare slow exits. */
export const exponential = (mean: number): Distribution => ({
  kind: 'exponential',
  mean: time(mean),
});
export const fixed = (mean: number): Distribution => ({ kind: 'deterministic', mean: time(mean) });
export const slowExits: Distribution = {
  kind: 'bimodal',
  short: time(0.5),
  long: time(5.5),
  longShare: 0.1,
};
/** Events of a model after its warm-up. */
export const events = 2_000_000;

/** A mean and the half width of its 99 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  readonly within: number;
}

export interface Run<Reading> {
  estimate(of: (reading: Reading) => number): Estimate;
}

/** Something on a clock that counts what happens, from its beginning or from the last restart. */
export interface Counted<Reading> {
  restart(): void;
  read(): Reading;
}

/** Runs a model: a tenth of the events as warm-up, which does not count, then the batches. */
export function inBatches<Reading>(
  simulation: Simulation,
  model: Counted<Reading>,
  events: number,
): Run<Reading> {
  simulation.run(events / 10);
  const readings = Array.from({ length: batches }, () => {
    model.restart();
    simulation.run(Math.floor(events / batches));
    return model.read();
  });
  return { estimate: (of) => estimateOf(readings.map(of)) };
}

export function run(spec: NetworkSpec, events: number, seed: number): Run<NetworkStatistics> {
  const simulation = new Simulation();
  return inBatches(simulation, new Network(spec, simulation, seededRandom(seed)), events);
}

function estimateOf(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, within: t99 * Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** The interval holds the exact value, and is at most `share` of it to either side. */
export function expectExactly({ mean, within }: Estimate, exact: number, share = 0.06): void {
  expect(within / exact).toBeLessThan(share);
  // What happens less than once in a run, a busiest server that idles, does not show in the spread.
  const seen = within + 1e-6 * exact;
  expect(mean).toBeGreaterThan(exact - seen);
  expect(mean).toBeLessThan(exact + seen);
}
