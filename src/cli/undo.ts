/** The command `undo`: the inverse of a run, planned, shown, applied and verified as anything else. */
import type { Target } from '../fleet/target.ts';
import { connectionsOf, hideSecretsOf, loadHosts, selectHosts } from '../load/load.ts';
import type { Manifest } from '../model/manifest.ts';
import type { HostOutcome } from '../model/outcome.ts';
import { inverseOfRun, rolloutsOfUndo } from '../record/undo.ts';
import { changeFleet } from './change-fleet.ts';
import { RECORD_FOLDER, type RunCommandOptions } from './options.ts';
import { type Output, settle } from './output.ts';
import { connectionDefaults, hidePasswords, selectionOf } from './passwords.ts';
import { compare, partOf } from './plan.ts';
import { loadRun } from './runs.ts';

export async function undo(output: Output, name: string, options: RunCommandOptions): Promise<number> {
  const { run, path } = loadRun(output, options.record || RECORD_FOLDER, name);
  const manifests = inverseOfRun(run, path);
  const load = async () => {
    const loaded = settle(output, await loadHosts(await selectionOf(output, options), run.start.playbooks));
    const chosen = new Set(settle(output, selectHosts(loaded, 'all:localhost')).hosts);
    const missing = options.limit.length > 0 ? [] : manifests.filter(({ host }) => !chosen.has(host));
    const due = manifests.filter(({ host }) => chosen.has(host));
    hideSecretsOf(
      loaded,
      due.map(({ host }) => host),
    );
    const found = await connectionsOf(loaded, due, await connectionDefaults(output, options));
    hidePasswords(output, found.settings.values());
    const { settings } = settle(output, found);
    const targets = due.flatMap((manifest): Target[] => {
      const connection = settings.get(manifest.host);
      return connection ? [{ host: manifest.host, settings: connection, manifest }] : [];
    });
    const rollouts = rolloutsOfUndo(
      run,
      targets.map(({ host }) => host),
    );
    const work = { targets, ...(rollouts ? { rollouts } : {}), unread: missing.map(notInInventory) };
    return options.shard ? partOf(output, work, options.shard) : work;
  };
  if (options.check) return compare(output, 'apply', load, options);
  const facts = {
    command: 'undo',
    playbooks: [],
    inventory: options.inventory,
    undoes: run.start.run,
  } as const;
  return changeFleet(output, facts, load, options);
}

function notInInventory({ host }: Manifest): HostOutcome {
  const message = 'the run changed this host, which the inventory does not have: it stays as it is';
  return { kind: 'unread', host, problem: { kind: 'cannot-undo', message } };
}
