/** What is said after an apply, judged from what the host then has. */
import { describe, expect, test } from 'vitest';
import { batchOf } from '../../../src/iproute/batch.ts';
import { readBatchFailure } from '../../../src/iproute/errors.ts';
import type { MacvtapFields } from '../../../src/model/macvtap.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import { verifyHost } from '../../../src/planning/verify.ts';
import { DECLARED, manifestOf, wanted } from '../../support/builders.ts';
import { bareKernel } from '../../support/model-build.ts';
import { observe } from '../../support/model-host.ts';

/** Brings a host to `before`, plans `after`, and lets `meddle` stand between or behind the lines. */
function run(
  before: Partial<MacvtapFields> | undefined,
  after: Partial<MacvtapFields> | undefined,
  meddle: { stopAt?: string; afterwards?: string },
) {
  const kernel = bareKernel();
  const manifest = (fields: Partial<MacvtapFields> | undefined) =>
    manifestOf('hv01', fields ? [wanted('web0', { ...DECLARED, ...fields })] : []);
  const plan = (fields: Partial<MacvtapFields> | undefined) =>
    planHost(manifest(fields), observe(kernel), { allowDisruption: false, maxDelete: 1 });
  kernel.batch(batchOf(plan(before).steps));
  const planned = plan(after);
  const lines = batchOf(planned.steps).split('\n');
  const at = meddle.stopAt === undefined ? -1 : lines.findIndex((line) => line.includes(meddle.stopAt ?? ''));
  if (at >= 0) lines[at] = 'link set dev nobody up';
  const { rc, stdout, stderr } = kernel.batch(lines.join('\n'));
  for (const line of meddle.afterwards?.split('\n') ?? []) expect(kernel.ip(line).rc).toBe(0);
  const { results, problems } = verifyHost(planned, observe(kernel), readBatchFailure(stdout + stderr, rc));
  return {
    results: Object.fromEntries(results),
    said: problems.map(({ kind, message }) => `${kind} ${message}`),
  };
}

describe('every command succeeded', () => {
  test('and the host is as planned', () => {
    expect(run(undefined, {}, {})).toEqual({ results: { web0: 'done' }, said: [] });
  });

  test.each<
    [string, Partial<MacvtapFields> | undefined, Partial<MacvtapFields> | undefined, string, RegExp, string]
  >([
    [
      'another value',
      undefined,
      { mtu: 1400 },
      'link set dev web0 mtu 1300',
      /^verification web0: is there, but not as planned: mtu is 1300, planned 1400$/,
      'not-done',
    ],
    ['gone', undefined, {}, 'link del dev web0', /^verification web0: is not there$/, 'not-done'],
    [
      'made again by somebody',
      {},
      undefined,
      'link add link eno1 name web0 type macvtap\nlink set dev web0 alias "tapfleet:1 owner=default"',
      /^verification web0: is still there$/,
      'not-done',
    ],
    [
      'replaced and gone',
      {},
      { lower: 'eno2' },
      'link del dev web0',
      /^verification web0: was deleted and could not be created again$/,
      'not-done',
    ],
  ])('and then it is %s', (_title, before, after, afterwards, sentence, result) => {
    const { results, said } = run(before, after, { afterwards });
    expect(said).toEqual([expect.stringMatching(sentence)]);
    expect(results).toEqual({ web0: result });
  });

  test('and another interface changed meanwhile', () => {
    const { results, said } = run(
      undefined,
      {},
      {
        afterwards:
          'link add link eno1 name x0 type macvtap\nlink set dev x0 alias "tapfleet:1 owner=default"',
      },
    );
    expect(results).toEqual({ web0: 'done' });
    expect(said).toEqual(['verification x0: changed on the host during the run (delete)']);
  });
});

describe('a command failed', () => {
  test('at the first line: nothing was done, said once', () => {
    expect(run(undefined, {}, { stopAt: 'link add' })).toEqual({
      results: { web0: 'not-done' },
      said: [
        expect.stringMatching(
          /^kernel web0: Cannot find device "nobody" \(.*went away\), at step 1 of 6 \(add\)$/,
        ),
      ],
    });
  });

  test('half-way: what is half done is told', () => {
    const { said } = run(undefined, { mtu: 1400 }, { stopAt: 'allmulticast' });
    expect(said).toHaveLength(2);
    expect(said[1]).toMatch(
      /^kernel web0: is there, but not as planned: allmulticast is false, planned true; state is down, planned up$/,
    );
  });

  test('between the halves of a replacement', () => {
    const { said } = run({}, { lower: 'eno2' }, { stopAt: 'link add' });
    expect(said[1]).toBe('kernel web0: was deleted and could not be created again');
  });

  test('without a line: the position is unknown', () => {
    const kernel = bareKernel();
    const plan = planHost(manifestOf('hv01', [wanted('web0', DECLARED)]), observe(kernel), {
      allowDisruption: false,
    });
    const { problems } = verifyHost(plan, observe(kernel), { line: undefined, text: 'Error: x' });
    expect(problems.map(({ message }) => message)).toEqual([
      'Error: x (position unknown; what was done is told from reading the host again)',
    ]);
  });
});
