/**
 * Asks the person at the terminal for a secret, without showing what is typed. Talks to the terminal itself, as ssh and
 * sudo do, so that standard input and output stay free. The one door to the package `read`.
 */
import { openSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { read } from 'read';
import { Secret } from '../model/secret.ts';
import { printable } from '../render/printable.ts';
import { Stop } from './output.ts';

let before: Promise<unknown> = Promise.resolve();

/** Undefined where there is no terminal. One question at a time. Throws Stop(130) for Ctrl-C. */
export function askSecret(question: string): Promise<Secret | undefined> {
  const answer = before.then(() => askNow(question));
  before = answer.catch(() => {});
  return answer;
}

async function askNow(question: string): Promise<Secret | undefined> {
  const terminal = openTerminal();
  if (!terminal) return undefined;
  const { input, output } = terminal;
  try {
    return new Secret(await read({ prompt: printable(question), silent: true, input, output }));
  } catch {
    throw new Stop(130);
  } finally {
    output.write('\n');
    input.destroy();
    output.destroy();
  }
}

/** Opened twice: ending one direction of a terminal must not end the other. */
function openTerminal(): { readonly input: ReadStream; readonly output: WriteStream } | undefined {
  try {
    return {
      input: new ReadStream(openSync('/dev/tty', 'r')),
      output: new WriteStream(openSync('/dev/tty', 'w')),
    };
  } catch {
    return undefined;
  }
}
