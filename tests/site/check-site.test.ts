import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkSite } from '../../src/tools/check-site.ts';

const base = '/book/';
let outDir: string;

const page = (body: string) =>
  `<html lang="en"><head><meta http-equiv="Content-Security-Policy" content="x"><title>T</title><meta name="description" content="d"></head><body><h1>H</h1>${body}</body></html>`;

async function put(files: Record<string, string>) {
  const listed = Object.keys(files).filter((name) => name.endsWith('index.html'));
  const addresses = listed.map(
    (name) => `<loc>http://localhost:4321${base}${name.replace(/index\.html$/, '')}</loc>`,
  );
  const always = { 'sitemap-0.xml': addresses.join(''), '.nojekyll': '' };
  for (const [name, text] of Object.entries({ ...always, ...files })) {
    await mkdir(dirname(join(outDir, name)), { recursive: true });
    await writeFile(join(outDir, name), text);
  }
}

const problems = () => checkSite({ base, outDir });

beforeEach(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'site-'));
});
afterEach(() => rm(outDir, { recursive: true }));

test('a sound site has no problem', async () => {
  await put({
    'index.html': page('<a href="/book/a/#there">x</a> <a href="https://example.org">y</a>'),
    'a/index.html': page('<p id="there"></p><a href="../">up</a>'),
    '404.html': page('<a href="/book/">home</a>'),
  });
  expect(await problems()).toEqual([]);
});

test.each([
  ['<a href="/book/b/">x</a>', '/book/b/ leads nowhere'],
  ['<a href="/a/">x</a>', '/a/ leaves the base /book/'],
  ['<a href="/book/a">x</a>', '/book/a lacks the slash at its end'],
  ['<a href="a/#gone">x</a>', 'a/#gone names a place that the page does not have'],
  ['<img src="/book/x.png">', '/book/x.png leads nowhere'],
  ['<meta property="og:image" content="http://localhost:4321/book/c.png">', 'c.png leads nowhere'],
  ['<h1>again</h1>', 'needs exactly one <h1>'],
  ['<i id="a"></i><i id="a"></i>', 'the id "a" is there twice'],
])('%s is found', async (body, problem) => {
  await put({ 'index.html': page(body), 'a/index.html': page('') });
  expect(await problems()).toEqual([expect.stringContaining(problem)]);
});

test('a site that GitHub Pages would not serve whole is found', async () => {
  await put({ 'index.html': page('') });
  await rm(join(outDir, '.nojekyll'));
  expect(await problems()).toEqual([expect.stringContaining('.nojekyll')]);
});

test('a page that the sitemap forgot is found', async () => {
  await put({ 'index.html': page('') });
  await put({ 'lost/index.html': page(''), 'sitemap-0.xml': '' });
  expect(await problems()).toContain('/lost/: is not in the sitemap');
});
