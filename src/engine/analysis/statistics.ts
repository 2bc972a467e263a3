/** What a run measured: how long requests took, how many there were a second, and how busy its actors were. */
import type { ServerStatistics, Statistics } from '../vocabulary/results.ts';
import type { Duration, Instant } from '../vocabulary/units.ts';

export function statisticsOf(measured: {
  /** In ascending order. */
  latencies: Float64Array;
  endNs: Instant;
  servers: readonly ServerStatistics[];
  guests: readonly Duration[];
}): Statistics {
  const { latencies, endNs, servers, guests } = measured;
  const seconds = endNs / 1e9;
  const busy = guests.reduce((sum, ns) => sum + ns, 0);
  return {
    endNs,
    throughputPerSecond: seconds === 0 ? 0 : latencies.length / seconds,
    latencyNs: {
      mean: Math.round(mean(latencies)),
      p50: percentile(latencies, 0.5),
      p95: percentile(latencies, 0.95),
      p99: percentile(latencies, 0.99),
      max: latencies.at(-1) ?? 0,
    },
    servers: servers.filter(({ jobs }) => jobs > 0),
    guestUtilization: endNs === 0 ? 0 : busy / (guests.length * endNs),
  };
}

/** The least value that at least this share of all values does not exceed. */
function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return values.length === 0 ? 0 : sum / values.length;
};
