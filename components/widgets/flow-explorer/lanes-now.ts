/** The lanes of a setup at once: for the built page and for tests. Readers' browsers ask a worker (compute.ts). */
import { runRequest } from '#engine/execute.ts';
import type { Setup } from '#figures/figure.ts';
import type { Lane } from '#views/duel/lanes.ts';
import { laneOf } from '#views/language/standings.ts';

export const lanesNow = ({ lanes, operation, count, pattern }: Setup): Lane[] =>
  lanes.map((lane) => laneOf(runRequest({ ...lane, operation, count, pattern })));
