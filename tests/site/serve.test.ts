import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type Site } from '../../src/tools/serve.ts';

let outDir: string;
let site: Site;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'serve-'));
  await mkdir(join(outDir, 'a'));
  await writeFile(join(outDir, 'index.html'), 'home');
  await writeFile(join(outDir, 'a/index.html'), 'page a');
  await writeFile(join(outDir, '404.html'), 'missing');
  site = await serve({ base: '/book/', outDir }, [0]);
});
afterAll(async () => {
  site.close();
  await rm(outDir, { recursive: true });
});

test.each([
  ['/book/', 200, 'home'],
  ['/book/a/', 200, 'page a'],
  ['/book/b/', 404, 'missing'],
  ['/', 404, 'missing'],
  ['/book/%2e%2e/%2e%2e/package.json', 404, 'missing'],
  ['/book/%E0%A4%A', 400, 'URIError: URI malformed'],
])('%s answers %i', async (path, status, text) => {
  const response = await fetch(new URL(path, site.url));
  expect([response.status, await response.text()]).toEqual([status, text]);
});

test.each([
  ['/book', '/book/'],
  ['/book/a', '/book/a/'],
])('%s leads to %s', async (path, location) => {
  const response = await fetch(new URL(path, site.url), { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([301, location]);
});

test('a port that is taken is passed over', async () => {
  const port = Number(new URL(site.url).port);
  const other = await serve({ base: '/', outDir }, [port, 0]);
  expect(new URL(other.url).port).not.toBe(String(port));
  other.close();
});
