/** The command `apply`: plan, ask, change, verify, report. */
import type { SavedPlan } from '../model/plan-file.ts';
import { counted } from '../render/value-text.ts';
import { changeFleet } from './change-fleet.ts';
import type { RunCommandOptions } from './options.ts';
import { type Output, refuse } from './output.ts';
import { compare, loadTargets, type Work } from './plan.ts';
import { onlyDue } from './rerun.ts';
import { planFileAmong, readSavedPlan, workOf } from './saved-plan.ts';

export async function apply(
  output: Output,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  const saved = await planFileAmong(output, playbooks);
  if (saved !== undefined) return applySaved(output, saved, options);
  const load = async () => onlyDue(output, await loadTargets(output, playbooks, options), playbooks, options);
  if (options.declaredBy) {
    refuse(output, '--declared-by is for a saved plan, and a playbook was given', 'name the plan file');
  }
  if (options.check) return compare(output, 'apply', load, options);
  const facts = { command: 'apply', playbooks, inventory: options.inventory } as const;
  return changeFleet(output, facts, load, options);
}

/** Nothing is asked: the plan was read and agreed to. What it was made with counts, not what the command line says now. */
async function applySaved(output: Output, file: string, options: RunCommandOptions): Promise<number> {
  // With --declared-by these are said of the playbooks.
  const asked = [
    !options.declaredBy && options.limit.length > 0 && '--limit',
    !options.declaredBy && options.extraVars.length > 0 && '-e',
    options.shard && '--shard',
  ];
  const meaningless = asked.find((flag) => typeof flag === 'string');
  if (meaningless) {
    refuse(
      output,
      `${meaningless} means nothing for a saved plan: it is applied as it was agreed to`,
      'make another plan',
    );
  }
  const plan = await readSavedPlan(output, file);
  const left = plan.report.hosts.filter(({ status }) => status !== 'in-sync' && status !== 'changes').length;
  if (left > 0) {
    output.note(
      `${counted(left, 'host')} of the plan could not be planned then: nothing is done there, and each counts as failed in its batch\n`,
    );
  }
  const { maxDelete: _asWasAgreed, ...rest } = options;
  const agreed: RunCommandOptions = {
    ...rest,
    yes: true,
    allowDisruption: plan.allow_disruption,
    allowLockout: plan.allow_lockout,
    ...(plan.max_delete === null ? {} : { maxDelete: plan.max_delete }),
  };
  const load = async () => {
    const declared =
      options.declaredBy && (await asDeclared(output, file, plan, options.declaredBy, options));
    return onlyDue(output, await workOf(output, plan, agreed, declared), [file], options);
  };
  if (options.check) return compare(output, 'apply', load, agreed);
  const facts = { command: 'apply', playbooks: [file], inventory: options.inventory } as const;
  return changeFleet(output, facts, load, agreed);
}

/** What the playbooks come to now; a plan that is anything else ends the command with 1, before a host is touched. */
async function asDeclared(
  output: Output,
  file: string,
  plan: SavedPlan,
  playbooks: readonly string[],
  options: RunCommandOptions,
): Promise<Work> {
  const work = await loadTargets(output, playbooks, options);
  const { whyNotDeclared } = await import('../plan-file/declared.ts');
  const { targets, rollouts = [] } = work;
  const allowed = { ...options, allowDisruption: options.allowDisruption === true };
  const why = whyNotDeclared(plan, { targets, rollouts }, allowed);
  if (why !== undefined) {
    const names = playbooks.join(', ');
    refuse(
      output,
      `${file} is not what ${names} declares: ${why}`,
      'make another plan, with the same options',
    );
  }
  return work;
}
