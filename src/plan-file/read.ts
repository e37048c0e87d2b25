/** The text of a plan file → the plan, or why it may not be applied. Pure; nothing of it is believed before its digest is. */
import type { ConnectionSettings, SshLogin } from '../model/connection.ts';
import type { Expectation } from '../model/expectation.ts';
import type { SavedConnection, SavedHost, SavedLogin, SavedPlan } from '../model/plan-file.ts';
import { planFileSchema } from './schema.ts';
import { isSealed } from './write.ts';

export type PlanFileReading =
  | { readonly plan: SavedPlan }
  | { readonly problem: string; readonly hint: string };

const PLAN_AGAIN = 'make it again with "tapfleet plan --out"';

/** `version`: ours. A file that was cut off, changed, or made by another version is refused. */
export function readPlanFile(text: string, version: string): PlanFileReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is no whole JSON: it was cut off, or is no plan file', hint: PLAN_AGAIN };
  }
  const { tapfleet_plan: format, tapfleet: madeBy } = (value ?? {}) as Partial<SavedPlan>;
  if (typeof format !== 'string') return { problem: 'it is no plan file', hint: PLAN_AGAIN };
  if (madeBy !== version) {
    const problem = `it was made by tapfleet ${JSON.stringify(madeBy)}, this is ${version}`;
    return { problem, hint: `apply it with the version that made it, or ${PLAN_AGAIN}` };
  }
  if (!isSealed(text)) {
    return { problem: 'it was changed after it was made: its digest does not fit', hint: PLAN_AGAIN };
  }
  const read = planFileSchema.safeParse(value);
  if (read.success) return { plan: read.data };
  const [issue] = read.error.issues;
  return { problem: `${issue?.path.join('.')}: ${issue?.message}`, hint: PLAN_AGAIN };
}

export function expectationOfHost({ batch, prints, holders }: SavedHost): Expectation {
  return {
    batch,
    prints: new Map(Object.entries(prints)),
    holders: new Map(Object.entries(holders)),
  };
}

/** What the machine that applies a plan has of its own. */
export interface OwnConnection {
  readonly user: string;
  readonly agent?: string;
  readonly password?: SshLogin['password'];
  readonly becomePassword?: ConnectionSettings['becomePassword'];
  /** In place of the key files in the plan. */
  readonly privateKeyFiles?: readonly string[];
  readonly hostKeyChecking?: SshLogin['hostKeyChecking'];
  readonly connectTimeoutMs?: number;
}

/** Undefined where a program leads to the host: no file may name one. */
export function settingsOf(saved: SavedConnection, own: OwnConnection): ConnectionSettings | undefined {
  const becoming = {
    become: saved.become,
    ...(own.becomePassword ? { becomePassword: own.becomePassword } : {}),
  };
  if (saved.kind === 'local') return { kind: 'local', user: own.user, ...becoming };
  const login = loginOf(saved, own);
  return login && { ...login, kind: 'ssh', ...(own.password ? { password: own.password } : {}), ...becoming };
}

function loginOf(saved: SavedLogin, own: OwnConnection): SshLogin | undefined {
  const { proxy, kind: _kind, become: _become, ...login } = saved;
  if (proxy === 'command') return undefined;
  const through = proxy && loginOf(proxy.through, own);
  if (proxy && !through) return undefined;
  return {
    ...login,
    ...(own.privateKeyFiles ? { privateKeyFiles: own.privateKeyFiles } : {}),
    ...(own.agent === undefined ? {} : { agent: own.agent }),
    ...(own.hostKeyChecking ? { hostKeyChecking: own.hostKeyChecking } : {}),
    ...(own.connectTimeoutMs === undefined ? {} : { connectTimeoutMs: own.connectTimeoutMs }),
    ...(through ? { proxy: { kind: 'jump', through } } : {}),
  };
}
