/** A login on one host, and reading it over one exec channel. */
import { newNonce } from '../host/frame.ts';
import { type Asked, EVERYTHING, gatherCommand } from '../host/gather-script.ts';
import { type Answer, readGather } from '../host/read-gather.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { ObservedState } from '../model/observed.ts';
import { type ConnectHow, type Connection, HostTrouble } from '../remote/connection.ts';

/** Reading takes milliseconds; a host that needs longer than this is stuck. */
export const READ_TIMEOUT_MS = 60_000;

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

/** What an answer tells. Throws HostTrouble where it tells nothing. */
export function readingOf(answer: Answer, nonce: string): ObservedState {
  const reading = readGather(answer, nonce);
  if ('problem' in reading) {
    // Reading changes nothing, so it may be done again.
    throw new HostTrouble(reading.problem, reading.problem.kind === 'connection-lost');
  }
  return reading.observed;
}
