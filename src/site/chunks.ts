import { sep } from 'node:path';

/** What the bundler knows of a module: who imports it at once, and whether a page loads it. */
export type Module = { readonly importers: readonly string[]; readonly isEntry: boolean };
export type Modules = { getModuleInfo(id: string): Module | null };

const isView = (id: string) => id.split(sep).join('/').includes('/src/views/');

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

/**
 * The file for a module of the page's script. The views that islands draw with at once are one file
 * with what they need: in pieces, one for each set of islands that shares it, they compress worse. All
 * else is left to the bundler.
 */
export function chunkOf(id: string, modules: Modules): string | null {
  return isView(id) && loadsAtOnce(id, modules) ? 'views' : null;
}
