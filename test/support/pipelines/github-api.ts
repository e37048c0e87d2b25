/** GitHub's REST API as far as the pipelines use it: comments, issues, artifacts, runs. */
import { type Asked, pageOf, type Route, StrictServer } from './strict-server.ts';

export const BOT = 'github-actions[bot]';
export const REPOSITORY = 'acme/fleet';

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly user: { readonly login: string };
  body: string;
}

export interface Issue {
  readonly number: number;
  readonly user: { readonly login: string };
  readonly title: string;
  body: string;
  state: 'open' | 'closed';
  readonly pull_request?: object;
}

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly expired: boolean;
  readonly run: number;
  readonly files: ReadonlyMap<string, Buffer>;
}

export interface Run {
  readonly id: number;
  readonly path: string;
  readonly event: string;
}

const AT = `/repos/${REPOSITORY}`;

export class GithubApi {
  readonly comments: Comment[] = [];
  readonly issues: Issue[] = [];
  readonly artifacts: Artifact[] = [];
  readonly runs: Run[] = [];
  readonly server: StrictServer;
  /** What the token of a job may do. */
  readonly #tokens = new Map<string, ReadonlySet<string>>();
  #last = 1000;

  constructor() {
    this.server = new StrictServer(this.#routes(), ({ headers }) =>
      headers['x-github-api-version'] === '2022-11-28'
        ? this.#tokens.get(headers.authorization?.replace('Bearer ', '') ?? '')
        : undefined,
    );
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** `permissions` as a job has them; what is not named is not allowed. */
  tokenFor(permissions: Readonly<Record<string, string>>): string {
    const token = `ghs_${this.next()}abcdefghijklmnop`;
    const may = Object.entries(permissions).flatMap(([what, how]) =>
      how === 'write' ? [`${what}: read`, `${what}: write`] : [`${what}: ${how}`],
    );
    this.#tokens.set(token, new Set(may));
    return token;
  }

  get tokens(): readonly string[] {
    return [...this.#tokens.keys()];
  }

  comment(issue: number, login: string, body: string): Comment {
    const made = { id: this.next(), issue, user: { login }, body };
    this.comments.push(made);
    return made;
  }

  issue(login: string, title: string, body: string, more: Partial<Issue> = {}): Issue {
    const made: Issue = { number: this.next(), user: { login }, title, body, state: 'open', ...more };
    this.issues.push(made);
    return made;
  }

  #routes(): Route[] {
    const numbered = ({ match }: Asked) => Number(match[1]);
    const openIssue = (asked: Asked) => this.issues.find(({ number }) => number === numbered(asked));
    const on = (path: string) => new RegExp(`^${AT}${path}$`);
    return [
      {
        method: 'GET',
        path: on('/issues/(\\d+)/comments'),
        may: 'pull-requests: read',
        answer: (asked) =>
          pageOf(
            this.comments.filter(({ issue }) => issue === numbered(asked)),
            asked.query,
          ),
      },
      {
        method: 'POST',
        path: on('/issues/(\\d+)/comments'),
        body: ['body'],
        // Of a pull request and of an issue, GitHub asks for one of them.
        may: 'comments: write',
        answer: (asked) => this.comment(numbered(asked), BOT, fitting(asked.body.body)),
      },
      {
        method: 'PATCH',
        path: on('/issues/comments/(\\d+)'),
        body: ['body'],
        may: 'pull-requests: write',
        answer: (asked) => {
          const found = this.comments.find(({ id }) => id === numbered(asked));
          if (found) found.body = fitting(asked.body.body);
          return found;
        },
      },
      {
        method: 'GET',
        path: on('/issues'),
        query: ['state'],
        may: 'issues: read',
        answer: ({ query }) =>
          pageOf(
            this.issues.filter(({ state }) => state === query.get('state')),
            query,
          ),
      },
      {
        method: 'POST',
        path: on('/issues'),
        body: ['title', 'body'],
        may: 'issues: write',
        answer: ({ body }) => this.issue(BOT, String(body.title), fitting(body.body)),
      },
      {
        method: 'PATCH',
        path: on('/issues/(\\d+)'),
        body: ['body'],
        may: 'issues: write',
        answer: (asked) => {
          const found = openIssue(asked);
          if (found) found.body = fitting(asked.body.body);
          return found;
        },
      },
      {
        method: 'PATCH',
        path: on('/issues/(\\d+)'),
        body: ['state', 'state_reason'],
        may: 'issues: write',
        answer: (asked) => {
          const found = openIssue(asked);
          if (found && asked.body.state === 'closed') found.state = 'closed';
          return found;
        },
      },
      {
        method: 'GET',
        path: on('/actions/artifacts'),
        query: ['name'],
        may: 'actions: read',
        answer: ({ query }) => {
          const found = this.artifacts.filter(({ name }) => name === query.get('name'));
          const artifacts = pageOf(found, query).map(({ id, name, expired, run }) => ({
            ...{ id, name, expired },
            workflow_run: { id: run },
          }));
          return { total_count: found.length, artifacts };
        },
      },
      {
        method: 'GET',
        path: on('/actions/runs/(\\d+)'),
        may: 'actions: read',
        answer: (asked) => this.runs.find(({ id }) => id === numbered(asked)),
      },
    ];
  }
}

/** GitHub takes no longer one. */
function fitting(body: unknown): string {
  const text = String(body);
  if (Buffer.byteLength(text) > 65_536) throw new Error('a body that is too long');
  return text;
}
