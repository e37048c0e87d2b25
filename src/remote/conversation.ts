/**
 * What is said between us and one program: its input, the question of sudo, the question of a transaction, its answer.
 * The same over SSH and on this machine; how the program was started is not its concern.
 */
import type { Readable, Writable } from 'node:stream';
import { askedAgain, unansweredQuestion } from '../host/become.ts';
import type { Answer } from '../host/read-gather.ts';
import type { Problem } from '../model/problem.ts';
import { type ExecOptions, HostTrouble, type Reply } from './connection.ts';

/** An answer past this is no answer of ours: 1,000 macvtaps take 0.6 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_STDERR_BYTES = 64 * 1024;
/** sudo may look its user up in a slow network, and waits for seconds after a wrong password. */
const SILENCE_MS = 30_000;
/** Who says half a line and then nothing waits for an answer. */
const QUESTION_MS = 5_000;
/** A program that is only late loses nothing: whoever cannot tell it `confirm` on this channel does so over another. */
const BEGIN_MS = 10_000;
/** Longer than a login that is as it should be needs for its first word, mostly; one too many does no harm. */
const NUDGE_MS = 500;
const HEARD_CHARS = 4096;

export interface RunningProgram {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * When both streams are at their end: the exit code, or undefined where a signal ended it. Rejects with HostTrouble
   * where the way to it broke.
   */
  readonly ended: Promise<number | undefined>;
  /** Ends it, and where it cannot be told apart from its connection, that too. */
  readonly kill: () => void;
}

/** Resolves with all it said. Throws HostTrouble where it says too much, takes too long, or asks what we cannot answer. */
export function converse(program: RunningProgram, options: ExecOptions): Promise<Answer> {
  const { stdin = '', reply, question, timeoutMs } = options;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let size = 0;
  let errorSize = 0;
  return new Promise((resolve, reject) => {
    let hush = () => {};
    let unasked: NodeJS.Timeout | undefined;
    let nudge: NodeJS.Timeout | undefined;
    const soFar = () => Buffer.concat(stdout);
    const answer = (code: number | undefined): Answer => ({
      stdout: soFar().toString(),
      stderr: Buffer.concat(stderr).toString(),
      code,
    });
    const speak = () => {
      if (!reply) {
        program.stdin.end(stdin);
        return;
      }
      if (stdin !== '') program.stdin.write(stdin);
      if (reply.nudge !== undefined) nudge = setTimeout(() => program.stdin.write(reply.nudge), NUDGE_MS);
      // An rc file that reads all there is waits for the end, and the program for the rc file.
      endWhenQuiet(BEGIN_MS);
      whenHeard(program.stdout, reply.begun, soFar(), () => {
        clearTimeout(nudge);
        endWhenQuiet(reply.quietMs);
      });
      program.stdout.on('data', () => unasked?.refresh());
      sayWhenAsked(reply);
    };
    const endWhenQuiet = (ms: number | undefined) => {
      clearTimeout(unasked);
      // One that is cleared, and then refreshed, would run again.
      unasked = ms === undefined ? undefined : setTimeout(() => program.stdin.end(), ms);
    };
    const isAsked = () => {
      clearTimeout(nudge);
      endWhenQuiet(undefined);
    };
    const sayWhenAsked = ({ after, say }: Reply) =>
      whenHeard(program.stdout, after, soFar(), () => {
        isAsked();
        if (program.stdin.writableEnded) return;
        try {
          const said = say(soFar().toString());
          if (said.timeoutMs !== undefined) timer = endAfter(said.timeoutMs);
          if (!said.next) program.stdin.end(said.text);
          else program.stdin.write(said.text);
          if (said.last) settle(() => resolve(answer(undefined)));
          else if (said.next) {
            endWhenQuiet(said.next.quietMs);
            sayWhenAsked(said.next);
          }
        } catch (error) {
          settle(() => reject(error));
          program.kill();
        }
      });
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      isAsked();
      hush();
      finish();
    };
    const fail = (problem: Problem) => {
      settle(() => reject(new HostTrouble(problem)));
      program.kill();
    };
    const endAfter = (ms: number) => {
      clearTimeout(timer);
      const message = `the host did not finish its program within ${ms / 1000} s`;
      return setTimeout(() => fail({ kind: 'timeout', message }), ms);
    };
    let timer: NodeJS.Timeout | undefined;
    timer = endAfter(timeoutMs);
    program.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_ANSWER_BYTES) stdout.push(chunk);
      else
        fail({
          kind: 'bad-answer',
          message: `the host sent more than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`,
        });
    });
    program.stderr.on('data', (chunk: Buffer) => {
      errorSize += chunk.length;
      if (errorSize <= MAX_STDERR_BYTES) stderr.push(chunk);
    });
    // A program of ours may end before it has read all its input; that is told by its answer.
    program.stdin.on('error', () => {});
    program.ended.then(
      (code) => settle(() => resolve(answer(code))),
      (error: unknown) => settle(() => reject(error)),
    );
    if (question) hush = whenLetIn(program, question, speak, fail);
    else speak();
  });
}

/** Tells sudo the password where it asks; `then` when it has let us in. The function given back ends the listening. */
function whenLetIn(
  program: RunningProgram,
  { elevation, password, user }: NonNullable<ExecOptions['question']>,
  then: () => void,
  fail: (problem: Problem) => void,
): () => void {
  const streams = [program.stdout, program.stderr];
  let heard = '';
  let told = false;
  let quiet: NodeJS.Timeout | undefined;
  const wait = () => {
    clearTimeout(quiet);
    const asked = heard.slice(heard.lastIndexOf('\n') + 1).trim() !== '';
    quiet = setTimeout(() => fail(unansweredQuestion(heard, elevation)), asked ? QUESTION_MS : SILENCE_MS);
  };
  const hush = () => {
    clearTimeout(quiet);
    for (const stream of streams) stream.off('data', listen);
  };
  const listen = (chunk: Buffer) => {
    heard = (heard + chunk.toString('latin1')).slice(-HEARD_CHARS);
    if (heard.includes(elevation.entered)) {
      hush();
      then();
    } else if (heard.includes(elevation.prompt) && told) {
      fail(askedAgain(heard, user, elevation));
    } else {
      if (heard.includes(elevation.prompt) && password) {
        told = true;
        heard = '';
        program.stdin.write(`${password.reveal()}\n`);
      }
      wait();
    }
  };
  for (const stream of streams) stream.on('data', listen);
  wait();
  return hush;
}

/**
 * `heard`: what came before. Looks only in what is new, and a little before it: an answer is hundreds of kilobytes.
 */
function whenHeard(stream: Readable, mark: string, heard: Buffer, then: () => void): void {
  let tail = '';
  const listen = (piece: Buffer) => {
    tail = tail.slice(-mark.length) + piece.toString('latin1');
    if (!tail.includes(mark)) return;
    stream.off('data', listen);
    then();
  };
  stream.on('data', listen);
  listen(heard);
}
