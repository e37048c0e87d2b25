/** What an undo asks of a host, as the host is now. */
import { expect, test } from 'vitest';
import type { Mac } from '../../../src/model/mac.ts';
import type { BeforeRun, Manifest } from '../../../src/model/manifest.ts';
import { readMark } from '../../../src/model/mark.ts';
import { putBack } from '../../../src/planning/put-back.ts';
import { DECLARED, manifestOf, observedOf, rawLink, rawTap } from '../../support/builders.ts';

const MARK = 'tapfleet:1 owner=default lower=eno1 mode=bridge mtu=1500 state=up';
const AFTER = 'tapfleet:1 owner=default lower=eno1 mode=bridge mtu=1400 promisc=0 state=up';

/** A run set the MTU from 1500 to 1400, and newly declared promisc, which was so already. */
function before(more: Partial<BeforeRun> = {}): BeforeRun {
  return {
    name: 'web0',
    owner: 'default',
    where: { file: 'run.jsonl', line: 1, column: 1 },
    action: 'update',
    fields: { ...DECLARED, mtu: 1500 },
    alias: MARK,
    aliasAfter: AFTER,
    changed: new Map([['mtu', 1400]]),
    ...more,
  };
}

const asked = (...list: readonly BeforeRun[]): Manifest => ({
  ...manifestOf('hv01', [], [], []),
  before: list,
});
const host = (alias: string | null, more: Record<string, unknown> = {}) =>
  observedOf([rawLink('eno1'), rawTap('web0', {}, { mtu: 1400, ifalias: alias, ...more })]);
const wantedOf = (one: BeforeRun, there: ReturnType<typeof observedOf>) => {
  const { manifest, warnings } = putBack(asked(one), there);
  return { wanted: manifest.present[0], warnings };
};

test('a plain manifest is what it was', () => {
  const plain = manifestOf('hv01', []);
  expect(putBack(plain, host(MARK))).toEqual({ manifest: plain, warnings: [] });
});

test('an update is taken back field by field, with the whole alias where nobody has written it since', () => {
  const { wanted, warnings } = wantedOf(before(), host(AFTER));
  expect(wanted?.fields).toEqual({ lower: 'eno1', mode: 'bridge', state: 'up', mtu: 1500 });
  expect([wanted?.aliasBefore, warnings]).toEqual([MARK, []]);
});

test('what is asked for a second time is the same: a verification finds nothing left', () => {
  const { wanted } = wantedOf(before(), host(MARK, { mtu: 1500 }));
  expect([wanted?.fields.mtu, wanted?.aliasBefore]).toEqual([1500, MARK]);
});

test('entries of the mark that a later run has written stay, those of the run go back', () => {
  const later = 'tapfleet:1 owner=default lower=eno1 mode=vepa mtu=1400 txq=900 promisc=0 state=up -- by B';
  const { wanted } = wantedOf(before(), host(later));
  const mark = readMark(wanted?.aliasBefore ?? '');
  expect([...(mark?.applied ?? [])]).toEqual([
    ['lower', 'eno1'],
    ['mode', 'vepa'],
    ['mtu', '1500'],
    ['txqueuelen', '900'],
    ['state', 'up'],
  ]);
  expect(mark?.text).toBe('by B');
});

test('a field that was changed again stays, with what the mark says of it', () => {
  const later = AFTER.replace('mtu=1400', 'mtu=1300');
  const { wanted, warnings } = wantedOf(before(), host(later, { mtu: 1300 }));
  expect([wanted?.fields.mtu, readMark(wanted?.aliasBefore ?? '')?.applied.get('mtu')]).toEqual([
    undefined,
    '1300',
  ]);
  expect(warnings).toEqual(['web0: mtu has been changed since, from 1400 to 1300: it stays']);
});

test('where a record of an earlier version does not tell what the run wrote, its fields go back', () => {
  const older = before({ aliasAfter: undefined, changed: new Map([['mtu', undefined]]) });
  const { wanted } = wantedOf(older, host(AFTER.replace('mode=bridge', 'mode=vepa'), { mtu: 1300 }));
  expect(wanted?.fields.mtu).toBe(1500);
  expect(wanted?.aliasBefore).toBe(
    'tapfleet:1 owner=default lower=eno1 mode=vepa mtu=1500 promisc=0 state=up',
  );
});

test('what was adopted is given back with the alias it had, unless a later run has written its mark', () => {
  const adopted = before({ alias: 'made by hand' });
  expect(wantedOf(adopted, host(AFTER)).wanted?.aliasBefore).toBe('made by hand');
  const later = `${AFTER.replace('mode=bridge', 'mode=vepa')} -- made by hand`;
  expect(wantedOf(adopted, host(later)).wanted?.aliasBefore).toBe(
    'tapfleet:1 owner=default mode=vepa -- made by hand',
  );
});

test('an interface without the mark that the run left is somebody else’s', () => {
  for (const action of ['update', 'replace', 'delete'] as const) {
    const { wanted, warnings } = wantedOf(before({ action }), host(null));
    expect([wanted, warnings.length]).toEqual([undefined, 1]);
  }
  const given = before({ aliasAfter: 'made by hand' });
  expect(wantedOf(given, host('made by hand')).wanted?.aliasBefore).toBe(MARK);
});

test('gone: made anew with all that it had where the run deleted or replaced it, and not where it updated it', () => {
  const nothing = observedOf([rawLink('eno1')]);
  for (const action of ['replace', 'delete'] as const) {
    const { wanted, warnings } = wantedOf(before({ action }), nothing);
    expect([wanted?.fields, wanted?.aliasBefore, warnings]).toEqual([{ ...DECLARED, mtu: 1500 }, MARK, []]);
  }
  expect(wantedOf(before(), nothing).wanted).toBeUndefined();
});

test('what went with a field comes back with it', () => {
  const list = ['52:54:00:00:00:01' as Mac];
  const source = before({
    fields: { ...DECLARED, mode: 'source', source_macs: list },
    changed: new Map([['mode', 'bridge']]),
  });
  expect(wantedOf(source, host(AFTER)).wanted?.fields).toMatchObject({ mode: 'source', source_macs: list });
  const low = before({ changed: new Map([['mtu', 1000]]) });
  const there = host(AFTER, { mtu: 1000, inet6_addr_gen_mode: null });
  expect(wantedOf(low, there).wanted?.fields).toMatchObject({ mtu: 1500, addrgenmode: 'none' });
});
