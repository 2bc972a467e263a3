import { expect, test } from 'vitest';
import { chunkOf, type Modules } from '#site/chunks.ts';

const view = (name: string) => `/book/src/views/${name}`;

/** An island that draws `duel` at once and asks for `table`; both need `words`. */
const importers: Readonly<Record<string, readonly string[]>> = {
  '/book/island.tsx': [],
  [view('duel.ts')]: ['/book/island.tsx'],
  [view('words.ts')]: [view('duel.ts'), view('table.ts')],
  [view('table.ts')]: [],
  [view('circle.ts')]: [view('circle.ts')],
};
const modules: Modules = {
  getModuleInfo: (id) => ({ importers: importers[id] ?? [], isEntry: id === '/book/island.tsx' }),
};

test.each([
  [view('duel.ts'), 'views'],
  [view('words.ts'), 'views'],
  [view('table.ts'), null],
  [view('circle.ts'), null],
  ['/book/island.tsx', null],
])('%s is in the file %s', (id, chunk) => {
  expect(chunkOf(id, modules)).toBe(chunk);
});
