/** Changes a fleet, whatever asked for it: plan, ask, write down, change, verify, report. */
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { applyFleet, applyFleetApproved } from '../fleet/run.ts';
import type { HostOutcome } from '../model/outcome.ts';
import { FAILURES, type Report } from '../model/report.ts';
import { saveRollout } from '../model/rollout.ts';
import { buildReport } from '../report/build.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import { reportWarnings } from '../report/warnings.ts';
import { drawMistakesAs, drawText } from './formats.ts';
import type { RunCommandOptions } from './options.ts';
import { type Output, refuse } from './output.ts';
import type { Work } from './plan.ts';
import { checkReportFiles, publish, startClock } from './publish.ts';
import { Recorder, type RunFacts } from './recorder.ts';
import { controllerName, startRun } from './run-session.ts';

/** `load` is called when it is known that somebody can be asked, or need not be. */
export async function changeFleet(
  output: Output,
  facts: Omit<RunFacts, 'hosts' | 'controller' | 'rollouts'>,
  load: () => Promise<Work>,
  options: RunCommandOptions,
): Promise<number> {
  const asks = !options.yes;
  if (asks && !(process.stdin.isTTY && process.stderr.isTTY)) {
    const summary = `${facts.command} asks before it changes anything, and there is no terminal to ask on`;
    refuse(output, summary, 'add --yes');
  }
  const times = startClock();
  await drawMistakesAs(output, facts.command, options.format);
  await checkReportFiles(output, options);
  const { targets, unread = [], rollouts, planned: before, shard, diagnostics = [] } = await load();
  const seed = seedOf(output, rollouts, options);
  let recorder: Recorder | undefined;
  const record = () => {
    const hosts = [...targets, ...unread].map(({ host }) => host);
    const how = rollouts ? { rollouts: rollouts.map(saveRollout) } : {};
    recorder = new Recorder(output, options.record, {
      ...facts,
      ...how,
      controller: controllerName(),
      hosts,
    });
    recorder.changing();
  };
  if (!asks) record();
  const session = startRun(output, options, {
    command: 'apply',
    name: asks ? 'reading' : 'applying',
    targets,
    tell: (event) => recorder?.tell(event),
  });
  const failedBefore = failuresOf(before);
  const run = { ...session.run, ...(rollouts ? { rollouts } : {}), failedBefore, seed };
  let outcomes: readonly HostOutcome[] | undefined;
  let report: Report | undefined;
  let refused = false;
  try {
    if (!asks) outcomes = await applyFleet(targets, run);
    else {
      const result = await applyFleetApproved(targets, run, async (planned) => {
        const changes = planned.filter((one) => one.kind === 'planned' && one.plan.steps.length > 0).length;
        if (changes === 0) return false;
        const view = { style: output.err, verbose: options.verbose > 0, diff: options.diff === true };
        const text = await drawText(buildReport('apply', [...planned, ...unread]), view);
        const answer = await session.during(async () => {
          output.note(text);
          return session.interrupted ? 'interrupted' : confirm(session.run.stop);
        });
        if (answer === 'interrupted') session.interrupt();
        refused = answer !== 'yes';
        if (refused) return false;
        record();
        session.phase('applying', changes);
        return true;
      });
      outcomes = result.outcomes;
    }
    outcomes = [...outcomes, ...unread];
    report = buildReport('apply', outcomes, { shard, warnings: reportWarnings(diagnostics) });
    recorder?.finish(outcomes, report.summary, session.interrupted);
  } finally {
    recorder?.close();
    session.end(report);
  }
  if (refused && !session.interrupted) {
    output.note('nothing was changed\n');
    return 1;
  }
  const written = await publish(output, options, { report, times: times() });
  if (recorder?.path !== undefined && outcomes.some(({ kind }) => kind === 'applied')) {
    output.note(`written down in ${recorder.path}; "tapfleet undo last" puts back what was changed\n`);
  }
  if (session.interrupted) return 130;
  if (!written) return 1;
  const code = exitCodeOf(report, { detailedExitcode: false });
  // Who is passed over for a host that failed before is not done, and no row says which host that was.
  return code === 0 && before && report.summary.skipped > 0
    ? exitCodeOf(before, { detailedExitcode: false })
    : code;
}

function failuresOf(report: Report | undefined): ReadonlySet<string> {
  return new Set(report?.hosts.filter(({ status }) => FAILURES.has(status)).map(({ host }) => host));
}

/** Said where it decides something: the same seed gives the same order. */
function seedOf(
  output: Output,
  rollouts: Work['rollouts'],
  { seed = randomInt(2 ** 31) }: RunCommandOptions,
): number {
  if (rollouts?.some(({ order }) => order === 'shuffle')) {
    output.note(`order: shuffle; --seed ${seed} gives this order again\n`);
  }
  return seed;
}

/**
 * Only the whole word counts, as in Terraform: a stray key must not change a fleet. Ctrl-C interrupts, as a signal does;
 * the end of the input is no consent.
 */
function confirm(stop: AbortSignal | undefined): Promise<'yes' | 'no' | 'interrupted'> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise<'yes' | 'no' | 'interrupted'>((resolve) => {
    const interrupted = () => resolve('interrupted');
    stop?.addEventListener('abort', interrupted, { once: true });
    prompt.once('SIGINT', interrupted);
    prompt.once('close', () => resolve('no'));
    prompt.question('\nApply this? Only "yes" is accepted: ', (answer) =>
      resolve(answer.trim() === 'yes' ? 'yes' : 'no'),
    );
  }).finally(() => prompt.close());
}
