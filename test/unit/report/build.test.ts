import { describe, expect, it } from 'vitest';
import type { Problem, ProblemKind } from '../../../src/model/problem.ts';
import { UNREACHABLE_KINDS } from '../../../src/model/problem.ts';
import { buildReport } from '../../../src/report/build.ts';
import { exitCodeOf } from '../../../src/report/exit-code.ts';
import { reportSchema } from '../../../src/report/schema.ts';
import {
  applied,
  change,
  fieldChange,
  mixedFleet,
  planned,
  QEMU,
  skipped,
  unread,
} from '../render/builders.ts';

const refusal: Problem = { kind: 'lower-missing', message: 'eno9 is missing', interface: 'web0' };
const kernel: Problem = { kind: 'kernel', message: 'busy' };

describe('status', () => {
  const web = change('update', 'web0');
  it.each([
    ['nothing to change', planned('h'), 'in-sync'],
    ['changes', planned('h', { changes: [web] }), 'changes'],
    ['refused, with changes', planned('h', { changes: [web], refusals: [refusal] }), 'refused'],
    ['refused, without changes', planned('h', { refusals: [refusal] }), 'refused'],
    ['applied', applied('h', [web], { web0: 'done' }), 'changed'],
    ['applied with a problem', applied('h', [web], { web0: 'done' }, [kernel]), 'failed'],
    ['skipped', skipped('h', 'budget'), 'skipped'],
  ])('%s', (_, outcome, status) => {
    expect(buildReport('plan', [outcome]).hosts[0]?.status).toBe(status);
  });

  it.each([...UNREACHABLE_KINDS])('%s while reading is unreachable', (kind) => {
    expect(buildReport('plan', [unread('h', { kind, message: '' })]).hosts[0]?.status).toBe('unreachable');
  });

  it.each<ProblemKind>(['privilege', 'timeout', 'bad-answer', 'interrupted', 'internal'])(
    '%s while reading is a failure',
    (kind) => {
      expect(buildReport('plan', [unread('h', { kind, message: '' })]).hosts[0]?.status).toBe('failed');
    },
  );
});

describe('errors', () => {
  it('has one as `error` alone', () => {
    const [host] = buildReport('plan', [planned('h', { refusals: [refusal] })]).hosts;
    expect(host).toEqual({ host: 'h', status: 'refused', changes: [], error: refusal });
  });

  it('has several in `errors` too, `error` the first', () => {
    const [host] = buildReport('plan', [planned('h', { refusals: [refusal, kernel] })]).hosts;
    expect(host?.error).toEqual(refusal);
    expect(host?.errors).toEqual([refusal, kernel]);
  });

  it('gives the reason of a skipped host among the warnings', () => {
    expect(buildReport('apply', [skipped('h', 'budget')]).hosts[0]).toEqual({
      host: 'h',
      status: 'skipped',
      changes: [],
      warnings: ['budget'],
    });
  });
});

describe('changes', () => {
  it('has the keys of the contract, in its order', () => {
    const web = change('update', 'web0', {
      cause: 'drift',
      fields: [fieldChange('mode', 'vepa', 'bridge', { cause: 'drift' })],
      holders: [QEMU],
    });
    const text = JSON.stringify(buildReport('plan', [planned('hv01', { changes: [web] })]).hosts[0]);
    expect(text.replace(/(?<="before":\{"lower":"eno1").*/, '}}]}')).toBe(
      '{"host":"hv01","status":"changes","changes":[{"interface":"web0","action":"update","cause":"drift",' +
        '"fields":[{"field":"mode","before":"vepa","after":"bridge","forces_replacement":false,"cause":"drift"}],' +
        '"holders":[{"pid":4711,"command":"qemu-system-x86"}],"holders_known":true,"before":{"lower":"eno1"}}]}',
    );
  });

  it('says that holders are not known', () => {
    const [host] = buildReport('plan', [
      planned('h', { changes: [change('delete', 'a', { holders: 'unknown' })] }),
    ]).hosts;
    expect(host?.changes[0]).toMatchObject({ holders: [], holders_known: false });
  });

  it('says adoption, disruptions and forced replacement where there are some', () => {
    const one = change('replace', 'a', {
      adopts: true,
      disruptions: ['the link is lost'],
      fields: [fieldChange('lower', 'eno1', 'eno2', { replacementReason: 'cannot move' })],
    });
    const [host] = buildReport('plan', [planned('h', { changes: [one] })]).hosts;
    expect(host?.changes[0]).toMatchObject({ adopts: true, disruptions: ['the link is lost'] });
    expect(host?.changes[0]?.fields[0]?.forces_replacement).toBe(true);
  });

  it('gives results after an apply, and unknown for what nobody saw', () => {
    const report = buildReport('apply', [
      applied('h', [change('create', 'a'), change('create', 'b')], { a: 'done' }, [kernel]),
    ]);
    expect(report.hosts[0]?.changes.map((one) => one.result)).toEqual(['done', 'unknown']);
  });
});

describe('the whole', () => {
  it('counts hosts by status and actions over all listed changes', () => {
    expect(buildReport('plan', mixedFleet()).summary).toEqual({
      hosts: 7,
      in_sync: 1,
      changes: 2,
      changed: 0,
      failed: 1,
      rolled_back: 0,
      refused: 1,
      unreachable: 1,
      skipped: 1,
      create: 2,
      update: 2,
      replace: 1,
      delete: 1,
    });
  });

  it('keeps the order of hosts and has the worst as its outcome', () => {
    const report = buildReport('plan', mixedFleet());
    expect(report.hosts.map((host) => host.host)).toEqual(mixedFleet().map((outcome) => outcome.host));
    expect(report.outcome).toBe('failed');
    expect(buildReport('plan', mixedFleet().slice(0, 5)).outcome).toBe('refused');
    expect(buildReport('plan', []).outcome).toBe('in-sync');
  });

  it('has its keys in the order of the contract, and is plain data', () => {
    const report = buildReport('plan', mixedFleet());
    expect(Object.keys(report)).toEqual(['format_version', 'command', 'outcome', 'summary', 'hosts']);
    expect(Object.keys(report.summary).join(' ')).toBe(
      'hosts in_sync changes changed failed rolled_back refused unreachable skipped create update replace delete',
    );
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe('ignored differences', () => {
  const ignored = [
    { interface: 'db0', action: 'create', fields: [fieldChange('lower', null, 'eno1')] },
    { interface: 'web0', action: 'update', fields: [fieldChange('mtu', 9000, 1500, { cause: 'drift' })] },
  ] as const;
  const report = buildReport('drift', [planned('h', { ignored }), planned('i')]);

  it('are rows of their host, and no changes', () => {
    expect(report.hosts[0]).toMatchObject({
      status: 'in-sync',
      changes: [],
      ignored: [
        { interface: 'db0', action: 'create' },
        {
          interface: 'web0',
          action: 'update',
          fields: [{ field: 'mtu', before: 9000, after: 1500, forces_replacement: false, cause: 'drift' }],
        },
      ],
    });
    expect(report.hosts[1]).not.toHaveProperty('ignored');
  });

  it('are counted last in the summary, where there are any', () => {
    expect(JSON.stringify(report.summary)).toMatch(/"delete":0,"ignored":2\}$/);
    expect(buildReport('drift', [planned('i')]).summary).not.toHaveProperty('ignored');
  });

  it('never make a drift report end with 2', () => {
    expect(exitCodeOf(report, { detailedExitcode: true })).toBe(0);
  });

  it('fit the schema', () => {
    const sent = JSON.parse(JSON.stringify(report));
    expect(reportSchema.parse(sent)).toEqual(sent);
  });
});
