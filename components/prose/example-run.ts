import type { ExampleMessage } from './example.ts';

/** An example that has not printed after this time is stopped. Loading it takes what it takes. */
export const limitMs = 2000;

/** The lines that an example printed, or why it did not: a message for readers. */
export type ExampleOutcome =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly message: string };

/**
 * Runs an example in a worker of its own, which ends with it. The time runs from when the worker has
 * the program: a slow line is no fault of the program. `signal` stops it.
 */
export async function runExample(id: string, signal: AbortSignal): Promise<ExampleOutcome> {
  const { promise, resolve } = Promise.withResolvers<ExampleOutcome>();
  const fail = (message: string) => resolve({ ok: false, message });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const take = ({ data }: MessageEvent<ExampleMessage>) => {
    if (data.kind === 'printed') resolve({ ok: true, lines: data.lines });
    else if (data.kind === 'failed') fail(data.message);
    else timer = setTimeout(() => fail(`it ran for more than ${limitMs / 1000} seconds`), limitMs);
  };
  let worker: Worker;
  try {
    worker = new Worker(new URL('./run-example.worker.ts', import.meta.url), { type: 'module' });
  } catch {
    return { ok: false, message: 'this browser starts no workers here' };
  }
  worker.addEventListener('message', take);
  worker.addEventListener('error', ({ message }) => fail(message || 'it could not be loaded'));
  signal.addEventListener('abort', () => fail('it was stopped'));
  worker.postMessage(id);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}
