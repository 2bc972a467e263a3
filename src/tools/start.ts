/** `npm start`: builds the book, serves the built site and prints its address. */
import { base, outDir } from '../site/place.ts';
import { build } from './build.ts';
import { serve } from './serve.ts';

const first = Number(process.env['PORT']) || 4321;

console.log('Building the book ...');
const began = performance.now();
const { status, output } = await build({ base, outDir });
if (status !== 0) console.error(output);
try {
  const { url } = await serve(
    { base, outDir },
    Array.from({ length: 20 }, (_, i) => first + i),
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`Built in ${seconds} s. Read it at ${url} (Ctrl+C stops)`);
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
