import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { resolve } from 'node:path';
import compression from 'compression';
import send from 'send';
import type { Place } from './build.ts';

function redirect(response: ServerResponse, location: string) {
  response.writeHead(301, { location, 'content-length': 0 }).end();
}

function refuse(response: ServerResponse, status: number, why: string) {
  if (response.headersSent) return response.destroy();
  return response.writeHead(status, { 'content-type': 'text/plain' }).end(`${why}\n`);
}

/** The page for what is not there, with a status that says so. */
function missing(folder: string, request: IncomingMessage, response: ServerResponse) {
  response.statusCode = 404;
  // With its conditions the browser would be told that the missing page has not changed.
  const { 'if-none-match': _, 'if-modified-since': __, range: ___, ...headers } = request.headers;
  Object.assign(request, { headers });
  send(request, '404.html', { root: folder, cacheControl: false })
    .on('error', () => refuse(response, 404, 'not found'))
    .pipe(response);
}

function answer({ base, outDir }: Place, request: IncomingMessage, response: ServerResponse) {
  const folder = resolve(outDir);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, `this server answers GET and HEAD, not ${request.method}`);
  }
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  if (`${pathname}/` === base) return redirect(response, base + search);
  if (!pathname.startsWith(base)) return missing(folder, request, response);
  response.setHeader('cache-control', 'no-cache');
  return send(request, `/${pathname.slice(base.length)}`, { root: folder, cacheControl: false })
    .on('directory', () => redirect(response, `${pathname}/${search}`))
    .on('error', ({ status }: { status: number }) =>
      status === 404 || status === 403
        ? missing(folder, request, response)
        : refuse(response, status, `the address or a header is wrong (${status})`),
    )
    .pipe(response);
}

/** A part of a file is sent as it is: its bounds count bytes of the file. */
const compress = compression({
  filter: (request, response) => !request.headers.range && compression.filter(request, response),
});

/**
 * Serves a built site the way GitHub Pages does: only under its base, a folder's page at the
 * address with the slash, 404.html for what is not there. To this machine only. `ports` are tried
 * in order; 0 takes any.
 */
export async function serve(place: Place, ports: readonly number[]): Promise<Site> {
  const server = createServer((request, response) =>
    compress(request, response, () => {
      try {
        answer(place, request, response);
      } catch (error) {
        refuse(response, 400, String(error));
      }
    }),
  );
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
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refused);
      const address = server.address();
      done(typeof address === 'object' ? address?.port : undefined);
    });
  });
}
