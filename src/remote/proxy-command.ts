/** A host that is come by through a program's standard input and output (ssh_config(5), ProxyCommand). */
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { endGroup } from '../files/end-group.ts';

export interface CommandWay {
  readonly stream: Duplex;
  /** Ends the program with all it started. */
  readonly end: () => void;
  /** After `end`: how it had ended by itself, and what it said on standard error; empty where it did neither. */
  readonly lastWords: () => Promise<string>;
}

const MAX_SAID_CHARS = 1_000;
const LAST_WORDS_MS = 1_000;

/** As ssh does, the shell makes way for the program. */
export function throughCommand(command: string): CommandWay {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: 'pipe', detached: true });
  let said = '';
  let isEnded = false;
  child.stderr.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-MAX_SAID_CHARS);
  });
  const how = new Promise<string>((resolve) => {
    child.on('error', () => {
      stream.destroy(new Error('the ProxyCommand cannot be run'));
      resolve('it cannot be run');
    });
    child.on('close', (code, signal) =>
      resolve(isEnded && signal !== null ? '' : `it ended with ${signal ?? `code ${code}`}`),
    );
  });
  child.stdin.on('error', () => {});
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  const end = () => {
    isEnded = true;
    endGroup(child, 'SIGTERM');
  };
  stream.on('close', end).on('error', end);
  const lastWords = async () => {
    // What the program has started may hold its standard error open.
    const ended = await Promise.race([how, wait(LAST_WORDS_MS, '', { ref: false })]);
    const lines = said.split(/[\r\n]+/).filter((line) => line.trim() !== '');
    return [ended, lines.join(' · ')].filter((part) => part !== '').join(': ');
  };
  return { stream, end, lastWords };
}
