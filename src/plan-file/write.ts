/** What was planned → the text of a plan file, and the digest that seals it. Pure. */
import { createHash } from 'node:crypto';
import type { ConnectionSettings, SshLogin } from '../model/connection.ts';
import type { Manifest } from '../model/manifest.ts';
import type { HostOutcome } from '../model/outcome.ts';
import {
  PLAN_FILE_VERSION,
  type SavedConnection,
  type SavedHost,
  type SavedLogin,
  type SavedPlan,
} from '../model/plan-file.ts';
import { type Rollout, saveRollout } from '../model/rollout.ts';
import type { GuardOptions } from '../planning/guard.ts';
import { expectationOf } from '../planning/stale.ts';
import { buildReport, type RunWords } from '../report/build.ts';

export interface PlanToSave extends GuardOptions, RunWords {
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly playbooks: readonly string[];
  readonly targets: readonly {
    readonly host: string;
    readonly settings: ConnectionSettings;
    readonly manifest: Manifest;
  }[];
  readonly rollouts: readonly Rollout[];
  /** In the order of the targets. */
  readonly outcomes: readonly HostOutcome[];
}

export function savePlan(plan: PlanToSave): Omit<SavedPlan, 'digest'> {
  const outcomes = new Map(plan.outcomes.map((outcome) => [outcome.host, outcome]));
  const due = plan.targets.flatMap(({ host, settings }): SavedHost[] => {
    const outcome = outcomes.get(host);
    if (outcome?.kind !== 'planned' || outcome.plan.steps.length === 0) return [];
    const { batch, prints, holders } = expectationOf(outcome.plan);
    return [
      {
        host,
        connection: saveConnection(settings),
        manifest: outcome.plan.manifest,
        batch,
        prints: Object.fromEntries(prints),
        holders: Object.fromEntries(holders),
      },
    ];
  });
  return {
    tapfleet_plan: PLAN_FILE_VERSION,
    tapfleet: plan.version,
    created: plan.created,
    inputs: inputsDigest(plan),
    playbooks: plan.playbooks,
    allow_disruption: plan.allowDisruption,
    allow_lockout: plan.allowLockout === true,
    max_delete: plan.maxDelete ?? null,
    report: buildReport('plan', plan.outcomes, plan),
    rollouts: plan.rollouts.map(saveRollout),
    hosts: due,
  };
}

const SEAL = ',\n"digest": "';

/** One line a host, so that two plans can be compared with `diff`; sealed by a digest over every byte before it. */
export function planFileText({ hosts, ...head }: Omit<SavedPlan, 'digest'>): string {
  const fields = Object.entries(head).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  const lines = hosts.map((host) => JSON.stringify(host)).join(',\n');
  const body = `{${fields.join(',\n')},\n"hosts": [\n${lines}\n]`;
  return `${body}${SEAL}${sha256(body)}"}\n`;
}

/** Whether a text is as it was written, to the byte. */
export function isSealed(text: string): boolean {
  const end = text.lastIndexOf(SEAL);
  return end >= 0 && text.slice(end) === `${SEAL}${sha256(text.slice(0, end))}"}\n`;
}

/** Of what the playbooks and the inventory came to. */
export function inputsDigest({
  targets,
  rollouts,
}: {
  readonly targets: readonly { readonly manifest: Manifest }[];
  readonly rollouts: readonly Rollout[];
}): string {
  return sha256(JSON.stringify([targets.map(({ manifest }) => manifest), rollouts.map(saveRollout)]));
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function saveConnection(settings: ConnectionSettings): SavedConnection {
  if (settings.kind === 'local') return { kind: 'local', become: settings.become };
  return saveLogin(settings, settings.become);
}

function saveLogin(login: SshLogin, become: boolean): SavedLogin {
  const { proxy } = login;
  return {
    kind: 'ssh',
    address: login.address,
    port: login.port,
    user: login.user,
    privateKeyFiles: login.privateKeyFiles,
    identitiesOnly: login.identitiesOnly,
    ...(login.withoutDefaultKeys ? { withoutDefaultKeys: true } : {}),
    ...(login.withoutMethods ? { withoutMethods: login.withoutMethods } : {}),
    ...(login.addressFamily === undefined ? {} : { addressFamily: login.addressFamily }),
    ...(login.hostKeyAlias === undefined ? {} : { hostKeyAlias: login.hostKeyAlias }),
    knownHostsFiles: login.knownHostsFiles,
    hostKeyChecking: login.hostKeyChecking,
    connectTimeoutMs: login.connectTimeoutMs,
    keepalive: login.keepalive,
    algorithms: login.algorithms,
    ...(proxy
      ? { proxy: proxy.kind === 'command' ? 'command' : { through: saveLogin(proxy.through, false) } }
      : {}),
    become,
  };
}
