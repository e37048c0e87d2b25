/**
 * A plan that was saved: what was shown, what of it may be done, and what each host was like. No secret is in it. Plain
 * data, as it is written to the file.
 */
import type { Becoming, SshLogin } from './connection.ts';
import type { Manifest } from './manifest.ts';
import type { Holder } from './observed.ts';
import type { Report } from './report.ts';
import type { SavedRollout } from './rollout.ts';

export const PLAN_FILE_VERSION = '1.0';

/** How a host is reached, without passwords and without what is this machine's own (agents, programs). */
export type SavedConnection = { readonly kind: 'local'; readonly become: boolean } | SavedLogin;

export interface SavedLogin
  extends Omit<SshLogin, 'password' | 'agent' | 'proxy' | 'bindAddress'>,
    Pick<Becoming, 'become'> {
  readonly kind: 'ssh';
  /** `command`: through a program, which no file may name: the inventory must. */
  readonly proxy?: 'command' | { readonly through: SavedLogin };
}

/** A host on which something is to be done. */
export interface SavedHost {
  readonly host: string;
  readonly connection: SavedConnection;
  readonly manifest: Manifest;
  /** The steps as lines of `ip -batch`. */
  readonly batch: string;
  /** The lines of the links that the plan rests on; null: there was none of that name. */
  readonly prints: Readonly<Record<string, string | null>>;
  readonly holders: Readonly<Record<string, readonly Holder[] | 'unknown'>>;
}

export interface SavedPlan {
  readonly tapfleet_plan: typeof PLAN_FILE_VERSION;
  /** The version that made it, and alone may apply it. */
  readonly tapfleet: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** SHA-256 of what the playbooks and the inventory came to: the same for two plans of the same declared state. */
  readonly inputs: string;
  readonly playbooks: readonly string[];
  readonly allow_disruption: boolean;
  readonly allow_lockout: boolean;
  readonly max_delete: number | null;
  readonly report: Report;
  readonly rollouts: readonly SavedRollout[];
  readonly hosts: readonly SavedHost[];
  /** SHA-256 over everything above, as it stands in the file. */
  readonly digest: string;
}
