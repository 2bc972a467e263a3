import fs, { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { serve, type Site } from '../../src/tools/serve.ts';

/** More than a socket holds, so that a reader who goes away leaves the file half read. */
const large = '0123456789abcdef'.repeat(1 << 18);

let outDir: string;
let site: Site;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'serve-'));
  await mkdir(join(outDir, 'a'));
  await writeFile(join(outDir, 'index.html'), 'home');
  await writeFile(join(outDir, 'a/index.html'), 'page a');
  await writeFile(join(outDir, '404.html'), 'missing');
  await writeFile(join(outDir, '.hidden'), 'secret');
  await writeFile(join(outDir, 'large.js'), large);
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
  ['/book/.hidden', 404, 'missing'],
  ['/book/%E0%A4%A', 400, 'the address or a header is wrong (400)\n'],
])('%s answers %i', async (path, status, text) => {
  const response = await fetch(new URL(path, site.url));
  expect([response.status, await response.text()]).toEqual([status, text]);
});

test.each([
  ['/book', '/book/'],
  ['/book?q=1', '/book/?q=1'],
  ['/book/a', '/book/a/'],
  ['/book/a?duel=v1~tx', '/book/a/?duel=v1~tx'],
])('%s leads to %s', async (path, location) => {
  const response = await fetch(new URL(path, site.url), { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([301, location]);
});

/** One answer as it comes, without what fetch does by itself. */
function ask(path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(new URL(path, site.url), { agent: false, ...options }, resolve).on('error', reject);
  });
}

test('a part of a file, and what the browser has already, are answered as such', async () => {
  const part = await fetch(new URL('/book/large.js', site.url), {
    headers: { range: 'bytes=2-5' },
  });
  expect([part.status, await part.text()]).toEqual([206, '2345']);
  const whole = await ask('/book/a/');
  const etag = whole.headers.etag ?? '';
  const again = await ask('/book/a/', { headers: { 'if-none-match': etag } });
  expect([whole.statusCode, again.statusCode]).toEqual([200, 304]);
  const missing = await ask('/book/b/', { headers: { 'if-none-match': '*' } });
  expect(missing.statusCode).toBe(404);
});

test('text is compressed for those who take it', async () => {
  const [plain, packed] = await Promise.all([
    ask('/book/large.js'),
    ask('/book/large.js', { headers: { 'accept-encoding': 'gzip' } }),
  ]);
  expect(plain.headers['content-length']).toBe(String(large.length));
  expect(packed.headers['content-encoding']).toBe('gzip');
  plain.destroy();
  packed.destroy();
});

test('nothing can be written', async () => {
  const response = await fetch(new URL('/book/', site.url), { method: 'POST', body: 'x' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test.skipIf(process.platform !== 'linux')(
  'a reader who goes away leaves no file open',
  async () => {
    const openFiles = () =>
      readdirSync('/proc/self/fd').filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith(outDir);
        } catch {
          return false;
        }
      }).length;
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('/book/large.js')));
    expect(openFiles()).toBe(20);
    for (const answer of answers) answer.destroy();
    await vi.waitFor(() => expect(openFiles()).toBe(0));
  },
);

test('a site that is removed while it is read does not end the server', async () => {
  const gone = await mkdtemp(join(tmpdir(), 'serve-'));
  await writeFile(join(gone, 'index.html'), 'home');
  const other = await serve({ base: '/', outDir: gone }, [0]);
  await rm(gone, { recursive: true });
  const response = await fetch(other.url);
  expect([response.status, await response.text()]).toEqual([404, 'not found\n']);
  other.close();
});

test('a file that cannot be opened is said, and the next one is served', async () => {
  const opened = vi.spyOn(fs, 'createReadStream').mockImplementationOnce(() => {
    const stream = new Readable({ read() {} });
    process.nextTick(() => stream.destroy(new Error('EMFILE: too many open files')));
    return stream as fs.ReadStream;
  });
  await fetch(new URL('/book/a/', site.url)).catch(() => undefined);
  expect(opened).toHaveBeenCalledOnce();
  expect((await fetch(new URL('/book/a/', site.url))).status).toBe(200);
  opened.mockRestore();
});

test('a port that is taken is passed over', async () => {
  const port = Number(new URL(site.url).port);
  const other = await serve({ base: '/', outDir }, [port, 0]);
  expect(new URL(other.url).port).not.toBe(String(port));
  other.close();
});
