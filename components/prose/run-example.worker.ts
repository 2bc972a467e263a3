/** Runs one example of the book, away from the page. Only the chosen file is loaded. */
import type { ExampleModule, RunResult } from './example.ts';

const examples = import.meta.glob<ExampleModule>('../../src/examples/*.ts');

async function result(id: string): Promise<RunResult> {
  const lines: string[] = [];
  try {
    const load = examples[`../../src/examples/${id}.ts`];
    if (!load) return { ok: false, message: `there is no example "${id}"` };
    (await load()).default((line) => lines.push(line));
    return { ok: true, lines };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

addEventListener('message', async ({ data }: MessageEvent<string>) => {
  postMessage(await result(data));
});
