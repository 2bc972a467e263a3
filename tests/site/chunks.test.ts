import { expect, test } from 'vitest';
import { chunkGroups, type Modules } from '#site/chunks.ts';

const view = (name: string) => `/book/src/views/${name}`;
const widget = (name: string) => `/book/components/widgets/${name}`;

/** Two islands draw `duel` at once and ask for `table`; both need `words`, and one its own `state`. */
const importers: Readonly<Record<string, readonly string[]>> = {
  [view('duel.ts')]: [widget('one/One.tsx'), widget('two/Two.tsx')],
  [view('words.ts')]: [view('duel.ts'), view('table.ts')],
  [view('chart.ts')]: [widget('two/Two.tsx')],
  [view('circle.ts')]: [view('circle.ts')],
  [widget('one/state.ts')]: [widget('one/One.tsx')],
  [widget('kit/picker.ts')]: [widget('one/One.tsx')],
  '/book/node_modules/preact.js': [widget('one/One.tsx'), widget('two/Two.tsx')],
};
/** What is asked for later: a picker of the second island, which the first shows at once. */
const dynamicImporters: Readonly<Record<string, readonly string[]>> = {
  [view('table.ts')]: [widget('one/One.tsx')],
  [widget('kit/picker.ts')]: [widget('two/Two.tsx')],
};
const modules: Modules = {
  getModuleInfo: (id) => ({
    importers: importers[id] ?? [],
    dynamicImporters: dynamicImporters[id] ?? [],
    isEntry: /One|Two/.test(id),
  }),
};

test.each([
  [view('duel.ts'), 'shared'],
  [view('words.ts'), 'shared'],
  [view('chart.ts'), 'two'],
  [view('table.ts'), null],
  [view('circle.ts'), null],
  [widget('one/state.ts'), 'one'],
  [widget('one/later.ts'), null],
  [widget('kit/picker.ts'), null],
  ['/book/node_modules/preact.js', null],
])('%s is in the file %s', (id, chunk) => {
  const names = chunkGroups
    .toSorted((a, b) => b.priority - a.priority)
    .flatMap(({ name }) => (typeof name === 'function' ? (name(id, modules) ?? []) : []));
  expect(names[0] ?? null).toBe(chunk);
});
