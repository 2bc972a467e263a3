import { existsSync, readFileSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { site } from '../site/place.ts';
import type { Place } from './build.ts';

type Page = {
  readonly path: string;
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
  readonly problems: readonly string[];
};

/**
 * Reads a built site as a visitor's browser would, and returns what is wrong with it: links, images
 * and scripts that lead nowhere, fragments without a heading, addresses without their slash, pages
 * without title, description or security policy, pages that the sitemap forgot, and what hosts need to serve all of it.
 */
export async function checkSite({ base, outDir }: Place): Promise<string[]> {
  const folder = resolve(outDir);
  const files = new Set<string>();
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true }))
    if (entry.isFile())
      files.add(`${entry.parentPath}/${entry.name}`.slice(folder.length + 1).replaceAll('\\', '/'));
  const pages = new Map<string, Page>();
  for (const file of files)
    if (file.endsWith('.html'))
      pages.set(file, readPage(file, await readFile(`${folder}/${file}`, 'utf8')));
  return [
    ...[...pages.values()].flatMap((page) => [
      ...page.problems,
      ...page.links.flatMap((link) => brokenLink(link, page, { base, files, pages })),
    ]),
    ...forgottenBySitemap(folder, base, pages),
    // Without this file GitHub Pages leaves out folders whose names begin with an underscore.
    ...(existsSync(`${folder}/.nojekyll`)
      ? []
      : ['there is no .nojekyll: put an empty one into public']),
  ].toSorted();
}

/** What a page leads to: links, files, and the address and picture that it gives to other sites. */
const link =
  /<(?:a|link|img|script|source)\b[^>]*?\s(?:href|src)="([^"]*)"|<meta property="og:(?:url|image)" content="([^"]*)"/g;

/** `basics/exits/index.html` is shown as `basics/exits/`. */
const address = (file: string) => file.replace(/(^|\/)index\.html$/, '$1');

function readPage(file: string, html: string): Page {
  const path = address(file);
  const markup = html.replace(/<(script|style)\b([^>]*)>[\s\S]*?<\/\1>/g, '<$1$2>');
  const ids = [...markup.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => unescape(id));
  const links = [...markup.matchAll(link)];
  const complain = (problem: string) => `/${path}: ${problem}`;
  const problems: string[] = [];
  for (const [what, pattern] of required) if (!pattern.test(markup)) problems.push(complain(what));
  if ((markup.match(/<h1[\s>]/g) ?? []).length !== 1)
    problems.push(complain('needs exactly one <h1>'));
  for (const id of repeated(ids)) problems.push(complain(`the id "${id}" is there twice`));
  return {
    path,
    ids: new Set(ids),
    links: links.map(([, target, card]) => unescape(target ?? card ?? '')),
    problems,
  };
}

const required: readonly (readonly [string, RegExp])[] = [
  ['has no language', /<html[^>]*\slang="/],
  ['has no title', /<title>[^<]+<\/title>/],
  ['has no description', /<meta name="description" content="[^"]+/],
  ['has no security policy', /<meta http-equiv="Content-Security-Policy"/],
];

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  lt: '<',
  gt: '>',
  '#38': '&',
  '#39': "'",
  '#x26': '&',
};

function unescape(text: string): string {
  return text.replace(/&(#?\w+);/g, (all, name: string) => entities[name] ?? all);
}

function repeated(values: readonly string[]): Set<string> {
  return new Set(values.filter((value, index) => values.indexOf(value) !== index));
}

type Built = { base: string; files: ReadonlySet<string>; pages: ReadonlyMap<string, Page> };

/** What is wrong with one link of a page, as one line or none. */
function brokenLink(link: string, page: Page, { base, files, pages }: Built): string[] {
  const complain = (problem: string) => [`/${page.path}: ${link} ${problem}`];
  if (/^(data|mailto):/.test(link)) return [];
  const url = new URL(link, new URL(base + page.path, site));
  if (url.origin !== new URL(site).origin) return [];
  const path = decodeURI(url.pathname);
  if (!path.startsWith(base)) return complain(`leaves the base ${base}`);
  const file = path.slice(base.length);
  if (files.has(`${file}/index.html`)) return complain('lacks the slash at its end');
  const target = file === '' || file.endsWith('/') ? `${file}index.html` : file;
  if (!files.has(target))
    return page.path === '404.html' && target === '404/index.html' ? [] : complain('leads nowhere');
  const id = decodeURIComponent(url.hash.slice(1));
  if (id && !pages.get(target)?.ids.has(id))
    return complain('names a place that the page does not have');
  return [];
}

function forgottenBySitemap(
  folder: string,
  base: string,
  pages: ReadonlyMap<string, Page>,
): string[] {
  const listed = new Set(pagesOf(folder).map((url) => new URL(url).pathname));
  return [...pages.keys()]
    .filter((file) => file !== '404.html' && !file.startsWith('embed/'))
    .filter((file) => !listed.has(base + address(file)))
    .map((file) => `/${address(file)}: is not in the sitemap`);
}

/** The addresses that the sitemap of a built site lists. */
export function pagesOf(folder: string): string[] {
  const xml = readFileSync(`${folder}/sitemap-0.xml`, 'utf8');
  return [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url = '']) => url);
}
