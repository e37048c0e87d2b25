import { describe, expect, it } from 'vitest';
import { renderGithub } from '../../../src/render/github.ts';
import { workflowCommand } from '../../../src/render/github-commands.ts';
import { buildReport } from '../../../src/report/build.ts';
import { mixedFleet, planned } from './builders.ts';
import { expectGolden } from './golden.ts';
import { bigFleet, HOSTILE, hostileReport, mixedApply } from './review-fleets.ts';

/** The runner's own reading of a line (actions/runner, ActionCommand.TryParseV2). */
function parse(line: string) {
  const found = /^::(\w+)(?: (.*?))?::(.*)$/s.exec(line);
  if (!found) return undefined;
  const [, command = '', properties = '', message = ''] = found;
  const meant = (text: string) =>
    text
      .replaceAll('%2C', ',')
      .replaceAll('%3A', ':')
      .replaceAll('%0A', '\n')
      .replaceAll('%0D', '\r')
      .replaceAll('%25', '%');
  const pairs = properties.split(',').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), meant(pair.slice(at + 1))];
  });
  return { command, properties: Object.fromEntries(pairs), message: meant(message) };
}

describe('annotations', () => {
  it('of a plan: refusals, holders, warnings, totals, at the lines of the playbook', () => {
    expectGolden('github-plan-fleet', renderGithub(bigFleet()));
  });

  it('of a drift say what is not as declared', () => {
    expectGolden('github-drift-fleet', renderGithub(bigFleet('drift')));
  });

  it('of an apply', () => {
    expectGolden('github-apply-mixed', renderGithub(mixedApply()));
  });

  it('of every kind of change and of trouble', () => {
    expectGolden('github-plan-mixed', renderGithub(buildReport('plan', mixedFleet())));
  });

  it('have what loading found before what hosts said', () => {
    const text = renderGithub(bigFleet(), [
      {
        severity: 'warning',
        summary: 'unused variable',
        hint: 'take it out',
        where: { file: 'p,1.yml', line: 2, column: 3 },
      },
    ]);
    const warnings = text.split('\n').filter((line) => line.startsWith('::warning'));
    expect(warnings[0]).toBe(
      '::warning file=p%2C1.yml,line=2,col=3,title=tapfleet plan%3A playbook::unused variable: take it out',
    );
  });

  it('are one notice where there is nothing to do', () => {
    expect(renderGithub(buildReport('plan', [planned('a')]))).toBe(
      '::notice title=tapfleet plan::Nothing to do: the host is in sync.\n',
    );
  });
});

describe('escapes', () => {
  it('come back as what was meant', () => {
    const where = { file: 'a:b,c%0A.yml', line: 1, column: 2 };
    const lines = ['100% :: of,it', 'second'];
    expect(parse(workflowCommand({ level: 'error', title: 'a,b:c%', lines, where }).trimEnd())).toEqual({
      command: 'error',
      properties: { file: where.file, line: '1', col: '2', title: 'a,b:c%' },
      message: '100% :: of,it\nsecond',
    });
  });

  it.each(HOSTILE)('hold whatever a host says: %j', (evil) => {
    for (const command of ['plan', 'drift', 'apply'] as const) {
      const lines = renderGithub(hostileReport(evil, command)).trimEnd().split('\n');
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) {
        expect(line).toMatch(/^::(error|warning|notice) [^\r\n]*$/);
        expect(Object.keys(parse(line)?.properties ?? {})).toEqual(
          /^::\w+ file=/.test(line) ? ['file', 'line', 'col', 'title'] : ['title'],
        );
        expect(parse(line)?.properties.title).toMatch(/^tapfleet (plan|drift|apply)/);
      }
    }
  });
});
