/** The questions of the kit, by name: what their files answer. */
import type { Request } from '#engine/index.ts';
import type { Lane } from '#views/lane/lane.ts';
import { question } from './question.ts';
import type { Sweep, SweepPoint } from './sweep.ts';

/** A run as a lane of a duel. */
export const laneQuestion = question<Request, Lane>('lane');

/** A measure of a scenario over the values of a setting; points come coarse first. */
export const sweepQuestion = question<Sweep, readonly SweepPoint[], readonly SweepPoint[]>('sweep');
