/**
 * The one door to `node:http`: answers GET and HEAD of a few paths with text, and nothing else. What the texts say is its
 * caller's.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';

export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

export interface Page {
  readonly status: 200 | 503;
  readonly type: string;
  readonly text: string;
}

export interface Served {
  /** The one it listens on, where 0 was asked for. */
  readonly port: number;
  close(): void;
}

const MAX_HEADER_BYTES = 4 * 1024;
const MAX_CONNECTIONS = 32;
/** Milliseconds for a whole request; who asks more slowly is no scraper. */
const REQUEST_MS = 5_000;

/**
 * `127.0.0.1:9719`, `[::1]:9719`, `localhost:9719`; undefined where it is none. An address has to be named: that a port
 * alone would mean all of this machine's addresses is nothing to find out afterwards.
 */
export function parseListen(text: string): ListenAddress | undefined {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const address = bracketed ?? plain;
  if (address === undefined || digits === '' || port > 65_535) return undefined;
  if (bracketed !== undefined ? isIP(address) !== 6 : isIP(address) !== 4 && address !== 'localhost')
    return undefined;
  return { address, port };
}

/** Listens until it is closed. Rejects with the socket's own error (`EADDRINUSE`, …). */
export function serve(at: ListenAddress, pages: ReadonlyMap<string, () => Page>): Promise<Served> {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      keepAliveTimeout: REQUEST_MS,
      connectionsCheckingInterval: REQUEST_MS,
    },
    (request, response) => answer(request, response, pages),
  );
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.address, () => {
      server.off('error', reject);
      // A connection that breaks is its client's loss; what it throws must not end a watch.
      server.on('error', () => {});
      const bound = server.address();
      resolve({
        port: typeof bound === 'object' && bound ? bound.port : at.port,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  pages: ReadonlyMap<string, () => Page>,
): void {
  const say = (status: number, text: string, headers: Record<string, string> = {}) => {
    const body = Buffer.from(text);
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  // Nobody has a body to send here; what comes is thrown away by ending the connection.
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    say(405, 'only GET and HEAD\n', { Allow: 'GET, HEAD', Connection: 'close' });
    return;
  }
  const page = pages.get((request.url ?? '').replace(/\?.*$/, ''));
  if (!page) {
    say(404, `there is ${[...pages.keys()].join(' and ')}\n`);
    return;
  }
  const { status, type, text } = page();
  say(status, text, { 'Content-Type': type });
}
