import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pageWeights } from '../../src/tools/page-weight.ts';

const files = {
  'index.html': `<link rel="stylesheet" href="/book/_astro/a.css">
    <script type="module" src="/book/_astro/page.js"></script>
    <astro-island component-url="/book/_astro/Island.js" renderer-url="/book/_astro/client.js">`,
  'plain/index.html': '<p>No script.</p>',
  '_astro/a.css': 'p{color:red}',
  '_astro/page.js': 'import"./shared.js";',
  '_astro/Island.js':
    'import{a as b}from"./shared.js";const c=()=>import("./view.js"),d=new URL("/book/_astro/x.worker-1.js","");',
  '_astro/client.js': 'export const z=1;',
  '_astro/shared.js': 'export const a=1;',
  '_astro/view.js': 'import"./shared.js";import"./deep.js";',
  '_astro/deep.js': '1;',
  '_astro/x.worker-1.js': '2;',
} as const;

let outDir: string;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'weight-'));
  for (const folder of ['_astro', 'plain']) await mkdir(join(outDir, folder));
  for (const [name, text] of Object.entries(files)) await writeFile(join(outDir, name), text);
});
afterAll(() => rm(outDir, { recursive: true }));

test('a page weighs what it loads by itself, each file once; the rest is for later', () => {
  const [home, plain] = pageWeights({ base: '/book/', outDir });
  const sum = (names: readonly (keyof typeof files)[]) =>
    names.reduce((bytes, name) => bytes + gzipSync(files[name]).length, 0);
  expect(home?.page).toBe('/');
  expect(home?.script.files.toSorted()).toEqual([
    '_astro/Island.js',
    '_astro/client.js',
    '_astro/page.js',
    '_astro/shared.js',
  ]);
  expect(home?.script.bytes).toBe(
    sum(['_astro/Island.js', '_astro/client.js', '_astro/page.js', '_astro/shared.js']),
  );
  expect(home?.later.files.toSorted()).toEqual([
    '_astro/deep.js',
    '_astro/view.js',
    '_astro/x.worker-1.js',
  ]);
  expect(home?.style).toEqual({ bytes: sum(['_astro/a.css']), files: ['_astro/a.css'] });
  expect(home?.html).toBe(sum(['index.html']));
  expect(plain).toMatchObject({ page: '/plain/', script: { bytes: 0 } });
});
