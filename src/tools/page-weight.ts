/**
 * `npm run weight`: what each page of the built site weighs, compressed as a host sends it. Script is
 * what the page loads by itself: its own, its islands', and what those import, each file once. `Later`
 * is what they may ask for: views, workers, search. Styles and the page's HTML stand beside.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { base, outDir } from '../site/place.ts';
import type { Place } from './build.ts';

/** Compressed bytes, and the files that they are of. */
export type Weight = { readonly bytes: number; readonly files: readonly string[] };
export type PageWeight = {
  readonly page: string;
  readonly html: number;
  readonly script: Weight;
  readonly later: Weight;
  readonly style: Weight;
};

const scriptOf =
  /<script\b[^>]*\ssrc="([^"]+)"|\b(?:component|renderer|before-hydration)-url="([^"]+)"/g;
const styleOf = /<link\b[^>]*\srel="stylesheet"[^>]*\shref="([^"]+)"/g;
const imported = /\b(?:from|import)\s*["']([^"'`]+\.js)["']/g;
const askedFor =
  /\bimport\(\s*["'`]([^"'`]+\.js)["'`]\s*\)|["'`]([^"'`\s]*\.worker-[\w-]+\.js)["'`]/g;

/** What each page of a built site weighs, heaviest script first. Sizes in bytes. */
export function pageWeights({ base, outDir }: Place): PageWeight[] {
  const read = (file: string) => readFileSync(`${outDir}/${file}`);
  const sizes = new Map<string, number>();
  const size = (file: string) => {
    const known = sizes.get(file) ?? gzipSync(read(file)).length;
    sizes.set(file, known);
    return known;
  };
  const weigh = (files: readonly string[]): Weight => ({
    bytes: files.reduce((sum, file) => sum + size(file), 0),
    files,
  });
  const found = (text: string, pattern: RegExp, from: string): string[] =>
    [...text.matchAll(pattern)]
      .map(([, one, other]) => fileOf(one ?? other ?? '', from, base))
      .filter((file) => existsSync(`${outDir}/${file}`));
  const closure = (first: readonly string[], patterns: readonly RegExp[]): string[] => {
    const files = new Set(first);
    for (const file of files)
      for (const pattern of patterns)
        for (const next of found(read(file).toString(), pattern, file)) files.add(next);
    return [...files];
  };
  return globSync('**/*.html', { cwd: outDir })
    .map((page): PageWeight => {
      const html = read(page).toString();
      const begun = found(html, scriptOf, page);
      const script = closure(begun, [imported]);
      const later = closure(begun, [imported, askedFor]).filter((file) => !script.includes(file));
      return {
        page: `/${page.replace(/(^|\/)index\.html$/, '$1')}`,
        html: size(page),
        script: weigh(script),
        later: weigh(later),
        style: weigh([...new Set(found(html, styleOf, page))]),
      };
    })
    .toSorted((a, b) => b.script.bytes - a.script.bytes || a.page.localeCompare(b.page));
}

/** The file of a link: from the base of the site, or beside the file that names it. */
function fileOf(link: string, from: string, base: string): string {
  return link.startsWith('/') ? link.slice(base.length) : posix.join(posix.dirname(from), link);
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

function row({ page, html, script, later, style }: PageWeight): string {
  const cells = [script.bytes, later.bytes, style.bytes, html].map(kilobytes);
  return `${cells.join('')}  ${page}`;
}

if (import.meta.main) {
  const [folder = outDir] = process.argv.slice(2);
  const heads = ['script', 'later', 'style', 'page'].map((head) => head.padStart(10));
  console.log(`${heads.join('')}  compressed, of ${folder}`);
  const weights = pageWeights({ base, outDir: folder });
  for (const weight of weights) console.log(row(weight));
  console.log(`\nfiles of ${weights[0]?.page}:`);
  for (const file of weights[0]?.script.files ?? []) {
    const bytes = gzipSync(readFileSync(`${folder}/${file}`)).length;
    console.log(`${kilobytes(bytes)}  ${file}`);
  }
}
