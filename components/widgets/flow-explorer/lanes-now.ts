/** The lanes of a setup at once: for the built page and for tests. Readers' browsers ask the runner (compute.ts). */
import { runRequest } from '#engine/execute.ts';
import { requestsOf, type Setup } from '#engine/vocabulary/setup.ts';
import type { Lane } from '#views/duel/lanes.ts';
import { laneOf } from '#views/language/standings.ts';

export const lanesNow = (setup: Setup): Lane[] =>
  requestsOf(setup).map((request) => laneOf(runRequest(request)));
