/** A login on one host, and reading it over one exec channel. */
import { newNonce, sectionMark } from '../host/frame.ts';
import {
  type Asked,
  EVERYTHING,
  gatherAskingCommand,
  gatherCommand,
  LOOK_FOR_HOLDERS,
  LOOK_NO_FURTHER,
} from '../host/gather-script.ts';
import { type Answer, readGather } from '../host/read-gather.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { ObservedState } from '../model/observed.ts';
import {
  type ConnectHow,
  type Connection,
  type ExecOptions,
  HostTrouble,
  type Reply,
  type Said,
} from '../remote/connection.ts';

/** Reading takes milliseconds; a host that needs longer than this is stuck. */
export const READ_TIMEOUT_MS = 60_000;

/** A host that says nothing for so long may be waiting for a word that it never got to ask for. */
export const QUIET_MS = 5_000;

/** Opens a login: SSH in earnest, a simulated host in tests. */
export type Connect = (settings: ConnectionSettings, how?: ConnectHow) => Promise<Connection>;

/** The host as it is now. Throws HostTrouble. */
export async function gather(
  connection: Connection,
  timeoutMs = READ_TIMEOUT_MS,
  asked: Asked = EVERYTHING,
): Promise<ObservedState> {
  const nonce = newNonce();
  return readingOf(await connection.exec(gatherCommand(nonce, asked), { timeoutMs }), nonce);
}

/**
 * The same, and who holds its taps where `wants` says so of what was found, over the same session. `looked`: that was
 * asked and answered; where it was not, nothing could be said to the session.
 */
export async function gatherAsking(
  connection: Connection,
  timeoutMs: number,
  asked: Asked,
  wants: (observed: ObservedState) => boolean,
): Promise<{ readonly observed: ObservedState; readonly looked: boolean }> {
  const nonce = newNonce();
  let found: ObservedState | undefined;
  let looked = false;
  const say = (stdout: string): Said => {
    found = readingOf({ stdout, stderr: '', code: 0 }, nonce);
    looked = wants(found);
    return looked ? { text: LOOK_FOR_HOLDERS } : { text: LOOK_NO_FURTHER, last: true };
  };
  const command = gatherAskingCommand(nonce, asked);
  const answer = await connection.exec(command, { timeoutMs, ...saidWhenRead(nonce, say) });
  if (found && !looked) return { observed: found, looked };
  if (looked && !answer.stdout.includes(sectionMark(nonce, 'over'))) {
    const message = 'the host began to say who holds its taps, and did not end';
    throw new HostTrouble({ kind: 'bad-answer', message });
  }
  return { observed: readingOf(answer, nonce), looked };
}

/** How a session that has read the host, and waits for a word, gets it. */
export function saidWhenRead(nonce: string, say: Reply['say']): Pick<ExecOptions, 'reply'> {
  const [begun, after] = [sectionMark(nonce, 'begin'), sectionMark(nonce, 'end')];
  return { reply: { begun, nudge: '\n', after, say, quietMs: QUIET_MS } };
}

/** What an answer tells. Throws HostTrouble where it tells nothing. */
export function readingOf(answer: Answer, nonce: string): ObservedState {
  const reading = readGather(answer, nonce);
  if ('problem' in reading) {
    // Reading changes nothing, so it may be done again.
    throw new HostTrouble(reading.problem, reading.problem.kind === 'connection-lost');
  }
  return reading.observed;
}
