/** GitLab's REST API as far as the pipelines use it: notes, issues, pipelines, jobs, artifacts. */
import { type Asked, pageOf, type Route, StrictServer } from './strict-server.ts';

export const TOKEN = 'glpat-abcdefghijklmnop';
export const BOT_ID = 77;
export const PROJECT = 42;

export interface Note {
  readonly id: number;
  /** `merge_requests/1`, `issues/3`. */
  readonly on: string;
  readonly author: { readonly id: number };
  readonly system: boolean;
  body: string;
}

export interface GitlabIssue {
  readonly iid: number;
  readonly author: { readonly id: number };
  readonly title: string;
  description: string;
  state: 'opened' | 'closed';
}

export interface GitlabJob {
  readonly id: number;
  readonly pipeline: number;
  readonly name: string;
  readonly files: ReadonlyMap<string, Buffer>;
}

export interface MergeRequest {
  readonly iid: number;
  state: 'opened' | 'merged';
  mergeCommit: string;
  readonly pipelines: { readonly id: number; readonly project_id: number }[];
}

const AT = `/api/v4/projects/${PROJECT}`;

export class GitlabApi {
  readonly notes: Note[] = [];
  readonly issues: GitlabIssue[] = [];
  readonly jobs: GitlabJob[] = [];
  readonly requests = new Map<number, MergeRequest>();
  readonly server: StrictServer;
  #last = 500;

  constructor() {
    this.server = new StrictServer(this.#routes(), ({ headers }) =>
      headers['private-token'] === TOKEN ? new Set(['api']) : undefined,
    );
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  note(on: string, author: number, body: string, system = false): Note {
    const made = { id: this.next(), on, author: { id: author }, system, body };
    this.notes.push(made);
    return made;
  }

  #routes(): Route[] {
    const on = (path: string) => new RegExp(`^${path}$`);
    const first = ({ match }: Asked) => Number(match[1]);
    const route = (
      method: Route['method'],
      path: string,
      answer: Route['answer'],
      more: Pick<Route, 'query' | 'body'> = {},
    ): Route => ({ method, path: on(path), may: 'api', answer, ...more });
    const issueOf = (asked: Asked) => this.issues.find(({ iid }) => iid === first(asked));
    return [
      route('GET', '/api/v4/user', () => ({ id: BOT_ID, username: 'project_42_bot' })),
      route(
        'GET',
        `${AT}/(merge_requests/\\d+)/notes`,
        ({ match, query }) =>
          pageOf(
            this.notes.filter((one) => one.on === match[1]),
            query,
          ),
        { query: ['sort'] },
      ),
      route(
        'POST',
        `${AT}/(merge_requests/\\d+|issues/\\d+)/notes`,
        ({ match, body }) => this.note(match[1] ?? '', BOT_ID, String(body.body)),
        { body: ['body'] },
      ),
      route(
        'PUT',
        `${AT}/merge_requests/\\d+/notes/(\\d+)`,
        (asked) => {
          const found = this.notes.find(({ id }) => id === first(asked));
          if (found) found.body = String(asked.body.body);
          return found;
        },
        { body: ['body'] },
      ),
      route(
        'GET',
        `${AT}/issues`,
        ({ query }) =>
          pageOf(
            this.issues.filter(
              ({ state, author }) =>
                state === query.get('state') && String(author.id) === query.get('author_id'),
            ),
            query,
          ),
        { query: ['state', 'scope', 'author_id'] },
      ),
      route(
        'POST',
        `${AT}/issues`,
        ({ body }) => {
          const made: GitlabIssue = {
            iid: this.next(),
            author: { id: BOT_ID },
            title: String(body.title),
            description: String(body.description),
            state: 'opened',
          };
          this.issues.push(made);
          return made;
        },
        { body: ['title', 'description'] },
      ),
      route(
        'PUT',
        `${AT}/issues/(\\d+)`,
        (asked) => {
          const found = issueOf(asked);
          if (found) found.description = String(asked.body.description);
          return found;
        },
        { body: ['description'] },
      ),
      route(
        'PUT',
        `${AT}/issues/(\\d+)`,
        (asked) => {
          const found = issueOf(asked);
          if (found && asked.body.state_event === 'close') found.state = 'closed';
          return found;
        },
        { body: ['state_event'] },
      ),
      route('GET', `${AT}/repository/commits/([0-9a-f]{40})/merge_requests`, ({ match }) =>
        [...this.requests.values()]
          .filter(({ mergeCommit }) => mergeCommit === match[1])
          .map(({ iid, state }) => ({ iid, state })),
      ),
      route('GET', `${AT}/merge_requests/(\\d+)/pipelines`, (asked) => {
        const request = this.requests.get(first(asked));
        return request && pageOf(request.pipelines, asked.query);
      }),
      route('GET', `${AT}/pipelines/(\\d+)/jobs`, (asked) =>
        pageOf(
          this.jobs.filter(({ pipeline }) => pipeline === first(asked)),
          asked.query,
        ).map(({ id, name, files }) => ({
          id,
          name,
          ...(files.size > 0 ? { artifacts_file: { filename: 'artifacts.zip' } } : {}),
        })),
      ),
      route('GET', `${AT}/jobs/(\\d+)/artifacts/(.+)`, (asked) =>
        this.jobs
          .find(({ id }) => id === first(asked))
          ?.files.get(asked.match[2] ?? '')
          ?.toString(),
      ),
    ];
  }
}
