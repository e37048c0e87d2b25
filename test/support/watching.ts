/** A watch that goes on while a test does something: its lines as they come, its end when it is told. */
import type { ChildProcess } from 'node:child_process';
import type { CliResult } from './cli.ts';
import type { SshdFleet } from './sshd-fleet.ts';

/** A line of `watch --format json`. */
export interface Told {
  readonly time: string;
  readonly event: string;
  readonly host?: string;
  readonly status?: string;
  readonly was?: string;
  readonly reason?: string;
  readonly changes?: readonly {
    readonly interface: string;
    readonly action: string;
    readonly cause: string;
    readonly fields?: readonly {
      readonly field: string;
      readonly before: unknown;
      readonly after: unknown;
    }[];
  }[];
  readonly errors?: readonly { readonly kind: string; readonly message: string }[];
}

/** Past this a line does not come any more. */
const DEADLINE_MS = 25_000;

export class Watching {
  readonly told: Told[] = [];
  readonly ended: Promise<CliResult>;
  stderr = '';
  #child: ChildProcess | undefined;
  #rest = '';
  readonly #looks = new Set<() => void>();

  /** Starts it; `--format json` and no port, where the arguments name none. */
  static async start(
    fleet: SshdFleet,
    playbook: string,
    args: readonly string[] = [],
    inventory = fleet.inventory(),
  ) {
    const listen = args.includes('--listen') ? [] : ['--listen', 'none'];
    const argv = ['watch', playbook, '-i', inventory, '--format', 'json', ...listen, ...args];
    const watching = new Watching(fleet, argv);
    return watching;
  }

  private constructor(fleet: SshdFleet, argv: readonly string[]) {
    this.ended = fleet.tapfleet(argv, {
      started: (child) => {
        this.#child = child;
        child.stdout?.on('data', (piece: Buffer) => this.#add(piece.toString()));
        child.stderr?.on('data', (piece: Buffer) => {
          this.stderr += piece.toString();
          for (const look of [...this.#looks]) look();
        });
      },
    });
    // Looked at by who ends it; a test that fails before that has its own message.
    this.ended.catch(() => {});
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** The first line from `since` on for which this holds. */
  until(holds: (told: Told) => boolean, since = 0): Promise<Told> {
    return this.#wait(() => this.told.slice(since).find(holds));
  }

  /** The host has this status, as told last or next. */
  untilStatus(host: string, status: string, since = 0): Promise<Told> {
    return this.until(
      (told) => told.event === 'host-state' && told.host === host && told.status === status,
      since,
    );
  }

  async untilNoted(words: RegExp): Promise<string> {
    return this.#wait(() => words.exec(this.stderr)?.[0]);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it as a service manager does. */
  stop(): Promise<CliResult> {
    this.signal('SIGTERM');
    return this.ended;
  }

  #add(piece: string): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.told.push(JSON.parse(line) as Told);
    for (const look of [...this.#looks]) look();
  }

  #wait<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#looks.delete(look);
        finish();
      };
      const fail = (why: string) =>
        settle(() => reject(new Error(`${why}; told: ${JSON.stringify(this.told)}\n${this.stderr}`)));
      const timer = setTimeout(() => fail('the line did not come'), DEADLINE_MS);
      const look = () => {
        const found = find();
        if (found !== undefined) settle(() => resolve(found));
      };
      this.#looks.add(look);
      this.ended.then(() => fail('the watch has ended'));
      look();
    });
  }
}
