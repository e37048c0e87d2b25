import { expect, it } from 'vitest';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import type { Command } from '../../../src/model/report.ts';
import { buildReport } from '../../../src/report/build.ts';
import { exitCodeOf } from '../../../src/report/exit-code.ts';
import { applied, change, planned, skipped, unread } from '../render/builders.ts';

const inSync = planned('a');
const differs = planned('b', { changes: [change('create', 'web0')] });
const changed = applied('c', [change('create', 'web0')], { web0: 'done' });
const failed = applied('d', [change('create', 'web0')], {}, [{ kind: 'kernel', message: 'busy' }]);
const refused = planned('e', { refusals: [{ kind: 'disruption', message: 'held' }] });
const dead = unread('f', { kind: 'connect-timeout', message: 'silent' });

it.each<[string, Command, HostOutcome[], boolean, number]>([
  ['nothing to do', 'plan', [inSync], true, 0],
  ['no hosts', 'plan', [], true, 0],
  ['a plan with changes', 'plan', [inSync, differs], false, 0],
  ['a plan with changes, detailed', 'plan', [inSync, differs], true, 2],
  ['drift', 'drift', [inSync, differs], false, 2],
  ['no drift', 'drift', [inSync], false, 0],
  ['apply --check, detailed', 'apply', [differs], true, 2],
  ['applied', 'apply', [inSync, changed], true, 0],
  ['failed', 'apply', [changed, failed], false, 3],
  ['refused', 'plan', [refused], false, 3],
  ['unreachable', 'plan', [inSync, dead], false, 4],
  ['failed before unreachable', 'apply', [dead, failed], true, 3],
  ['refused before unreachable before differences', 'drift', [differs, dead, refused], true, 3],
  ['unreachable before differences', 'drift', [differs, dead], true, 4],
  ['skipped alone', 'apply', [skipped('g', 'budget')], true, 0],
])('%s', (_, command, outcomes, detailedExitcode, code) => {
  expect(exitCodeOf(buildReport(command, outcomes), { detailedExitcode })).toBe(code);
});
