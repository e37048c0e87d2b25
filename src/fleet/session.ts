/**
 * One host through a run: connect, read, plan, and where asked apply and verify, over one connection with one exec
 * channel for each of the two programs.
 */
import { applyCommand } from '../host/apply-script.ts';
import { newNonce } from '../host/frame.ts';
import { gatherCommand } from '../host/gather-script.ts';
import { readApply } from '../host/read-apply.ts';
import { readGather } from '../host/read-gather.ts';
import { batchOf } from '../iproute/batch.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { ObservedState } from '../model/observed.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { PlannedHost } from '../model/plan.ts';
import { verifyHost } from '../planning/verify.ts';
import { type Connection, HostTrouble } from '../remote/connection.ts';

/** Reading takes milliseconds; a host that needs longer than this is stuck. */
const GATHER_TIMEOUT_MS = 60_000;
/** A thousand interfaces take about 3 s of the kernel's time; deletion one by one 22 s. */
const APPLY_TIMEOUT_MS = 300_000;

export interface HostTarget {
  readonly host: string;
  readonly settings: ConnectionSettings;
}

/** Opens a login: SSH in earnest, a simulated host in tests. */
export type Connect = (settings: ConnectionSettings, signal?: AbortSignal) => Promise<Connection>;

/** The host as it is now. Throws HostTrouble. */
export async function gather(connection: Connection, become: boolean): Promise<ObservedState> {
  const nonce = newNonce();
  const answer = await connection.exec(gatherCommand(nonce, become), { timeoutMs: GATHER_TIMEOUT_MS });
  const reading = readGather(answer, nonce, become);
  if ('problem' in reading) throw new HostTrouble(reading.problem);
  return reading.observed;
}

/**
 * Makes the plan's changes and says what the host was seen to have afterwards. An answer that never came leaves every
 * change `unknown`: the steps may have been made.
 */
export async function applyPlan(
  connection: Connection,
  plan: PlannedHost,
  become: boolean,
): Promise<HostOutcome> {
  const { host } = plan;
  if (!plan.observed.root) {
    const message = `the login is not root: changing interfaces needs root; use "become: true", -b or another user`;
    const results = new Map(plan.changes.map((change) => [change.interface, 'not-done' as const]));
    return { kind: 'applied', host, plan, results, problems: [{ kind: 'privilege', message }] };
  }
  const nonce = newNonce();
  try {
    const answer = await connection.exec(applyCommand(nonce, become), {
      stdin: batchOf(plan.steps),
      timeoutMs: APPLY_TIMEOUT_MS,
    });
    const reading = readApply(answer, nonce, become);
    if ('problem' in reading) throw new HostTrouble(reading.problem);
    return { kind: 'applied', host, plan, ...verifyHost(plan, reading.observed, reading.failure) };
  } catch (error) {
    if (!(error instanceof HostTrouble)) throw error;
    const { problem } = error;
    const message = `${problem.message}; it is unknown which changes were made: plan again to see`;
    const results = new Map(plan.changes.map((change) => [change.interface, 'unknown' as const]));
    return { kind: 'applied', host, plan, results, problems: [{ ...problem, message }] };
  }
}
