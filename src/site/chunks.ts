import { sep } from 'node:path';

/** What the bundler knows of a module: who imports it, at once or later, and whether a page loads it. */
export type Module = {
  readonly importers: readonly string[];
  readonly dynamicImporters: readonly string[];
  readonly isEntry: boolean;
};
export type Modules = { getModuleInfo(id: string): Module | null };

const slashed = (id: string) => id.split(sep).join('/');

/** The folders of the islands that come to a module by the importers that are followed. */
function islandsOf(
  id: string,
  modules: Modules,
  follow: (module: Module) => readonly string[],
): readonly string[] {
  const seen = new Set([id]);
  const islands = new Set<string>();
  for (const one of seen) {
    const module = modules.getModuleInfo(one);
    const [, folder] = /\/components\/(?:widgets\/)?([\w-]+)\//.exec(slashed(one)) ?? [];
    if (module?.isEntry && folder) islands.add(folder);
    for (const importer of module ? follow(module) : []) seen.add(importer);
  }
  return [...islands];
}

/** What islands may have in common: views, the words of scenarios, and widgets with their kit. */
const ours = /\/(?:src\/views|src\/engine\/vocabulary|components\/widgets)\//;

/**
 * The file of a module that islands load with their first script: shared, or of the one that alone
 * needs it. What one loads at once and another later is in neither, or the other would load both.
 */
function chunkOf(id: string, modules: Modules): string | null {
  if (!ours.test(slashed(id))) return null;
  const atOnce = islandsOf(id, modules, ({ importers }) => importers);
  if (atOnce.length > 1) return 'shared';
  const ever = islandsOf(id, modules, (module) => [
    ...module.importers,
    ...module.dynamicImporters,
  ]);
  return ever.length === 1 ? (atOnce[0] ?? null) : null;
}

type Group = {
  readonly name: string | ((id: string, modules: Modules) => string | null);
  readonly test?: RegExp;
  readonly priority: number;
};

/**
 * The files of the page's script. What islands load at once is one file that they share and one for
 * each of them: in pieces, one for each set of parts that needs it, it compresses worse. All else is
 * left to the bundler. A group takes with a module what that imports; so what Vite loads modules with
 * goes first, for pages without islands load it too.
 */
export const chunkGroups: Group[] = [
  { name: 'preload-helper', test: /vite\/preload-helper/, priority: 3 },
  {
    name: (id, modules) => (chunkOf(id, modules) === 'shared' ? 'shared' : null),
    priority: 2,
  },
  { name: chunkOf, priority: 1 },
];
