/** The command `apply`: plan, ask, change, verify, report. */
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { applyFleet, applyFleetApproved } from '../fleet/run.ts';
import type { HostOutcome } from '../model/outcome.ts';
import type { Rollout } from '../model/rollout.ts';
import { renderPlan } from '../render/plan-text.ts';
import { renderApply } from '../render/report-text.ts';
import { buildReport } from '../report/build.ts';
import { exitCodeOf } from '../report/exit-code.ts';
import type { FinishedRun } from './formats.ts';
import type { RunCommandOptions } from './options.ts';
import { type Output, refuse } from './output.ts';
import { compare, loadTargets, textOptions } from './plan.ts';
import { checkReportFiles, publish, startClock } from './publish.ts';
import { startRun } from './run-session.ts';

export async function apply(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  if (options.check) return compare(output, 'apply', playbooks, options);
  const asks = !options.yes;
  if (asks && !(process.stdin.isTTY && process.stderr.isTTY)) {
    refuse(output, 'apply asks before it changes anything, and there is no terminal to ask on', 'add --yes');
  }
  const times = startClock();
  await checkReportFiles(output, options);
  const { targets, rollouts, diagnostics } = await loadTargets(output, playbooks, options);
  const finish = (outcomes: readonly HostOutcome[], interrupted: boolean) =>
    report(output, options, { outcomes, diagnostics, times: times(), interrupted });
  const seed = seedOf(output, rollouts, options);
  const session = startRun(output, options, targets.length, asks ? 'reading' : 'applying');
  const run = { ...session.run, rollouts, seed };
  try {
    if (!asks) return await finish(await applyFleet(targets, run), session.interrupted);
    let changes = 0;
    let interrupted = false;
    const { outcomes, approved } = await applyFleetApproved(targets, run, async (planned) => {
      session.pause();
      changes = planned.filter((one) => one.kind === 'planned' && one.plan.steps.length > 0).length;
      if (changes === 0) return false;
      output.note(renderPlan('apply', planned, await textOptions(output.err, options)));
      const answer = session.interrupted ? 'interrupted' : await confirm(session.run.stop);
      interrupted = answer === 'interrupted';
      session.phase('applying', changes);
      return answer === 'yes';
    });
    session.pause();
    if (session.interrupted || interrupted) return await finish(outcomes, true);
    if (!approved && changes > 0) {
      output.note('nothing was changed\n');
      return 1;
    }
    return await finish(outcomes, false);
  } finally {
    session.end();
  }
}

/** Said where it decides something: the same seed gives the same order. */
function seedOf(
  output: Output,
  rollouts: readonly Rollout[],
  { seed = randomInt(2 ** 31) }: RunCommandOptions,
): number {
  if (rollouts.some(({ order }) => order === 'shuffle')) {
    output.note(`order: shuffle; --seed ${seed} gives this order again\n`);
  }
  return seed;
}

/** Only the whole word counts, as in Terraform: a stray key must not change a fleet. Ctrl-C at the prompt interrupts. */
async function confirm(stop: AbortSignal | undefined): Promise<'yes' | 'no' | 'interrupted'> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(
      '\nApply this? Only "yes" is accepted: ',
      stop ? { signal: stop } : {},
    );
    return answer.trim() === 'yes' ? 'yes' : 'no';
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return 'interrupted';
    throw error;
  } finally {
    prompt.close();
  }
}

interface Finished extends Pick<FinishedRun, 'diagnostics' | 'times'> {
  readonly outcomes: readonly HostOutcome[];
  readonly interrupted: boolean;
}

async function report(
  output: Output,
  options: RunCommandOptions,
  { outcomes, interrupted, ...run }: Finished,
): Promise<number> {
  const result = buildReport('apply', outcomes);
  const written = await publish(output, options, {
    ...run,
    report: result,
    text: async (style) => {
      const view = await textOptions(style, options);
      const applied = outcomes.some((one) => one.kind === 'applied');
      return applied ? renderApply(outcomes, view) : renderPlan('apply', outcomes, view);
    },
  });
  if (interrupted) return 130;
  return written ? exitCodeOf(result, { detailedExitcode: false }) : 1;
}
