/**
 * Lanes for a setup, each scenario once: those of the figure as published come with the book, all others are
 * computed in a worker. So a reader who only steps never loads the engine.
 */
import type { Request, Run, Standing } from '#engine/index.ts';
import type { LaneChoice, Setup } from '#figures/figure.ts';
import { type Lane, laneWith } from '#views/duel/lanes.ts';
import { laneKey } from './duel.ts';

export interface Question {
  readonly id: number;
  readonly request: Request;
}

export type Answer =
  { readonly id: number; readonly lane: Lane } | { readonly id: number; readonly problem: string };

/** A run as the book publishes it, with the standing of its latency. */
export interface Published {
  readonly run: Run;
  readonly standing?: Standing | undefined;
}

/** How many lanes are kept: long ones hold thousands of events. */
const kept = 24;

const memory = new Map<string, Promise<Lane>>();
const waiting = new Map<number, (answer: Answer) => void>();
let worker: Worker | undefined;
let asked = 0;

/** The lanes of a setup, in its order. */
export const lanesOf = (setup: Setup): Promise<Lane[]> =>
  Promise.all(setup.lanes.map((lane) => remembered(setup, lane)));

/** Takes the published runs of a figure from the book; if they do not come, they are computed like any other. */
export function offerPublished(address: string, setup: Setup): void {
  const runs = fetch(address).then((response) => response.json() as Promise<Published[]>);
  setup.lanes.forEach((lane, index) => {
    const key = laneKey(setup, lane);
    if (memory.has(key)) return;
    const published = runs.then((all) => {
      const { run, standing } = all[index] as Published;
      return laneWith(run, standing);
    });
    memory.set(
      key,
      published.catch(() => computed(setup, lane)),
    );
  });
}

function remembered(setup: Setup, lane: LaneChoice): Promise<Lane> {
  const key = laneKey(setup, lane);
  const known = memory.get(key) ?? computed(setup, lane);
  memory.delete(key);
  memory.set(key, known);
  known.catch(() => memory.delete(key));
  for (const old of [...memory.keys()].slice(0, -kept)) memory.delete(old);
  return known;
}

function computed({ operation, count, pattern }: Setup, lane: LaneChoice): Promise<Lane> {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    waiting.set(id, (answer) => {
      if ('lane' in answer) resolve(answer.lane);
      else reject(new Error(answer.problem));
    });
    theWorker().postMessage({
      id,
      request: { ...lane, operation, count, pattern },
    } satisfies Question);
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
