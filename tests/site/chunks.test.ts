import { expect, test } from 'vitest';
import { chunkGroups, type Modules } from '#site/chunks.ts';

const view = (name: string) => `/book/src/views/${name}`;

/** An island that draws `duel` at once and asks for `table`; both need `words`. */
const importers: Readonly<Record<string, readonly string[]>> = {
  '/book/island.tsx': [],
  [view('duel.ts')]: ['/book/island.tsx'],
  [view('words.ts')]: [view('duel.ts'), view('table.ts')],
  [view('table.ts')]: [],
  [view('circle.ts')]: [view('circle.ts')],
  '/book/components/widgets/lab/state.ts': ['/book/island.tsx'],
};
const modules: Modules = {
  getModuleInfo: (id) => ({ importers: importers[id] ?? [], isEntry: id === '/book/island.tsx' }),
};

test.each([
  [view('duel.ts'), 'shared'],
  [view('words.ts'), 'shared'],
  [view('table.ts'), null],
  [view('circle.ts'), null],
  ['/book/island.tsx', null],
  ['/book/components/widgets/lab/state.ts', 'lab'],
  ['/book/components/widgets/lab/later.ts', null],
])('%s is in the file %s', (id, chunk) => {
  const [first = null] = chunkGroups.flatMap(({ name }) => name(id, modules) ?? []);
  expect(first).toBe(chunk);
});
