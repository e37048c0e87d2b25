/** How a forge's REST API is asked: JSON both ways, all pages, again where nobody can have been harmed. */

const PAGE = 100;
const ATTEMPTS = 3;
const TIMEOUT_MS = 30_000;

export class Api {
  #base;
  #headers;

  constructor(base, headers) {
    this.#base = base;
    this.#headers = headers;
  }

  /** The answer's JSON; throws what can be shown: no header is in it. */
  async json(method, path, body) {
    return (await this.#ask(method, path, body)).json();
  }

  async text(path) {
    return (await this.#ask('GET', path)).text();
  }

  /** Every page of a list. */
  async all(path) {
    const found = [];
    for (let page = 1; ; page++) {
      const size = `${path.includes('?') ? '&' : '?'}per_page=${PAGE}&page=${page}`;
      const some = await this.json('GET', path + size);
      found.push(...some);
      if (some.length < PAGE) return found;
    }
  }

  async #ask(method, path, body) {
    // A comment whose answer was lost may have been made all the same: two of them are worse than none.
    const attempts = method === 'POST' ? 1 : ATTEMPTS;
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= attempts;
      try {
        const answer = await fetch(this.#base + path, {
          method,
          headers: {
            ...this.#headers,
            'User-Agent': 'tapfleet-pipeline',
            'Content-Type': 'application/json',
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (answer.ok) return answer;
        if (last || answer.status < 500)
          throw new Refused(`${method} ${path}: ${answer.status} ${await why(answer)}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
        if (last) throw new Error(`${method} ${path}: ${error.cause?.code ?? error.message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
    }
  }
}

class Refused extends Error {}

async function why(answer) {
  const text = await answer.text().catch(() => '');
  try {
    const { message, error } = JSON.parse(text);
    return JSON.stringify(message ?? error ?? '');
  } catch {
    return '';
  }
}

/** A variable that the forge or the workflow sets. */
export function needed(env, name) {
  const value = env[name];
  if (!value) throw new Error(`the variable ${name} is not set`);
  return value;
}
