/** The command `undo`: the inverse of a run, planned, shown, applied and verified as anything else. */
import type { Target } from '../fleet/target.ts';
import { connectionsOf, hideSecretsOf, loadHosts, selectHosts } from '../load/load.ts';
import type { RunRecord } from '../model/run-record.ts';
import { changedNothing, inverseOfRun } from '../record/undo.ts';
import { buildReport } from '../report/build.ts';
import { changeFleet } from './change-fleet.ts';
import { RECORD_FOLDER, type RunCommandOptions } from './options.ts';
import { type Output, refuse, settle } from './output.ts';
import { connectionDefaults, hidePasswords, selectionOf } from './passwords.ts';
import { compare } from './plan.ts';
import { checkReportFiles, publish, startClock } from './publish.ts';
import { loadRun, newestChange } from './runs.ts';

export async function undo(output: Output, name: string, options: RunCommandOptions): Promise<number> {
  const folder = options.record || RECORD_FOLDER;
  const { run, path } = loadRun(output, folder, name);
  if (changedNothing(run)) return nothingToUndo(output, run, name === 'last' ? folder : undefined, options);
  const { manifests, impossible } = inverseOfRun(run, path);
  const load = async () => {
    const loaded = settle(output, await loadHosts(await selectionOf(output, options), run.start.playbooks));
    const chosen = new Set(settle(output, selectHosts(loaded, 'all:localhost')).hosts);
    const gone = manifests.filter(({ host }) => !loaded.inventory.hosts.has(host) && !chosen.has(host));
    settle(output, {
      diagnostics: [
        ...impossible.map(
          (text) => ({ severity: 'warning', summary: `${text}; it stays as it is` }) as const,
        ),
        ...gone.map(
          ({ host }) =>
            ({
              severity: 'warning',
              summary: `the run changed "${host}", which the inventory does not have`,
            }) as const,
        ),
      ],
    });
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
    return { targets };
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
