/** Runs scenarios away from the page, so that no flow, however long, keeps a reader's finger waiting. */
import { runRequest } from '#engine/execute.ts';
import { laneOf } from '#views/language/standings.ts';
import type { Answer, Question } from './compute.ts';

addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const { id, request } = data;
  let answer: Answer;
  try {
    answer = { id, lane: laneOf(runRequest(request)) };
  } catch (error) {
    answer = { id, problem: error instanceof Error ? error.message : String(error) };
  }
  postMessage(answer);
});
