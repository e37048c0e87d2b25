/** The command `undo`: the inverse of a run, planned, shown, applied and verified as anything else. */
import type { Target } from '../fleet/target.ts';
import { connectionsOf, hideSecretsOf, loadHosts, selectHosts } from '../load/load.ts';
import type { Manifest } from '../model/manifest.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { RunRecord } from '../model/run-record.ts';
import { changedNothing, inverseOfRun, rolloutsOfUndo } from '../record/undo.ts';
import { buildReport } from '../report/build.ts';
import { changeFleet } from './change-fleet.ts';
import { RECORD_FOLDER, type RunCommandOptions } from './options.ts';
import { type Output, refuse, settle } from './output.ts';
import { connectionDefaults, hidePasswords, selectionOf } from './passwords.ts';
import { compare, partOf } from './plan.ts';
import { checkReportFiles, publish, startClock } from './publish.ts';
import { loadRun, newestChange } from './runs.ts';

export async function undo(output: Output, name: string, options: RunCommandOptions): Promise<number> {
  const folder = options.record || RECORD_FOLDER;
  const { run, path } = loadRun(output, folder, name);
  if (changedNothing(run)) return nothingToUndo(output, run, name === 'last' ? folder : undefined, options);
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

/**
 * `lastOf`: the folder whose last run was asked for. Who asks for that wants a change taken back: where an older run made
 * one, the command ends with 1 and names it, for neither 0 nor undoing that one unasked would be true.
 */
async function nothingToUndo(
  output: Output,
  { start, end }: RunRecord,
  lastOf: string | undefined,
  options: RunCommandOptions,
): Promise<number> {
  // A run that was killed, or goes on, may have done what nobody wrote down.
  const what = `the run ${start.run} ${end ? 'changed nothing' : 'has no change written down'}`;
  const older = lastOf === undefined ? undefined : newestChange(lastOf);
  if (older !== undefined) {
    const where = lastOf === RECORD_FOLDER ? '' : ` --record ${lastOf}`;
    const undoIt = `"tapfleet undo ${older}${where}" puts back what it changed`;
    refuse(output, `${what}; the last run that did is ${older}`, undoIt);
  }
  const sentence = `Nothing to undo: ${what}.\n`;
  if (options.format === 'text' && options.report.length === 0) {
    output.result(sentence);
    return 0;
  }
  const times = startClock();
  await checkReportFiles(output, options);
  output.note(sentence);
  return (await publish(output, options, { report: buildReport('apply', []), times: times() })) ? 0 : 1;
}
