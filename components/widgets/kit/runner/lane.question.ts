/** Runs a request, as a lane of a duel. */
import { runRequest } from '#engine/execute.ts';
import type { Request } from '#engine/index.ts';
import type { Lane } from '#views/lane/lane.ts';
import { laneOf } from '#views/lane/standings.ts';
import type { Answering } from './question.ts';

export default ((request) => laneOf(runRequest(request))) satisfies Answering<Request, Lane>;
