import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import type { Place } from './build.ts';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml; charset=utf-8',
};

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return 'file';
  return found?.isDirectory() ? 'folder' : undefined;
}

function send(response: ServerResponse, status: number, file: string) {
  response.writeHead(status, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-cache',
  });
  createReadStream(file).pipe(response);
}

function redirect(response: ServerResponse, location: string) {
  response.writeHead(301, { location }).end();
}

async function answer({ base, outDir }: Place, address: string, response: ServerResponse) {
  const path = decodeURI(new URL(address, 'http://localhost').pathname);
  const folder = resolve(outDir);
  const missing = join(folder, '404.html');
  if (`${path}/` === base) return redirect(response, base);
  if (!path.startsWith(base)) return send(response, 404, missing);
  const file = resolve(folder, path.slice(base.length));
  if (file !== folder && !file.startsWith(folder + sep)) return send(response, 404, missing);
  const kind = await kindOf(file);
  if (kind === 'file') return send(response, 200, file);
  const index = join(file, 'index.html');
  if (kind !== 'folder' || !(await kindOf(index))) return send(response, 404, missing);
  return path.endsWith('/') ? send(response, 200, index) : redirect(response, `${path}/`);
}

/**
 * Serves a built site the way GitHub Pages does: only under its base, a folder's page at the
 * address with the slash, 404.html for what is not there. `ports` are tried in order; 0 takes any.
 */
export async function serve(place: Place, ports: readonly number[]): Promise<Site> {
  const server = createServer((request, response) => {
    answer(place, request.url ?? '/', response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  for (const port of ports) {
    const taken = await listen(server, port);
    if (taken) return { url: `http://localhost:${taken}${place.base}`, close: () => close(server) };
  }
  throw new Error(`ports ${ports.join(', ')} are all in use`);
}

export type Site = { readonly url: string; close(): void };

function close(server: Server) {
  server.close();
  server.closeAllConnections();
}

/** The port that the server listens on now; undefined if another program has it. */
function listen(server: Server, port: number): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const refused = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? done(undefined) : fail(error);
    server.once('error', refused);
    server.listen(port, 'localhost', () => {
      server.off('error', refused);
      const address = server.address();
      done(typeof address === 'object' ? address?.port : undefined);
    });
  });
}
