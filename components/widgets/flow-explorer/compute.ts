/**
 * Lanes for a setup, each scenario once: those of the figure as published come with the book, all others are
 * computed in a worker. So a reader who only steps never loads the engine.
 */
import { keyOf, type Request } from '#engine/vocabulary/request.ts';
import { requestsOf, type Setup } from '#engine/vocabulary/setup.ts';
import type { Lane } from '#views/duel/lanes.ts';
import { publishedLanes } from './published.ts';

export interface Question {
  readonly id: number;
  readonly request: Request;
}

export type Answer =
  { readonly id: number; readonly lane: Lane } | { readonly id: number; readonly problem: string };

/** How many lanes are kept: long ones hold thousands of events. */
const kept = 24;

const memory = new Map<string, Promise<Lane>>();
const waiting = new Map<number, (answer: Answer) => void>();
let worker: Worker | undefined;
let asked = 0;

/** The lanes of a setup, in its order. */
export const lanesOf = (setup: Setup): Promise<Lane[]> =>
  Promise.all(requestsOf(setup).map(remembered));

/** Where the book has the runs of a figure, and which they are. */
export interface Publication {
  readonly address: string;
  readonly edition: string;
}

/** Takes the published runs of a figure; if they do not come or are others, they are computed like any. */
export function offerPublished({ address, edition }: Publication, setup: Setup): void {
  const lanes = fetch(address)
    .then((response) => response.json() as Promise<unknown>)
    .then((data) => publishedLanes(data, edition));
  requestsOf(setup).forEach((request, index) => {
    const key = keyOf(request);
    if (memory.has(key)) return;
    const published = lanes.then((all) => all[index] ?? computed(request));
    memory.set(
      key,
      published.catch(() => computed(request)),
    );
  });
}

function remembered(request: Request): Promise<Lane> {
  const key = keyOf(request);
  const known = memory.get(key) ?? computed(request);
  memory.delete(key);
  memory.set(key, known);
  known.catch(() => memory.delete(key));
  for (const old of [...memory.keys()].slice(0, -kept)) memory.delete(old);
  return known;
}

function computed(request: Request): Promise<Lane> {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, (answer) => {
      if ('lane' in answer) resolve(answer.lane);
      else reject(new Error(answer.problem));
    });
    theWorker().postMessage({ id, request } satisfies Question);
  });
}

function theWorker(): Worker {
  worker ??= started();
  return worker;
}

function started(): Worker {
  const worker = new Worker(new URL('./compute.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  worker.addEventListener('error', ({ message }) => {
    for (const [id, answer] of waiting) answer({ id, problem: message || 'it did not load' });
    waiting.clear();
  });
  return worker;
}
