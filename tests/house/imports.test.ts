import { describe, expect, test } from 'vitest';
import { floorOf, floors } from './floors.ts';
import { files, importsOf, resolve, type SourceFile } from './files.ts';

/** The package of a specifier: `node:fs/promises` is of `node:`, `preact/hooks` of `preact`. */
function packageOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/');
  if (scope.startsWith('@')) return `${scope}/${name}`;
  return scope.includes(':') ? scope.slice(0, scope.indexOf(':') + 1) : scope;
}

/** What is wrong with the imports of a file, as `file imports other`. */
function wrongImports(file: SourceFile): string[] {
  const floor = floorOf(file.path);
  if (!floor)
    return [`${file.path} stands on no floor: give its folder a row in tests/house/floors.ts`];
  return importsOf(file).flatMap(({ specifier, typesOnly }) => {
    const path = resolve(file.path, specifier);
    const may = [...floor.may, ...(typesOnly ? (floor.types ?? []) : [])];
    const fine = path
      ? [floor.own, ...may].some((start) => start !== undefined && path.startsWith(start))
      : floor.packages?.includes(packageOf(specifier));
    return fine ? [] : [`${file.path} imports ${path ?? specifier}`];
  });
}

test('imports go down the floors, and only where a row says so', () => {
  expect(files.flatMap(wrongImports)).toEqual([]);
});

/** A file on each floor, and an import that its row forbids. */
const forbidden: Readonly<Record<string, readonly [file: string, statement: string]>> = {
  units: ['src/engine/vocabulary/units.ts', "import type { Run } from './run.ts';"],
  vocabulary: ['src/engine/vocabulary/x.ts', "import { a } from '../memory/register.ts';"],
  random: ['src/engine/random.ts', "import { a } from './des/server.ts';"],
  memory: ['src/engine/memory/x.ts', "import { a } from '../devices/e1000.ts';"],
  parameters: ['src/engine/parameters/x.ts', "import { a } from '../memory/register.ts';"],
  des: ['src/engine/des/x.ts', "import { a } from '../host/host.ts';"],
  devices: ['src/engine/devices/x.ts', "import { a } from '../drivers/e1000.ts';"],
  drivers: ['src/engine/drivers/x.ts', "import type { A } from '../devices/e1000.ts';"],
  architectures: ['src/engine/architectures/x.ts', "import { a } from '../host/host.ts';"],
  procedures: ['src/engine/procedures/x.ts', "import { a } from '../des/server.ts';"],
  host: ['src/engine/host/x.ts', "import { a } from '../guest/guest.ts';"],
  guest: ['src/engine/guest/x.ts', "import { a } from '../workload/workload.ts';"],
  workload: ['src/engine/workload/x.ts', "import { a } from '../devices/index.ts';"],
  faults: ['src/engine/faults/x.ts', "import { a } from '../simulate.ts';"],
  observed: ['src/engine/observe/observed.ts', "import { a } from '../simulate.ts';"],
  observe: ['src/engine/observe/x.ts', "import { a } from '../catalogue.ts';"],
  analysis: ['src/engine/analysis/x.ts', "import { a } from '../host/host.ts';"],
  simulate: ['src/engine/simulate.ts', "import { a } from './catalogue.ts';"],
  rings: ['src/engine/rings.ts', "import { a } from './catalogue.ts';"],
  choices: ['src/engine/choices.ts', "import { a } from './catalogue.ts';"],
  catalogue: ['src/engine/catalogue.ts', "import { a } from './validation/validate.ts';"],
  'light door': ['src/engine/index.ts', "export { a } from './architectures/index.ts';"],
  'heavy door': ['src/engine/execute.ts', "export { a } from './validation/validate.ts';"],
  validation: ['src/engine/validation/x.ts', "import fs from 'node:fs';"],
  'views beside the engine': [
    'src/views/lane/standings.ts',
    "import { a } from '../duel/duel.ts';",
  ],
  'views/language': ['src/views/language/x.ts', "import { a } from '../duel/duel.ts';"],
  'views/lane': ['src/views/lane/x.ts', "import { a } from '../duel/duel.ts';"],
  'views/chart': ['src/views/chart/x.ts', "import { a } from '../duel/duel.ts';"],
  'views/bytes': ['src/views/bytes/x.ts', "import { a } from '#engine/execute.ts';"],
  'views/duel': ['src/views/duel/x.ts', "import { a } from '../time/timeline.ts';"],
  'views/place': ['src/views/place/x.ts', "import { a } from '#engine/architectures/xen.ts';"],
  'views/time': ['src/views/time/x.ts', "import { a } from '#components/widgets/x/x.ts';"],
  'views/table': ['src/views/table/x.ts', "import { a } from '#figures/index.ts';"],
  'figure kinds': ['src/figures/kinds/x.ts', "import { a } from '#site/place.ts';"],
  figures: ['src/figures/x.ts', "import { a } from '#engine/execute.ts';"],
  examples: ['src/examples/x.ts', "import { a } from '#site/place.ts';"],
  site: ['src/site/x.ts', "import { a } from '#engine/index.ts';"],
  tools: ['src/tools/x.ts', "import { a } from '#components/prose/value.ts';"],
  kit: ['components/widgets/kit/x.ts', "import { a } from '../flow-explorer/state.ts';"],
  widgets: ['components/widgets/x/x.ts', "import { a } from '../flow-explorer/state.ts';"],
  'components/page': ['components/page/x.ts', "import { a } from '#engine/index.ts';"],
  'components/reference': [
    'components/reference/X.astro',
    "import { a } from '#engine/des/server.ts';",
  ],
  'components/prose': ['components/prose/x.ts', "import { a } from '#engine/devices/index.ts';"],
  pages: ['pages/x.astro', "import { a } from '#engine/devices/index.ts';"],
  content: ['content/docs/x.mdx', "import { a } from '#engine/index.ts';"],
  tests: ['tests/x.test.ts', "import { a } from 'express';"],
  remarks: ['src/engine/remarks.ts', "import { a } from './simulate.ts';"],
  root: ['x.config.ts', "import { a } from '#engine/index.ts';"],
};

test.each(floors.map(({ name }) => name))('the row %s forbids something', (name) => {
  const [path = '', text = ''] = forbidden[name] ?? [];
  expect(floorOf(path)?.name).toBe(name);
  expect(wrongImports({ path, text })).toHaveLength(1);
});

describe('the rules', () => {
  const wrong = (path: string, text: string) => wrongImports({ path, text }).length;

  test('see types apart from what is loaded', () => {
    const run = 'src/engine/vocabulary/run.ts';
    expect(wrong(run, "import type { A } from '../architectures/architecture.ts';")).toBe(0);
    expect(wrong(run, "import { a } from '../architectures/architecture.ts';")).toBe(1);
    expect(wrong(run, "import { type A } from '../architectures/architecture.ts';")).toBe(1);
  });

  test('let a widget have itself and the kit', () => {
    expect(wrong('components/widgets/x/X.tsx', "import { a } from './state.ts';")).toBe(0);
    expect(wrong('components/widgets/x/X.tsx', "import { a } from '../kit/dock.tsx';")).toBe(0);
  });

  test('refuse a folder that nobody placed', () => {
    expect(wrong('src/engine/newcomer/x.ts', '')).toBe(1);
  });
});

/** What a file loads in the page's main thread: a worker is a page of its own. */
const loads = (file: SourceFile) =>
  importsOf(file).flatMap(({ specifier, typesOnly }) => {
    const path = typesOnly ? undefined : resolve(file.path, specifier);
    return path ? [path] : [];
  });

/** Where script of a page begins: what an .astro file hydrates, and what its script blocks import. */
function scriptsOf(file: SourceFile): string[] {
  if (!file.path.endsWith('.astro')) return [];
  const [, frontmatter = '', ...markup] = file.text.split(/^---$/m);
  const body = markup.join('');
  const hydrated = new Set([...body.matchAll(/<(\w+)\b[^<]*?\sclient:/g)].map(([, name]) => name));
  const imported = frontmatter.split('\n').filter((line) => {
    const [, name] = /^import (\w+) from/.exec(line) ?? [];
    return name !== undefined && hydrated.has(name);
  });
  return loads({ path: file.path, text: [...imported, body].join('\n') });
}

/** The files that load in a page, each with the file that asked for it. */
function loadedFrom(all: readonly SourceFile[]): Map<string, string> {
  const known = new Map(all.map((file) => [file.path, file]));
  const reached = new Map<string, string>();
  const visit = (path: string, asker: string) => {
    const file = known.get(path);
    if (!file || reached.has(path)) return;
    reached.set(path, asker);
    for (const next of loads(file)) visit(next, path);
  };
  for (const file of all) for (const script of scriptsOf(file)) visit(script, file.path);
  return reached;
}

const heavyDoor = 'src/engine/execute.ts';

test('no page opens the heavy door: its script runs nothing, workers do', () => {
  const reached = loadedFrom(files);
  expect([...reached.keys()]).toContain('components/widgets/flow-explorer/FlowExplorer.tsx');
  expect(reached.get(heavyDoor)).toBeUndefined();
});

test('the heavy door is seen behind other files', () => {
  const page = {
    path: 'pages/x.astro',
    text: "---\nimport X from './X.tsx';\n---\n<X client:load />",
  };
  const island = { path: 'pages/X.tsx', text: "import { a } from './a.ts';" };
  const inner = { path: 'pages/a.ts', text: "import { runRequest } from '#engine/execute.ts';" };
  const door = { path: heavyDoor, text: '' };
  expect(loadedFrom([page, island, inner, door]).get(heavyDoor)).toBe('pages/a.ts');
});
