/**
 * The floors of the house. Each row says what the files of a folder may import; what is not named
 * is forbidden. A folder may always import itself: `at` matches its name up to the slash.
 */
export type Floor = {
  readonly name: string;
  /** The paths that stand here. The first row that fits counts. */
  readonly at: RegExp;
  /** Beginnings of paths that may be imported. */
  readonly may: readonly string[];
  /** Beginnings of paths of which only types may be named: nothing of them is loaded. */
  readonly types?: readonly string[];
  readonly packages?: readonly string[];
};

const engine = (...names: readonly string[]) => names.map((name) => `src/engine/${name}`);
const views = (...names: readonly string[]) => names.map((name) => `src/views/${name}/`);

/** What is read in a page without running anything, and what runs: at build and in workers. */
const light = ['src/engine/index.ts', 'src/engine/vocabulary/'];
const doors = [...light, 'src/engine/execute.ts'];
const starlight = ['@astrojs/starlight', 'astro:', 'astro'];

const engineFloors: readonly Floor[] = [
  { name: 'units', at: /^src\/engine\/vocabulary\/units\.ts$/, may: [] },
  {
    // A scenario and a run are named by everybody, and name with a type what made their parts.
    name: 'vocabulary',
    at: /^src\/engine\/vocabulary\//,
    may: [],
    types: engine('parameters/', 'memory/', 'devices/device', 'architectures/', 'faults/fault'),
  },
  { name: 'random', at: /^src\/engine\/random\.ts$/, may: engine('vocabulary/') },
  { name: 'memory', at: /^src\/engine\/memory\//, may: engine('vocabulary/') },
  { name: 'parameters', at: /^src\/engine\/parameters\//, may: engine('vocabulary/') },
  { name: 'des', at: /^src\/engine\/des\//, may: engine('vocabulary/', 'random') },
  // A device computes: it spends no time and knows nobody above it.
  { name: 'devices', at: /^src\/engine\/devices\//, may: engine('vocabulary/', 'memory/') },
  // A driver meets its device through the bus and guest memory only.
  { name: 'drivers', at: /^src\/engine\/drivers\//, may: engine('vocabulary/', 'memory/') },
  {
    // An architecture is a table: it says where things are, and runs nothing.
    name: 'architectures',
    at: /^src\/engine\/architectures\//,
    may: engine('vocabulary/', 'parameters/'),
    types: engine('devices/device'),
  },
  {
    name: 'procedures',
    at: /^src\/engine\/procedures\//,
    may: engine('vocabulary/', 'architectures/'),
  },
  {
    name: 'host',
    at: /^src\/engine\/host\//,
    may: engine(
      'vocabulary/',
      'memory/',
      'parameters/',
      'des/',
      'drivers/driver',
      'architectures/',
    ),
    types: engine('devices/device'),
  },
  {
    name: 'guest',
    at: /^src\/engine\/guest\//,
    may: engine('vocabulary/', 'memory/', 'des/', 'drivers/driver', 'host/'),
  },
  {
    name: 'workload',
    at: /^src\/engine\/workload\//,
    may: engine('vocabulary/', 'memory/', 'des/', 'random', 'host/', 'guest/'),
  },
  {
    name: 'faults',
    at: /^src\/engine\/faults\//,
    may: engine('vocabulary/', 'parameters/', 'devices/', 'architectures/'),
    types: engine('des/', 'host/', 'guest/', 'workload/'),
  },
  {
    // It runs what it observes.
    name: 'observed',
    at: /^src\/engine\/observe\/observed\.ts$/,
    may: engine('vocabulary/', 'observe/', 'catalogue'),
  },
  {
    // What guest and device write, seen from beside them.
    name: 'observe',
    at: /^src\/engine\/observe\//,
    may: engine('vocabulary/', 'memory/'),
    types: engine('devices/device'),
  },
  {
    // What is read off a run. Kept light: the page reads runs too.
    name: 'analysis',
    at: /^src\/engine\/analysis\//,
    may: engine('vocabulary/', 'memory/', 'parameters/'),
    types: engine('des/', 'host/', 'architectures/'),
  },
  {
    name: 'simulate',
    at: /^src\/engine\/simulate\.ts$/,
    may: engine(
      'vocabulary/',
      'observe/observer',
      'memory/',
      'parameters/',
      'devices/',
      'drivers/',
      'architectures/',
      'host/',
      'guest/',
      'workload/',
      'faults/',
      'analysis/',
    ),
  },
  {
    name: 'choices',
    at: /^src\/engine\/choices\.ts$/,
    may: engine('vocabulary/', 'architectures/'),
    types: engine('devices/device'),
  },
  {
    name: 'rings',
    at: /^src\/engine\/rings\.ts$/,
    may: engine('vocabulary/'),
    types: engine('drivers/driver'),
  },
  {
    name: 'catalogue',
    at: /^src\/engine\/catalogue\.ts$/,
    may: engine(
      'vocabulary/',
      'observe/observer',
      'parameters/',
      'devices/',
      'drivers/',
      'architectures/',
      'faults/',
      'choices',
      'rings',
      'simulate',
    ),
  },
  {
    name: 'remarks',
    at: /^src\/engine\/remarks\.ts$/,
    may: engine('vocabulary/', 'catalogue'),
  },
  {
    name: 'light door',
    at: /^src\/engine\/index\.ts$/,
    may: engine('vocabulary/', 'memory/', 'analysis/', 'observe/journal'),
    types: engine('parameters/', 'devices/', 'architectures/', 'procedures/', 'catalogue'),
  },
  {
    name: 'heavy door',
    at: /^src\/engine\/execute\.ts$/,
    may: engine(
      'parameters/',
      'devices/',
      'architectures/',
      'procedures/',
      'faults/',
      'observe/observed',
      'catalogue',
      'remarks',
    ),
  },
  { name: 'validation', at: /^src\/engine\/validation\//, may: ['src/engine/'] },
];

/** A view reads a run: it opens the light door only, and names no architecture. */
const room = (name: string, ...below: readonly string[]): Floor => ({
  name: `views/${name}`,
  at: new RegExp(`^src/views/${name}/`),
  may: [...light, ...views(...below)],
  packages: ['preact'],
});

const viewFloors: readonly Floor[] = [
  {
    // At build and in workers: what a page is handed as data. That no page loads these is a test of its own.
    name: 'views beside the engine',
    at: /^src\/views\/(?:lane\/standings|place\/placement)\.ts$/,
    may: [...doors, ...views('language', 'lane', 'place')],
  },
  room('language'),
  room('lane', 'language'),
  room('chart', 'language'),
  room('bytes', 'language'),
  room('duel', 'language', 'lane'),
  room('place', 'language', 'lane'),
  room('time', 'language', 'lane'),
  room('table', 'language', 'lane'),
];

const siteFloors: readonly Floor[] = [
  {
    // A kind of figure runs what its figures ask for, while the book is built.
    name: 'figure kinds',
    at: /^src\/figures\/kinds\//,
    may: [...doors, 'src/figures/', 'src/views/'],
    packages: ['preact'],
  },
  {
    name: 'figures',
    at: /^src\/figures\//,
    may: [...light, 'src/views/'],
    packages: ['preact'],
  },
  { name: 'examples', at: /^src\/examples\//, may: ['src/engine/', 'src/views/'] },
  {
    name: 'site',
    at: /^src\/site\//,
    may: [],
    packages: [
      '@astrojs/starlight',
      'astro',
      'jsdom',
      'mermaid',
      'node:',
      'satteri',
      'shiki',
      'svgo',
    ],
  },
  {
    name: 'tools',
    at: /^src\/tools\//,
    may: ['src/'],
    packages: ['@stryker-mutator/core', 'compression', 'node:', 'prettier', 'send'],
  },
  {
    name: 'kit',
    at: /^components\/widgets\/kit\//,
    may: [...doors, 'src/views/', 'src/site/'],
    packages: ['preact'],
  },
  {
    name: 'widgets',
    at: /^components\/widgets\/[^/]+\//,
    may: [...doors, 'components/widgets/kit/', 'src/figures/', 'src/views/', 'src/site/'],
    packages: ['preact'],
  },
  {
    name: 'components/page',
    at: /^components\/page\//,
    may: ['components/prose/', 'src/site/'],
    packages: starlight,
  },
  {
    name: 'components/reference',
    at: /^components\/reference\//,
    may: [...doors, 'components/widgets/', 'src/views/', 'src/site/'],
    packages: starlight,
  },
  {
    name: 'components/prose',
    at: /^components\/prose\//,
    may: [...doors, 'components/widgets/', 'src/figures/', 'src/views/', 'src/site/'],
    packages: starlight,
  },
  {
    name: 'pages',
    at: /^pages\//,
    may: [...doors, 'components/', 'src/figures/', 'src/views/', 'src/site/'],
    packages: starlight,
  },
  { name: 'content', at: /^content\//, may: ['components/'] },
  {
    name: 'tests',
    at: /^tests\//,
    may: [''],
    packages: [
      '@axe-core/playwright',
      '@playwright/test',
      'fast-check',
      'jsdom',
      'node:',
      'preact',
      'preact-render-to-string',
      'satteri',
      'typescript',
      'vitest',
    ],
  },
  {
    name: 'root',
    at: /^[^/]+$/,
    may: ['src/site/'],
    packages: [
      '@astrojs/markdown-satteri',
      '@astrojs/mdx',
      '@astrojs/preact',
      '@astrojs/sitemap',
      '@playwright/test',
      '@sparticuz/chromium',
      'vitest',
      ...starlight,
    ],
  },
];

export const floors: readonly Floor[] = [...engineFloors, ...viewFloors, ...siteFloors];

/** The floor on which a path stands, with the folder that is its own; undefined if there is none. */
export function floorOf(path: string): (Floor & { readonly own: string | undefined }) | undefined {
  const floor = floors.find(({ at }) => at.test(path));
  const [matched = ''] = floor?.at.exec(path) ?? [];
  return floor && { ...floor, own: matched.endsWith('/') ? matched : undefined };
}
