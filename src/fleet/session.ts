/** A login on one host, and reading it over one exec channel. */
import { newNonce } from '../host/frame.ts';
import { gatherCommand } from '../host/gather-script.ts';
import { readGather } from '../host/read-gather.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { ObservedState } from '../model/observed.ts';
import { type Connection, HostTrouble } from '../remote/connection.ts';

/** Reading takes milliseconds; a host that needs longer than this is stuck. */
const GATHER_TIMEOUT_MS = 60_000;

/** Opens a login: SSH in earnest, a simulated host in tests. */
export type Connect = (settings: ConnectionSettings, signal?: AbortSignal) => Promise<Connection>;

/** The host as it is now. Throws HostTrouble. */
export async function gather(connection: Connection): Promise<ObservedState> {
  const nonce = newNonce();
  const answer = await connection.exec(gatherCommand(nonce), { timeoutMs: GATHER_TIMEOUT_MS });
  const reading = readGather(answer, nonce);
  if ('problem' in reading) throw new HostTrouble(reading.problem);
  return reading.observed;
}
