/** Runs a request over the values of its settings: one run a slice, so that it can be cancelled between. */
import { runRequest } from '#engine/execute.ts';
import type { Working } from './question.ts';
import { measured, pointsOf, requestAt, type Sweep, type SweepPoint } from './sweep.ts';

export default function* sweep(
  asked: Sweep,
): Working<readonly SweepPoint[], readonly SweepPoint[]> {
  const points: SweepPoint[] = [];
  const all = pointsOf(asked);
  for (const at of all) {
    const run = runRequest(requestAt(asked, at));
    points.push({ at, values: measured(run, asked.of) });
    yield { done: points.length, of: all.length, partial: points };
  }
  return points;
}
