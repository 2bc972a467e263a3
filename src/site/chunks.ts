import { sep } from 'node:path';

/** What the bundler knows of a module: who imports it at once, and whether a page loads it. */
export type Module = { readonly importers: readonly string[]; readonly isEntry: boolean };
export type Modules = { getModuleInfo(id: string): Module | null };

/** What islands share: how they draw, the words of scenarios, and the kit. */
const shared = /\/(?:src\/views|src\/engine\/vocabulary|components\/widgets\/kit)\//;
const widget = /\/components\/widgets\/([\w-]+)\//;

/** Whether a page loads the module with its first script, and not when it asks for more. */
function loadsAtOnce(id: string, modules: Modules): boolean {
  const seen = new Set([id]);
  for (const one of seen) {
    const module = modules.getModuleInfo(one);
    if (module?.isEntry) return true;
    for (const importer of module?.importers ?? []) seen.add(importer);
  }
  return false;
}

type Namer = (id: string, modules: Modules) => string | null;

const atOnce =
  (nameOf: (path: string) => string | undefined): Namer =>
  (id, modules) => {
    const name = nameOf(id.split(sep).join('/'));
    return name !== undefined && loadsAtOnce(id, modules) ? name : null;
  };

/**
 * The files of the page's script. What islands load at once is one file that they share and one for
 * each widget: in pieces, one for each set of parts that needs it, it compresses worse. All else is
 * left to the bundler. The higher priority takes a module first, with what it imports.
 */
export const chunkGroups: { name: Namer; priority: number }[] = [
  { name: atOnce((path) => (shared.test(path) ? 'shared' : undefined)), priority: 2 },
  { name: atOnce((path) => widget.exec(path)?.[1]), priority: 1 },
];
