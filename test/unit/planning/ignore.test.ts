/** What is left to others, row by row of the table in ignore.ts, and what the mark then says. */
import { describe, expect, test } from 'vitest';
import type { FieldName, MacvtapFields } from '../../../src/model/macvtap.ts';
import type { IgnoreRule } from '../../../src/model/manifest.ts';
import { writeMark } from '../../../src/model/mark.ts';
import { compareHost, diffHost } from '../../../src/planning/diff.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import { verifyHost } from '../../../src/planning/verify.ts';
import { absent, DECLARED, manifestOf, observedOf, rawLink, rawTap, wanted } from '../../support/builders.ts';

const ENO1 = rawLink('eno1');
const rule = (interfaces: string, fields?: readonly FieldName[], owner = 'default'): IgnoreRule => ({
  owner,
  interfaces: [interfaces],
  fields,
  where: { file: 'play.yml', line: 2, column: 5 },
});
const ours = (applied: Partial<MacvtapFields> = DECLARED) => ({ ifalias: writeMark('default', applied, '') });
const web0 = (fields: Partial<MacvtapFields> = {}) => wanted('web0', { ...DECLARED, ...fields });

function told(list: ReturnType<typeof compareHost>[keyof ReturnType<typeof compareHost>]): string[] {
  return list.map(({ interface: name, action, fields }) =>
    action === 'create' || action === 'delete'
      ? `${action} ${name}`
      : `${action} ${name}: ${fields.map(({ field }) => field).join(' ')}`,
  );
}

describe('a rule', () => {
  const HIGH_MTU = rawTap('web0', {}, { ...ours(), mtu: 1400 });
  const ALL = rule('web*');
  const MTU = rule('web*', ['mtu']);
  test.each<
    [string, Parameters<typeof manifestOf>[1], Record<string, unknown>[], IgnoreRule[], string[], string[]]
  >([
    ['field: missing', [web0()], [], [rule('web*', ['mode'])], ['create web0'], []],
    ['whole: missing', [web0()], [], [ALL], [], ['create web0']],
    ['field: differs', [web0({ mtu: 1500 })], [HIGH_MTU], [MTU], [], ['update web0: mtu']],
    [
      'field: another differs too',
      [web0({ mtu: 1500, promisc: true })],
      [HIGH_MTU],
      [MTU],
      ['update web0: promisc'],
      ['update web0: mtu'],
    ],
    [
      'field: another is the one that matches',
      [web0({ mtu: 1500 })],
      [HIGH_MTU],
      [rule('web*', ['mode'])],
      ['update web0: mtu'],
      [],
    ],
    ['another interface', [web0({ mtu: 1500 })], [HIGH_MTU], [rule('db*')], ['update web0: mtu'], []],
    [
      'another owner’s',
      [web0({ mtu: 1500 })],
      [HIGH_MTU],
      [rule('web*', undefined, 'team-b')],
      ['update web0: mtu'],
      [],
    ],
    [
      'two that add up',
      [web0({ mtu: 1500, promisc: true })],
      [HIGH_MTU],
      [MTU, rule('*', ['promisc'])],
      [],
      ['update web0: mtu promisc'],
    ],
    [
      'field that would force a replacement',
      [web0({ lower: 'eno2', mtu: 1500 })],
      [HIGH_MTU],
      [rule('*', ['lower'])],
      ['update web0: mtu'],
      ['replace web0: lower'],
    ],
    [
      'field: replaced for another one',
      [web0({ lower: 'eno2', mtu: 1500 })],
      [HIGH_MTU],
      [MTU],
      ['replace web0: lower mtu'],
      [],
    ],
    [
      'whole: differs',
      [web0({ lower: 'eno2', mtu: 1500 })],
      [HIGH_MTU],
      [ALL],
      [],
      ['replace web0: lower mtu'],
    ],
    ['whole: foreign', [web0()], [rawTap('web0')], [ALL], [], ['update web0: mark']],
    [
      'the mode, and with it what only that mode knows',
      [web0({ mode: 'source', source_macs: [] })],
      [rawTap('web0', {}, ours({ ...DECLARED, mode: 'source' }))],
      [rule('*', ['mode'])],
      [],
      ['update web0: mode'],
    ],
    [
      'the state, on which it hangs whether nopromisc can be changed in place',
      [web0({ mode: 'passthru', nopromisc: true })],
      [rawTap('web0', { mode: 'passthru', flags: [] }, { ...ours(), flags: ['BROADCAST', 'ALLMULTI'] })],
      [rule('*', ['state'])],
      ['replace web0: nopromisc state'],
      [],
    ],
    ['field: undeclared and owned', [], [HIGH_MTU], [MTU], ['delete web0'], []],
    ['whole: undeclared and owned', [], [HIGH_MTU], [ALL], [], ['delete web0']],
  ])('%s', (_, present, links, ignore, changes, ignored) => {
    const manifest = manifestOf('hv01', present, [], ['default'], ignore);
    const found = compareHost(manifest, observedOf([ENO1, ...links]));
    expect([told(found.changes), told(found.ignored)]).toEqual([changes, ignored]);
  });

  test('for the whole keeps what is declared absent', () => {
    const manifest = manifestOf('hv01', [], [absent('web0')], [], [ALL]);
    const found = compareHost(manifest, observedOf([ENO1, HIGH_MTU]));
    expect([found.changes, told(found.ignored)]).toEqual([[], ['delete web0']]);
  });

  test('forbids nothing: a declared value that is not applied is not judged', () => {
    const manifest = manifestOf('hv01', [web0({ mtu: 9000, promisc: true })], [], [], [MTU]);
    const plan = planHost(manifest, observedOf([ENO1, HIGH_MTU]), { allowDisruption: false });
    expect([plan.refusals, told(plan.changes)]).toEqual([[], ['update web0: promisc']]);
  });

  test('does not open another owner’s interface', () => {
    const theirs = rawTap('web0', {}, { ifalias: writeMark('team-b', DECLARED, '') });
    const manifest = manifestOf('hv01', [web0()], [], [], [ALL]);
    const plan = planHost(manifest, observedOf([ENO1, theirs]), { allowDisruption: false });
    expect(plan.refusals.map(({ kind }) => kind)).toEqual(['foreign-owner']);
  });
});

describe('the mark of an interface with an ignored field', () => {
  const MTU = rule('web0', ['mtu', 'state', 'alias']);
  const markAfter = (alias: string, mtu = 1400) => {
    const links = [ENO1, rawTap('web0', {}, { ifalias: alias, mtu })];
    const declared = web0({ mtu: 1500, promisc: true, alias: 'declared' });
    const manifest = manifestOf('hv01', [declared], [], [], [MTU]);
    const { steps } = planHost(manifest, observedOf(links), { allowDisruption: false });
    const last = steps.at(-1)?.operation;
    return last?.op === 'alias' ? last.alias : undefined;
  };
  const START = 'tapfleet:1 owner=default lower=eno1 mode=bridge mac=52:54:00:10:00:01';

  test('keeps what it said of the field', () => {
    expect(markAfter(`${START} mtu=1300 agm=none allmulti=1 state=down -- theirs`)).toBe(
      `${START} mtu=1300 agm=none allmulti=1 promisc=1 state=down -- theirs`,
    );
  });

  test('says nothing of a field that it said nothing of', () => {
    expect(markAfter('')).toBe(`${START} agm=none allmulti=1 promisc=1`);
  });

  test('is not renewed for the sake of that field', () => {
    const manifest = manifestOf('hv01', [web0({ mtu: 1500 })], [], [], [MTU]);
    const observed = observedOf([ENO1, rawTap('web0', {}, ours({ ...DECLARED, mtu: 1300 }))]);
    expect(compareHost(manifest, observed)).toEqual({ changes: [], ignored: [] });
    expect(told(diffHost({ ...manifest, ignore: [] }, observed) as never)).toEqual(['update web0: mark']);
  });
});

test('what others write between the steps and the reading is no failure of the apply', () => {
  const manifest = manifestOf('hv01', [web0({ mtu: 1500 })], [], [], [rule('*', ['mtu'])]);
  const plan = planHost(manifest, observedOf([ENO1]), { allowDisruption: false });
  const now = observedOf([ENO1, rawTap('web0', {}, { ...ours({ ...DECLARED, mtu: 1500 }), mtu: 1300 })]);
  expect(verifyHost(plan, now, undefined)).toEqual({ results: new Map([['web0', 'done']]), problems: [] });
});
