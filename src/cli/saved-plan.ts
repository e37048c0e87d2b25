/** Plan files on the command line: `plan --out` writes one, `apply` and `show` read it. */
import { open } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { MAX_REPORT_BYTES, readTextFile } from '../files/read-files.ts';
import { replaceFile, whyNotReplaceable } from '../files/replace-file.ts';
import type { Target } from '../fleet/run.ts';
import { connectionsOf, loadHosts } from '../load/load.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { SavedPlan } from '../model/plan-file.ts';
import { planFileText, savePlan } from '../plan-file/write.ts';
import { version } from '../version.ts';
import type { RunCommandOptions } from './options.ts';
import { type Output, refuse, settle } from './output.ts';
import { connectionDefaults, hidePasswords, selectionOf } from './passwords.ts';
import type { Work } from './plan.ts';

/** Whether the one thing that `apply` was given is a plan: a playbook is a list, and begins with no brace. */
export async function isPlanFile(paths: readonly string[]): Promise<boolean> {
  const [path] = paths;
  if (path === undefined || paths.length > 1) return false;
  try {
    const file = await open(path, 'r');
    try {
      if (!(await file.stat()).isFile()) return false;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
      return buffer.toString('utf8', 0, bytesRead).trimStart().startsWith('{');
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

/** Asked before a host is touched. */
export async function checkPlanFile(output: Output, file: string): Promise<void> {
  const why = await whyNotReplaceable(file);
  if (why !== undefined) refuse(output, `--out ${file} cannot be written: ${why}`);
}

/** Ends the command with 1 where it cannot be written, or would hold a secret. */
export async function writePlanFile(
  output: Output,
  file: string,
  playbooks: readonly string[],
  { targets, rollouts = [] }: Work,
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
    allowDisruption: options.allowDisruption === true,
    allowLockout: options.allowLockout === true,
    ...(options.maxDelete === undefined ? {} : { maxDelete: options.maxDelete }),
  });
  const text = planFileText(plan);
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
  const read = await readTextFile(file, MAX_REPORT_BYTES);
  if ('problem' in read) return settle(output, { diagnostics: [read.problem] }) as never;
  const { readPlanFile } = await import('../plan-file/read.ts');
  const reading = readPlanFile(read.text, version);
  if ('problem' in reading) refuse(output, `${file} cannot be applied: ${reading.problem}`, reading.hint);
  return reading.plan;
}

/** What a plan file asks for; with `-i` the hosts are reached as that inventory says, else as the plan does. */
export async function workOf(output: Output, plan: SavedPlan, options: RunCommandOptions): Promise<Work> {
  const { expectationOfHost, rolloutsOf } = await import('../plan-file/read.ts');
  const settings = await connections(output, plan, options);
  const targets = plan.hosts.flatMap((saved): Target[] => {
    const connection = settings.get(saved.host);
    const { host, manifest } = saved;
    return connection ? [{ host, manifest, settings: connection, expected: expectationOfHost(saved) }] : [];
  });
  return { targets, rollouts: rolloutsOf(plan) };
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
    user: userInfo().username,
    ...(agent ? { agent } : {}),
    ...(defaults.password ? { password: defaults.password } : {}),
    ...(defaults.becomePassword ? { becomePassword: defaults.becomePassword } : {}),
    ...(defaults.privateKey === undefined
      ? {}
      : { privateKeyFiles: [defaults.privateKey.replace(/^~(?=\/)/, homedir())] }),
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
