/** Runs one example of the book, away from the page. Only the chosen file is loaded. */
import type { ExampleMessage, ExampleModule } from './example.ts';

const examples = import.meta.glob<ExampleModule>('../../src/examples/*.ts');

const tell = (message: ExampleMessage) => postMessage(message);

async function run(id: string) {
  const load = examples[`../../src/examples/${id}.ts`];
  if (!load) throw new Error(`there is no example "${id}"`);
  const example = await load();
  tell({ kind: 'loaded' });
  const lines: string[] = [];
  example.default((line) => lines.push(line));
  tell({ kind: 'printed', lines });
}

addEventListener('message', ({ data }: MessageEvent<string>) => {
  run(data).catch((error: unknown) => {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
