import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { cutShard } from '../../../src/planning/shard.ts';
import { buildReport } from '../../../src/report/build.ts';
import { reportJsonSchema, reportSchema } from '../../../src/report/schema.ts';
import { applied, change, fieldChange, mixedFleet, planned } from '../render/builders.ts';

describe('reportSchema', () => {
  it.each(['plan', 'drift'] as const)('takes a built %s report as it is', (command) => {
    const report = JSON.parse(JSON.stringify(buildReport(command, mixedFleet())));
    expect(reportSchema.parse(report)).toEqual(report);
  });

  it('takes the report of an apply', () => {
    const changes = [change('create', 'a'), change('delete', 'b')];
    const problems = [
      { kind: 'kernel', message: 'busy', interface: 'b' },
      { kind: 'verification', message: 'not as planned' },
    ] as const;
    const report = JSON.parse(
      JSON.stringify(buildReport('apply', [applied('h', changes, { a: 'done', b: 'not-done' }, problems)])),
    );
    expect(reportSchema.parse(report)).toEqual(report);
  });

  it('has its keys in the order in which reports have them', () => {
    const changes = [
      change('replace', 'a', {
        adopts: true,
        disruptions: ['the link is lost'],
        fields: [fieldChange('lower', 'eno1', 'eno2', { replacementReason: 'cannot move' })],
      }),
    ];
    const problems = [
      { kind: 'kernel', message: 'busy', interface: 'a' },
      { kind: 'verification', message: 'not as planned' },
    ] as const;
    const { items, shard } = cutShard([applied('h', changes, { a: 'done' }, problems)], [], {
      index: 1,
      count: 1,
    });
    const report = buildReport('apply', items, { shard });
    expect(JSON.stringify(reportSchema.parse(report))).toBe(JSON.stringify(report));
  });

  it('refuses a key it does not know, a status that is none, and a missing summary', () => {
    const report = buildReport('plan', []);
    expect(reportSchema.safeParse({ ...report, extra: 1 }).success).toBe(false);
    expect(reportSchema.safeParse({ ...report, outcome: 'fine' }).success).toBe(false);
    expect(reportSchema.safeParse({ ...report, summary: undefined }).success).toBe(false);
  });
});

describe('reportJsonSchema', () => {
  it('is a schema of draft 2020-12 with the keys of the contract', () => {
    const schema = reportJsonSchema();
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['format_version', 'command', 'outcome', 'summary', 'hosts'],
    });
  });

  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(reportJsonSchema());
  const sent = (report: unknown) => JSON.parse(JSON.stringify(report));

  it('takes every kind of report, as a validator that is not ours reads it', () => {
    const ignored = [{ interface: 'a', action: 'update', fields: [fieldChange('mtu', 1, 2)] }] as const;
    const reports = [
      buildReport('plan', mixedFleet()),
      buildReport('drift', [planned('h', { ignored })]),
      buildReport('apply', [applied('h', [change('create', 'a')], { a: 'done' })]),
      buildReport('plan', []),
    ];
    for (const report of reports) expect(validate(sent(report)) || validate.errors).toBe(true);
  });

  it.each([
    ['no summary', { summary: undefined }],
    ['a status that is none', { outcome: 'fine' }],
    ['another version', { format_version: '2.0' }],
    ['a host without its status', { hosts: [{ host: 'h', changes: [] }] }],
  ])('refuses %s', (_, wrong) => {
    expect(validate(sent({ ...buildReport('plan', []), ...wrong }))).toBe(false);
  });

  it('lets keys of later minor versions pass', () => {
    expect(JSON.stringify(reportJsonSchema())).not.toContain('additionalProperties');
  });
});
