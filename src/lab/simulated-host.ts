/**
 * A lab host without a kernel: answers the programs that tapfleet sends (src/host) and `ip …` lines from a
 * SimulatedKernel. It is no shell: anything else is an unknown command.
 */
import { PassThrough, Writable } from 'node:stream';
import { APPLY_NAME, endOfProgram, READ_APPLY_NAME } from '../host/apply-script.ts';
import { CONFIRM_NAME, UNDO_NAME } from '../host/confirm-script.ts';
import { GATHER_NAME } from '../host/gather-script.ts';
import { SimulatedKernel } from '../simulation/kernel.ts';
import { burnIndexesBatch, hostBatch } from './blueprint.ts';
import type { LabHost, Session, SessionEnd } from './session.ts';
import { inTurn, isLocked, type LockedState, lockedText, unlock } from './simulated-lock.ts';
import { prints, runTransaction } from './simulated-transaction.ts';

export interface SimulatedAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The program's name and nonce are the last words of its command line but one. */
const PROGRAM = new RegExp(
  ` (${GATHER_NAME}|${APPLY_NAME}|${READ_APPLY_NAME}|${CONFIRM_NAME}|${UNDO_NAME}) ([0-9a-f]+) "\\$SSH_CONNECTION"$`,
);

/** What `ip link help macvtap` of iproute2 6.1 says, as far as anyone reads it. */
const HELP = 'Usage: ... macvtap mode MODE [flag MODE_FLAG] MODE_OPTS [bcqueuelen BC_QUEUE_LEN]';

/** The kernel of host number `number` (from 1) as the blueprint has it. Throws where the model refuses the blueprint. */
export function simulatedKernel(number: number): SimulatedKernel {
  const kernel = new SimulatedKernel();
  const made = kernel.batch(burnIndexesBatch(0) + hostBatch(number));
  if (made.rc !== 0) throw new Error(`the simulated kernel refused the lab: ${made.stderr.trim()}`);
  return kernel;
}

/** Whether a command line reads its input: one that does not is answered before the input ends. */
export function readsInput(commandLine: string): boolean {
  const name = PROGRAM.exec(commandLine)?.[1];
  return name === APPLY_NAME || name === READ_APPLY_NAME;
}

/** What a command line says before it reads its input; empty where it reads first, or not at all. */
export function answerFirst(state: SimulatedState, commandLine: string): string {
  const [, name, nonce = ''] = PROGRAM.exec(commandLine) ?? [];
  if (name !== READ_APPLY_NAME) return '';
  state.reads ??= new Map();
  state.reads.set(nonce, prints(state.kernel));
  const section = sectionOf(nonce);
  return section('begin') + readHost(state.kernel, section);
}

/**
 * A simulated host's memory: its kernel, what the sessions that wait for a program have read, by nonce, and the
 * transaction that waits for its confirmation.
 */
export interface SimulatedState extends LockedState {
  reads?: Map<string, ReturnType<typeof prints>>;
}

/** All of the answer, or what follows `answerFirst`. */
export function answer(state: SimulatedState, commandLine: string, input: string): SimulatedAnswer {
  const program = PROGRAM.exec(commandLine);
  if (program) {
    const [, name = '', outer = ''] = program;
    // A program said to a session that has read the host is a transaction of its own.
    const [, nonce = outer] = (name === READ_APPLY_NAME && /^N=([0-9a-f]+)$/m.exec(input)) || [];
    const section = sectionOf(nonce);
    const kept = state.reads?.get(outer);
    state.reads?.delete(outer);
    if (name === READ_APPLY_NAME && nonce === outer) return { stdout: '', stderr: '', code: 0 };
    const said = runProgram(state, name, nonce, input, section, kept);
    return { stdout: section('begin') + said, stderr: '', code: 0 };
  }
  const line = commandLine.trim();
  if (!/^ip(\s|$)/.test(line)) {
    return {
      stdout: '',
      stderr: `sh: ${line.split(/\s/)[0]}: not found (a simulated host only knows ip)\n`,
      code: 127,
    };
  }
  try {
    const { stdout, stderr, rc } = state.kernel.ip(line.replace(/^ip\s*/, ''));
    return { stdout, stderr, code: rc };
  } catch (error) {
    return { stdout: '', stderr: `ip: not modelled: ${(error as Error).message}\n`, code: 1 };
  }
}

function runProgram(
  state: SimulatedState,
  name: string,
  nonce: string,
  input: string,
  section: Section,
  kept: ReturnType<typeof prints> | undefined,
): string {
  if (name === GATHER_NAME) return readHost(state.kernel, section);
  if (name === APPLY_NAME || name === READ_APPLY_NAME) {
    if (isLocked(state) && state.pending)
      return section('locked', lockedText(state.pending)) + section('end');
    const { kernel, pending, sections } = runTransaction(state.kernel, input, nonce, kept);
    Object.assign(state, { kernel, pending });
    const said = sections.map(([title, body]) => section(title, body)).join('');
    const isUntouched = ['stale', 'moved'].includes(sections[0]?.[0] ?? '');
    return said + (isUntouched ? section('end') : readHost(kernel, section));
  }
  const mine = state.pending?.nonce === nonce ? state.pending : undefined;
  if (mine && name === UNDO_NAME) state.kernel = mine.before;
  if (mine) unlock(state);
  const verdict = mine ? (name === UNDO_NAME ? 'undone' : 'confirmed') : 'gone';
  return section('verdict', `${verdict}\n`) + section('end');
}

type Section = (title: string, body?: string) => string;

function sectionOf(nonce: string): Section {
  return (title, body = '') => `\n@@tapfleet:${nonce}:${title}\n${body}`;
}

/** The sections of READ_HOST, in its order. Nobody can open a simulated tap: there are no holders, and that is known. */
function readHost(kernel: SimulatedKernel, section: Section): string {
  const taps = kernel.links().flatMap((link) => {
    const kind = (link.linkinfo as { readonly info_kind?: string } | undefined)?.info_kind;
    const index = Number(link.ifindex).toString(16);
    return kind === 'macvtap' ? [`D f6:${index} ${String(link.ifname)}\n`] : [];
  });
  return [
    section('host', '0\nsimulated\nip utility, simulated by tapfleet\n'),
    section('help', `${HELP}\n`),
    section('management', '1: lo    inet 127.0.0.1/8 scope host lo\n'),
    section('links', `${JSON.stringify(kernel.links())}\n`),
    section(
      'prints',
      prints(kernel)
        .map(([, line]) => `${line}\n`)
        .join(''),
    ),
    section('holders', taps.join('')),
    section('end'),
  ].join('');
}

/** Whether a piece of input holds the last line of a program, which the nonce of its command line tells. */
function endsProgram(commandLine: string, piece: Buffer): boolean {
  const nonce = PROGRAM.exec(commandLine)?.[2];
  return nonce !== undefined && piece.toString().endsWith(endOfProgram(nonce));
}

export function makeSimulatedHost(number: number): LabHost {
  const state: SimulatedState = { kernel: simulatedKernel(number) };
  return { run: (commandLine) => simulatedSession(state, commandLine) };
}

function simulatedSession(state: SimulatedState, commandLine: string): Session {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const pieces: Buffer[] = [];
  let finish: (end: SessionEnd) => void = () => undefined;
  const ended = new Promise<SessionEnd>((resolve) => {
    finish = resolve;
  });
  let answered = false;
  let killed = false;
  const reply = () => {
    if (answered) return;
    answered = true;
    const input = Buffer.concat(pieces).toString();
    if (readsInput(commandLine)) inTurn(state, input, () => killed || say(input));
    else say(input);
  };
  const say = (input: string) => {
    const { stdout: out, stderr: err, code } = answer(state, commandLine, input);
    let open = 2;
    const one = () => {
      open -= 1;
      if (open === 0) finish({ code });
    };
    stdout.once('end', one).end(out);
    stderr.once('end', one).end(err);
  };
  const stdin = new Writable({
    write(piece: Buffer, _encoding, done) {
      if (!answered) pieces.push(piece);
      // A controller that waits to be asked keeps its end open; a simulated host does not ask.
      if (!answered && endsProgram(commandLine, piece)) reply();
      done();
    },
    final(done) {
      reply();
      done();
    },
  });
  const kill = (signal: NodeJS.Signals) => {
    killed = true;
    finish({ signal });
  };
  if (!readsInput(commandLine)) reply();
  else stdout.write(answerFirst(state, commandLine));
  return { stdin, stdout, stderr, ended, kill };
}
