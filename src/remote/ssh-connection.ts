/**
 * Commands over one open login: channels, their input and answers, time limits, and what went wrong as a Problem. How
 * the login came about is not its concern.
 */
import type ssh2 from 'ssh2';
import type { ClientChannel } from 'ssh2';
import type { Answer } from '../host/read-gather.ts';
import { type Connection, type ExecOptions, trouble } from './connection.ts';

/** An answer past this is no answer of ours: 1,000 macvtaps take 0.6 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_STDERR_BYTES = 64 * 1024;

export class SshConnection implements Connection {
  #open = true;
  readonly #client: ssh2.Client;

  constructor(client: ssh2.Client) {
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

  exec(command: string, { stdin, timeoutMs, reply }: ExecOptions): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let channel: ClientChannel | undefined;
      const timer = setTimeout(() => {
        channel?.destroy();
        this.#client.destroy();
        reject(trouble('timeout', `the host did not finish its program within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      const done = (settle: () => void) => {
        clearTimeout(timer);
        this.#client.off('close', lost);
        settle();
      };
      const lost = () =>
        done(() => reject(trouble('connection-lost', 'the connection broke while the host was at work')));
      this.#client.once('close', lost);
      const begin = (error: Error | undefined, opened: ClientChannel) => {
        if (error) {
          done(() =>
            reject(trouble('connection-lost', `the host opened no session for a command: ${error.message}`)),
          );
          return;
        }
        channel = opened;
        collect(
          opened,
          (answer) => done(() => resolve(answer)),
          () => {
            this.#client.destroy();
            done(() =>
              reject(trouble('bad-answer', `the host sent more than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`)),
            );
          },
        );
        if (reply) {
          opened.write(stdin ?? '');
          answerWhenAsked(opened, reply);
        } else opened.end(stdin ?? '');
      };
      try {
        this.#client.exec(command, begin);
      } catch {
        // ssh2 throws where the connection went away unnoticed.
        lost();
      }
    });
  }
}

/** Looks for the question only in what is new, and a little before it: an answer is hundreds of kilobytes. */
function answerWhenAsked(channel: ClientChannel, { after, say }: NonNullable<ExecOptions['reply']>): void {
  const pieces: Buffer[] = [];
  let tail = '';
  const listen = (piece: Buffer) => {
    pieces.push(piece);
    tail = tail.slice(-after.length) + piece.toString('latin1');
    if (!tail.includes(after)) return;
    channel.off('data', listen);
    channel.end(say(Buffer.concat(pieces).toString()));
  };
  channel.on('data', listen);
}

/** Gathers both streams until the channel closes; `flooded` where there is more than anyone would answer. */
function collect(channel: ClientChannel, done: (answer: Answer) => void, flooded: () => void): void {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let size = 0;
  let errorSize = 0;
  let code: number | undefined;
  channel.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) flooded();
    else stdout.push(chunk);
  });
  channel.stderr.on('data', (chunk: Buffer) => {
    errorSize += chunk.length;
    if (errorSize <= MAX_STDERR_BYTES) stderr.push(chunk);
  });
  // A program of ours may end before it has read all its input; that is told by its answer.
  channel.on('error', () => {});
  channel.on('exit', (exit: number | null) => {
    code = exit ?? undefined;
  });
  channel.on('close', () =>
    done({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code }),
  );
}
