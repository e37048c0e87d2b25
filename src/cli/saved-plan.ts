/** Plan files on the command line: `plan --out` writes one, `apply` and `show` read it. */
import { ownAccount, ownHome } from '../files/own-account.ts';
import { MAX_REPORT_BYTES, readBegin, readExactly } from '../files/read-files.ts';
import { replaceFile, whyNotReplaceable } from '../files/replace-file.ts';
import type { Target } from '../fleet/target.ts';
import { connectionsOf, loadHosts } from '../load/load.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { SavedPlan } from '../model/plan-file.ts';
import { rolloutOf } from '../model/rollout.ts';
import { planFileText, savePlan } from '../plan-file/write.ts';
import { reportWarnings } from '../report/warnings.ts';
import { version } from '../version.ts';
import type { RunCommandOptions } from './options.ts';
import { type Output, refuse, settle } from './output.ts';
import { connectionDefaults, hidePasswords, selectionOf } from './passwords.ts';
import type { Work } from './plan.ts';

/** Long enough for the brace of a plan, behind whatever space there is. */
const BEGIN_BYTES = 64;

/**
 * The saved plan among what `apply` was given, if any: a playbook is a list, and begins with no brace. What is neither
 * ends the command with 1 before it is asked for anything that a plan does not need.
 */
export async function planFileAmong(output: Output, paths: readonly string[]): Promise<string | undefined> {
  const begins = await Promise.all(paths.map((path) => readBegin(path, BEGIN_BYTES)));
  settle(output, { diagnostics: begins.flatMap((read) => ('problem' in read ? [read.problem] : [])) });
  const texts = begins.map((read) => ('text' in read ? read.text.trimStart() : undefined));
  const empty = paths[texts.indexOf('')];
  if (empty !== undefined) {
    refuse(
      output,
      `${empty} is empty: it is neither a playbook nor a saved plan`,
      'was it written to its end?',
    );
  }
  const plan = paths[texts.findIndex((text) => text?.startsWith('{'))];
  if (plan !== undefined && paths.length > 1) {
    refuse(output, `${plan} is a saved plan, which is applied alone`, 'name nothing beside it');
  }
  return plan;
}

/** Asked before a host is touched. */
export async function checkPlanFile(output: Output, file: string): Promise<void> {
  if (file === '-') {
    refuse(
      output,
      '--out -: a saved plan needs a file',
      '--format json writes the report to standard output',
    );
  }
  const why = await whyNotReplaceable(file);
  if (why !== undefined) refuse(output, `--out ${file} cannot be written: ${why}`);
}

/** Ends the command with 1 where it cannot be written, or would hold a secret. */
export async function writePlanFile(
  output: Output,
  file: string,
  playbooks: readonly string[],
  { targets, rollouts = [], shard, diagnostics = [] }: Work,
  outcomes: readonly HostOutcome[],
  options: RunCommandOptions,
): Promise<void> {
  const plan = savePlan({
    version,
    created: new Date().toISOString(),
    playbooks,
    targets,
    rollouts,
    outcomes,
    shard,
    warnings: reportWarnings(diagnostics),
    allowDisruption: options.allowDisruption === true,
    allowLockout: options.allowLockout === true,
    ...(options.maxDelete === undefined ? {} : { maxDelete: options.maxDelete }),
  });
  const text = planFileText(plan);
  if (Buffer.byteLength(text) > MAX_REPORT_BYTES) {
    refuse(
      output,
      `${file} is not written: the plan is larger than ${MAX_REPORT_BYTES / 1024 / 1024} MiB, which nobody reads back`,
      'plan fewer hosts at once, with --limit or --shard',
    );
  }
  if (output.masked(text) !== text) {
    refuse(
      output,
      `${file} is not written: the plan holds a text that is a secret (of a vault, or a password)`,
      'a plan file holds no secrets: take it out of what the playbook declares, such as an alias',
    );
  }
  try {
    await replaceFile(file, text);
  } catch (error) {
    refuse(
      output,
      `${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
      'name another with --out',
    );
  }
  const hosts = plan.hosts.length === 1 ? '1 host' : `${plan.hosts.length} hosts`;
  output.note(`saved in ${file}; "tapfleet apply ${file}" changes ${hosts} so and not otherwise\n`);
}

/** A plan that is whole and ours; anything else ends the command with 1. */
export async function readSavedPlan(output: Output, file: string): Promise<SavedPlan> {
  const read = await readExactly(file, MAX_REPORT_BYTES);
  if ('problem' in read) return settle(output, { diagnostics: [read.problem] }) as never;
  const { readPlanFile } = await import('../plan-file/read.ts');
  const reading = readPlanFile(read.text, version);
  if ('problem' in reading) refuse(output, `${file}: ${reading.problem}`, reading.hint);
  return reading.plan;
}

/**
 * What a plan file asks for; with `-i` the hosts are reached as that inventory says, else as the plan does. With
 * `--declared-by` the plan is one that those playbooks declare.
 */
export async function workOf(
  output: Output,
  plan: SavedPlan,
  options: RunCommandOptions,
  declared?: Work,
): Promise<Work> {
  const { expectationOfHost } = await import('../plan-file/read.ts');
  const settings = declared
    ? new Map(declared.targets.map((target) => [target.host, target.settings]))
    : await connections(output, plan, options);
  const targets = plan.hosts.flatMap((saved): Target[] => {
    const connection = settings.get(saved.host);
    const { host, manifest } = saved;
    return connection ? [{ host, manifest, settings: connection, expected: expectationOfHost(saved) }] : [];
  });
  return { targets, rollouts: plan.rollouts.map(rolloutOf), planned: plan.report };
}

async function connections(
  output: Output,
  plan: SavedPlan,
  options: RunCommandOptions,
): Promise<ReadonlyMap<string, ConnectionSettings>> {
  const defaults = await connectionDefaults(output, options);
  if (options.inventory.length > 0) {
    const loaded = settle(output, await loadHosts(await selectionOf(output, options), plan.playbooks));
    const missing = plan.hosts.filter(({ host }) => !loaded.inventory.hosts.has(host));
    for (const { host } of missing) {
      refuse(
        output,
        `the plan is for "${host}", which the inventory does not have`,
        'give the inventory it was made with, or none',
      );
    }
    const asked = plan.hosts.map(({ host, manifest }) => ({ host, become: manifest.become }));
    const found = await connectionsOf(loaded, asked, defaults);
    hidePasswords(output, found.settings.values());
    return settle(output, found).settings;
  }
  const { settingsOf } = await import('../plan-file/read.ts');
  const agent = process.env.SSH_AUTH_SOCK;
  const own = {
    user: ownAccount().name,
    ...(agent ? { agent } : {}),
    ...(defaults.password ? { password: defaults.password } : {}),
    ...(defaults.becomePassword ? { becomePassword: defaults.becomePassword } : {}),
    ...(defaults.privateKey === undefined
      ? {}
      : { privateKeyFiles: [defaults.privateKey.replace(/^~(?=\/)/, ownHome())] }),
    ...(defaults.hostKeyChecking ? { hostKeyChecking: defaults.hostKeyChecking } : {}),
    ...(defaults.connectTimeoutMs === undefined ? {} : { connectTimeoutMs: defaults.connectTimeoutMs }),
  };
  return new Map(
    plan.hosts.map(({ host, connection }) => {
      const settings = settingsOf(connection, own);
      if (settings) return [host, settings];
      return refuse(
        output,
        `"${host}" is reached through a program (ProxyCommand), which no plan file may name`,
        'give the inventory with -i',
      );
    }),
  );
}
