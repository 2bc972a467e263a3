import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

export type SourceFile = { readonly path: string; readonly text: string };

const folders = ['src', 'components', 'pages', 'content', 'tests'];

/** The files of the project that people write, by path from the root. */
export const files: readonly SourceFile[] = [
  ...globSync('*.{ts,mjs}'),
  ...globSync(`{${folders.join(',')}}/**/*.{ts,tsx,mjs,astro,mdx,css}`),
]
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => statSync(path).isFile())
  .toSorted()
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const aliases: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(
    (JSON.parse(readFileSync('package.json', 'utf8')) as { imports: Record<string, string> })
      .imports,
  ).map(([alias, folder]) => [alias.replace('*', ''), folder.replace(/^\.\/|\*$/g, '')]),
);

/** A path of the project for `./x.ts` or `#engine/x.ts`; undefined for a package. */
export function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier.replace(/\?.*$/, ''));
  for (const [alias, folder] of Object.entries(aliases))
    if (specifier.startsWith(alias)) return folder + specifier.slice(alias.length);
  return undefined;
}

/** One import; `typesOnly` where the compiler erases it, so that nothing is loaded. */
export type Import = { readonly specifier: string; readonly typesOnly: boolean };

/** What the import statements of a file name, whether they come first or are asked for later. */
export function importsOf({ text }: SourceFile): Import[] {
  const statement =
    /^\s*(?:import|export)\b(\s+type\b)?(?:[^'"`;=]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;
  return [...text.matchAll(statement)].map(([, types, named, dynamic]) => ({
    specifier: named ?? dynamic ?? '',
    typesOnly: types !== undefined,
  }));
}

/**
 * The files that a file leads to: by import, by a glob of Vite, by a URL, by a path in a setting.
 * Every string that is a path of the project counts.
 */
export function edgesOf(file: SourceFile): string[] {
  const strings = file.text.matchAll(/['"`]((?:\.{1,2}\/|#[a-z]+\/)[^'"`\n]*)['"`]/g);
  return [...strings].flatMap(([, specifier = '']) => {
    const path = resolve(file.path, specifier);
    if (!path) return [];
    if (path.includes('*')) return globSync(path).map((found) => found.replaceAll('\\', '/'));
    return existsSync(join('.', path)) ? [path] : [];
  });
}
