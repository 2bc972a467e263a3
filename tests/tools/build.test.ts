import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchange } from '../../src/tools/build.ts';

let place: string;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'build-'));
});
afterAll(() => rm(place, { recursive: true }));

async function folder(name: string, text: string) {
  await mkdir(join(place, name), { recursive: true });
  await writeFile(join(place, name, 'index.html'), text);
}

test('a new site takes the place of the old one, and of none', async () => {
  for (const text of ['first', 'second']) {
    await folder('next', text);
    await exchange(join(place, 'next'), join(place, 'deep/dist'));
    expect(await readFile(join(place, 'deep/dist/index.html'), 'utf8')).toBe(text);
  }
  expect(await readdir(place)).toEqual(['deep']);
});

test('a build that is not there leaves the site that is', async () => {
  await folder('dist', 'old');
  await expect(exchange(join(place, 'absent'), join(place, 'dist'))).rejects.toThrow('ENOENT');
  expect(await readFile(join(place, 'dist/index.html'), 'utf8')).toBe('old');
});
