/**
 * A forge's REST API as far as the pipelines use it, on a socket. What no route takes, a query that a route does not know and
 * a token that may not do it are answered with an error and remembered: a test insists that there was none.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface Asked {
  readonly match: RegExpExecArray;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  readonly path: RegExp;
  /** Names that the query may have, `page` and `per_page` for a list aside. */
  readonly query?: readonly string[];
  /** Keys that the body must have, and no others. */
  readonly body?: readonly string[];
  /** What the token must be allowed. */
  readonly may: string;
  readonly answer: (asked: Asked) => unknown;
}

export class StrictServer {
  readonly wrong: string[] = [];
  /** Of every request that was answered, `METHOD /path`. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #routes: readonly Route[];
  readonly #allowed: (request: IncomingMessage) => ReadonlySet<string> | undefined;
  /** How many of the next requests are answered with 502. */
  failNext = 0;

  constructor(
    routes: readonly Route[],
    allowed: (request: IncomingMessage) => ReadonlySet<string> | undefined,
  ) {
    this.#routes = routes;
    this.#allowed = allowed;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  listen(socket: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(socket, resolve);
    });
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { status, body } = this.#answer(request, Buffer.concat(parts).toString());
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #answer(request: IncomingMessage, text: string): { status: number; body: unknown } {
    const { method = '', url = '' } = request;
    const { pathname, searchParams: query } = new URL(url, 'http://forge.example');
    const refuse = (status: number, message: string) => {
      this.wrong.push(`${method} ${url}: ${message}`);
      return { status, body: { message } };
    };
    if (this.failNext > 0) {
      this.failNext -= 1;
      return { status: 502, body: { message: 'Bad Gateway' } };
    }
    const may = this.#allowed(request);
    if (!may) return refuse(401, 'Bad credentials');
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const keys = (names: readonly string[]) => [...names].sort().join(', ');
    const there = this.#routes.filter((one) => one.method === method && one.path.test(pathname));
    for (const route of there.filter((one) => keys(one.body ?? []) === keys(Object.keys(body)))) {
      const known = new Set([...(route.query ?? []), ...(method === 'GET' ? ['page', 'per_page'] : [])]);
      const strange = [...query.keys()].filter((name) => !known.has(name));
      if (strange.length > 0) return refuse(422, `unknown query: ${strange.join(', ')}`);
      if (!may.has(route.may)) return refuse(403, 'Resource not accessible by integration');
      this.asked.push(`${method} ${pathname}`);
      const match = route.path.exec(pathname) as RegExpExecArray;
      const answer = route.answer({ match, query, body });
      if (answer === undefined) return refuse(404, 'Not Found');
      return { status: method === 'POST' ? 201 : 200, body: answer };
    }
    if (there.length > 0) return refuse(422, `keys of the body: ${keys(Object.keys(body))}`);
    return refuse(501, 'no such route');
  }
}

/** One page of a list, as both forges cut them. */
export function pageOf<T>(items: readonly T[], query: URLSearchParams): readonly T[] {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const from = (Number(query.get('page') ?? 1) - 1) * size;
  return items.slice(from, from + size);
}
