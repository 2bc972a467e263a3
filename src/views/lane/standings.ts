/**
 * How sure prices are. It is worked out beside the engine, since the first picture must not load its parameters
 * with their sources.
 */
import { parameter } from '#engine/execute.ts';
import type { ParameterId, Run, Standing } from '#engine/index.ts';
import { type Lane, laneWith } from './lane.ts';

const byWeakness: readonly Standing[] = ['illustrative', 'derived', 'documented', 'measured'];

/** The standing of a sum: that of its weakest part; undefined when nothing is paid. */
export function standingOf(
  costs: readonly { readonly parameter: ParameterId }[],
): Standing | undefined {
  const standings = new Set(costs.map((cost) => parameter(cost.parameter).standing));
  return byWeakness.find((standing) => standings.has(standing));
}

/** A run as a lane: its steps, those of them on the requests' paths, and how sure its latency is. */
export function laneOf(run: Run): Lane {
  const lane = laneWith(run, undefined);
  return { ...lane, standing: standingOf(lane.path.flatMap(({ costs }) => costs)) };
}
