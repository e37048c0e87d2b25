/** A login that is not root and becomes it for every command. Everything else of it is the login's own. */
import { elevate, elevationOf, judgeElevation, unusablePassword } from '../host/become.ts';
import { newNonce } from '../host/frame.ts';
import type { Answer } from '../host/read-gather.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import { type Connection, type ExecOptions, type FollowOptions, HostTrouble } from './connection.ts';

export class BecomingConnection implements Connection {
  readonly #login: Connection;
  readonly #settings: ConnectionSettings;
  readonly #terminals: WeakSet<ConnectionSettings>;

  /** `terminals`: whose sudo is known to want a terminal (`requiretty`); learned once, for the later logins too. */
  constructor(login: Connection, settings: ConnectionSettings, terminals: WeakSet<ConnectionSettings>) {
    this.#login = login;
    this.#settings = settings;
    this.#terminals = terminals;
  }

  get open(): boolean {
    return this.#login.open;
  }

  close(): void {
    this.#login.close();
  }

  /** As the login user: what only listens needs no root. */
  follow(command: string, options: FollowOptions): Promise<string> {
    return this.#login.follow(command, options);
  }

  async exec(command: string, options: ExecOptions): Promise<Answer> {
    const { user, becomePassword: password } = this.#settings;
    if (password && /[\r\n\0]/.test(password.reveal())) throw new HostTrouble(unusablePassword());
    const terminal = this.#terminals.has(this.#settings);
    const elevation = elevationOf(newNonce(), password !== undefined, terminal);
    // Without a terminal and a question, what is sent early waits in a pipe: a round trip less.
    const question =
      password || terminal ? { question: { elevation, user, ...(password ? { password } : {}) } } : {};
    const answer = await this.#login.exec(elevate(command, elevation), { ...options, ...question, terminal });
    const verdict = judgeElevation(answer, elevation);
    if (verdict === undefined) return answer;
    if (verdict !== 'terminal') throw new HostTrouble(verdict);
    this.#terminals.add(this.#settings);
    return this.exec(command, options);
  }
}
