/**
 * Commands over one open login: a channel for each, and what went wrong as a Problem. How the login came about, and what is
 * said on a channel, is not its concern.
 */
import type { Client, ClientChannel, PseudoTtyOptions } from 'ssh2';
import type { Answer } from '../host/read-gather.ts';
import {
  type Connection,
  type ExecOptions,
  type FollowOptions,
  type HostTrouble,
  SessionRefused,
  trouble,
} from './connection.ts';
import { converse, type RunningProgram } from './conversation.ts';
import { followProgram } from './following.ts';

/** RFC 4254, section 8: a terminal that echoes nothing, keeps no lines and changes no byte. */
const RAW_TERMINAL: PseudoTtyOptions = {
  term: 'dumb',
  modes: { ECHO: 0, ICANON: 0, ISIG: 0, IEXTEN: 0, ICRNL: 0, IXON: 0, OPOST: 0 },
};

/** How often a session is asked for again, and how long after each refusal, times its number: 3 s in all. */
const MAX_TRIES = 10;
const RETRY_MS = 50;

export class SshConnection implements Connection {
  #sessions = 0;
  #open = true;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
    client.removeAllListeners('error');
    client.on('error', () => {
      this.#open = false;
    });
    client.on('close', () => {
      this.#open = false;
    });
  }

  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
    this.#client.end();
  }

  exec(command: string, options: ExecOptions, tries = 0): Promise<Answer> {
    const { terminal, timeoutMs } = options;
    return new Promise((resolve, reject) => {
      const lost = () => reject(brokeAtWork());
      const timer = setTimeout(() => {
        this.#client.destroy();
        reject(trouble('timeout', `the host opened no session within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      const done = (settle: () => void) => {
        clearTimeout(timer);
        this.#client.off('close', lost);
        settle();
      };
      this.#client.once('close', lost);
      const begin = (error: Error | undefined, channel: ClientChannel) =>
        done(() => {
          if (!error) {
            // At once: the whole answer may have come in the packet that opened the channel.
            this.#sessions++;
            resolve(this.#converse(channel, options));
            return;
          }
          // One session at a time (MaxSessions 1): the server has not yet put away the one that just ended.
          if (this.#sessions > 0 && tries < MAX_TRIES) {
            setTimeout(() => resolve(this.exec(command, options, tries + 1)), RETRY_MS * (tries + 1));
            return;
          }
          reject(sessionRefused(error));
        });
      try {
        this.#client.exec(command, terminal ? { pty: RAW_TERMINAL } : {}, begin);
      } catch {
        // ssh2 throws where the connection went away unnoticed.
        done(lost);
      }
    });
  }

  follow(command: string, options: FollowOptions): Promise<string> {
    return new Promise((resolve, reject) => {
      const lost = () => reject(brokeAtWork());
      this.#client.once('close', lost);
      const begin = (error: Error | undefined, channel: ClientChannel) => {
        this.#client.off('close', lost);
        if (error) reject(sessionRefused(error));
        else resolve(followProgram(this.#programOn(channel), options));
      };
      try {
        this.#client.exec(command, begin);
      } catch {
        // ssh2 throws where the connection went away unnoticed.
        lost();
      }
    });
  }

  #converse(channel: ClientChannel, options: ExecOptions): Promise<Answer> {
    return converse(this.#programOn(channel), options);
  }

  #programOn(channel: ClientChannel): RunningProgram {
    return {
      stdin: channel,
      stdout: channel,
      stderr: channel.stderr,
      ended: this.#endOf(channel),
      // A channel that is stuck cannot be told to go away: only the whole connection can.
      kill: () => this.#client.destroy(),
    };
  }

  #endOf(channel: ClientChannel): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      let code: number | undefined;
      const lost = () => reject(brokeAtWork());
      this.#client.once('close', lost);
      channel.on('exit', (exit: number | null) => {
        code = exit ?? undefined;
      });
      channel.once('close', () => {
        this.#client.off('close', lost);
        resolve(code);
      });
    });
  }
}

function sessionRefused(error: Error): SessionRefused {
  const message = `the host opened no session for a command: ${error.message}`;
  return new SessionRefused({ kind: 'connection-lost', message });
}

function brokeAtWork(): HostTrouble {
  return trouble('connection-lost', 'the connection broke while the host was at work', true);
}
