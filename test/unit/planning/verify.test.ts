/** What is said after an apply, judged from what the host then has. */
import { describe, expect, test } from 'vitest';
import { batchOf } from '../../../src/iproute/batch.ts';
import { readBatchFailure } from '../../../src/iproute/errors.ts';
import type { Mac } from '../../../src/model/mac.ts';
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

test('a replacement that lost its group and its alternative names', () => {
  const kernel = bareKernel();
  const play = (fields: object) => manifestOf('hv01', [wanted('web0', { ...DECLARED, ...fields })]);
  const plan = (fields: object) => planHost(play(fields), observe(kernel), { allowDisruption: true });
  kernel.batch(batchOf(plan({}).steps));
  for (const line of ['link property add dev web0 altname ens1.web', 'link set dev web0 group 7'])
    expect(kernel.ip(line).rc).toBe(0);
  const planned = plan({ queues: 4 });
  expect(kernel.batch(batchOf(planned.steps)).rc).toBe(0);
  expect(verifyHost(planned, observe(kernel), undefined).problems).toEqual([]);
  for (const line of ['link property del dev web0 altname ens1.web', 'link set dev web0 group 0'])
    expect(kernel.ip(line).rc).toBe(0);
  expect(verifyHost(planned, observe(kernel), undefined).problems).toEqual([
    {
      kind: 'verification',
      interface: 'web0',
      message:
        'web0: is there, but not as it was: its group is default, planned 7; without its alternative names "ens1.web"',
    },
  ]);
});

test('of thousands of addresses a few are said', () => {
  const kernel = bareKernel();
  const source_macs = Array.from(
    { length: 500 },
    (_, n) => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}` as Mac,
  );
  const manifest = manifestOf('hv01', [
    wanted('web0', { ...DECLARED, mode: 'source', source_macs: source_macs.slice(0, 250) }),
  ]);
  const planned = planHost(manifest, observe(kernel), { allowDisruption: false });
  kernel.batch(batchOf(planned.steps.slice(0, 5)));
  const [problem] = verifyHost(planned, observe(kernel), undefined).problems;
  expect(problem?.message).toMatch(/, … \d+ more\]/);
  expect(problem?.message.length).toBeLessThan(600);
});
