/** What differs, row by row of the tables in diff.ts and cause.ts. */
import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/model/change.ts';
import type { MacvtapFields } from '../../../src/model/macvtap.ts';
import { writeMark } from '../../../src/model/mark.ts';
import { diffHost } from '../../../src/planning/diff.ts';
import {
  absent,
  DECLARED,
  MAC_1,
  MAC_2,
  manifestOf,
  observedOf,
  rawLink,
  rawTap,
  wanted,
  without,
} from '../../support/builders.ts';

const ENO1 = rawLink('eno1');
const ours = (applied: Partial<MacvtapFields> = DECLARED, text = '') => ({
  ifalias: writeMark('default', applied, text),
});
const OTHERS = { ifalias: writeMark('team-b', DECLARED, '') };

function summary(changes: readonly Change[]): unknown[] {
  return changes.map(({ interface: name, action, adopts, fields }) => [
    name,
    action,
    ...(adopts ? ['adopts'] : []),
    ...(action === 'update' || action === 'replace' ? [fields.map(({ field }) => field).join(' ')] : []),
  ]);
}

describe('what a playbook says against what the host has', () => {
  const web0 = wanted('web0', DECLARED);
  test.each([
    ['present, nothing there', [web0], [], [], [['web0', 'create']]],
    ['present, ours as declared', [web0], [], [rawTap('web0', {}, ours())], []],
    [
      'present, ours in another mode',
      [web0],
      [],
      [rawTap('web0', { mode: 'vepa' }, ours())],
      [['web0', 'update', 'mode']],
    ],
    [
      'present, ours on another lower',
      [web0],
      [],
      [rawTap('web0', {}, { ...ours(), link: 'eno2' })],
      [['web0', 'replace', 'lower']],
    ],
    [
      'present, a foreign one as declared',
      [web0],
      [],
      [rawTap('web0')],
      [['web0', 'update', 'adopts', 'mark']],
    ],
    [
      'present, a foreign one in another mode',
      [web0],
      [],
      [rawTap('web0', { mode: 'private' })],
      [['web0', 'update', 'adopts', 'mode']],
    ],
    [
      'present, a foreign passthru',
      [web0],
      [],
      [rawTap('web0', { mode: 'passthru' })],
      [['web0', 'replace', 'adopts', 'mode']],
    ],
    ['present, another owner’s', [web0], [], [rawTap('web0', {}, OTHERS)], []],
    ['present, no macvtap at all', [web0], [], [rawLink('web0')], []],
    ['present, another name of something', [web0], [], [rawLink('br0', { altnames: ['web0'] })], []],
    ['absent, ours', [], [absent('web0')], [rawTap('web0', {}, ours())], [['web0', 'delete']]],
    ['absent, foreign', [], [absent('web0')], [rawTap('web0')], [['web0', 'delete']]],
    ['absent, another owner’s', [], [absent('web0')], [rawTap('web0', {}, OTHERS)], []],
    ['absent, nothing there', [], [absent('web0')], [], []],
    ['nothing, ours', [], [], [rawTap('web0', {}, ours())], [['web0', 'delete']]],
    [
      'nothing, a claim of ours',
      [],
      [],
      [rawTap('web0', {}, { ifalias: 'tapfleet:1 owner=default' })],
      [['web0', 'delete']],
    ],
    ['nothing, foreign', [], [], [rawTap('web0')], []],
    ['nothing, another owner’s', [], [], [rawTap('web0', {}, OTHERS)], []],
    ['nothing, our mark on a veth', [], [], [rawLink('v0', ours())], []],
  ])('%s', (_title, present, gone, links, expected) => {
    expect(summary(diffHost(manifestOf('hv01', present, gone), observedOf([ENO1, ...links])))).toEqual(
      expected,
    );
  });

  test('prune: none keeps what nobody declares', () => {
    const observed = observedOf([ENO1, rawTap('web0', {}, ours())]);
    expect(diffHost(manifestOf('hv01', [], [], []), observed)).toEqual([]);
  });

  test('a mark that does not say what is declared is renewed, and no word of drift', () => {
    const observed = observedOf([ENO1, rawTap('web0', {}, ours({ ...DECLARED, mtu: 1400 }))]);
    const changes = diffHost(manifestOf('hv01', [wanted('web0', DECLARED)]), observed);
    expect([summary(changes), changes[0]?.cause]).toEqual([[['web0', 'update', 'mark']], 'pending']);
  });

  test('a lower device may go by its other name', () => {
    const lower = rawLink('eno1', { altnames: ['enp1s0'] });
    const manifest = manifestOf('hv01', [wanted('web0', { ...DECLARED, lower: 'enp1s0' })]);
    expect(diffHost(manifest, observedOf([lower, rawTap('web0', {}, ours())]))).toEqual([]);
  });

  test('a field that is not declared is not judged', () => {
    const odd = rawTap('web0', { bcqueuelen: 7 }, { ...ours(), mtu: 999, txqlen: 3, num_tx_queues: 8 });
    expect(diffHost(manifestOf('hv01', [wanted('web0', DECLARED)]), observedOf([ENO1, odd]))).toEqual([]);
  });

  test('a description that is not declared stays', () => {
    const observed = observedOf([ENO1, rawTap('web0', {}, ours(DECLARED, 'by hand'))]);
    expect(diffHost(manifestOf('hv01', [wanted('web0', DECLARED)]), observed)).toEqual([]);
  });
});

describe('every field alone', () => {
  test.each<[keyof MacvtapFields, Partial<MacvtapFields>, unknown, unknown, string]>([
    ['mode', { mode: 'private' }, 'bridge', 'private', 'update'],
    ['mac', { mac: MAC_2 }, MAC_1, MAC_2, 'update'],
    ['mtu', { mtu: 1400 }, 1500, 1400, 'update'],
    ['txqueuelen', { txqueuelen: 1 }, 500, 1, 'update'],
    ['bcqueuelen', { bcqueuelen: 1 }, 1000, 1, 'update'],
    ['queues', { queues: 4 }, 1, 4, 'replace'],
    ['addrgenmode', { addrgenmode: 'eui64' }, 'none', 'eui64', 'update'],
    ['allmulticast', { allmulticast: false }, true, false, 'update'],
    ['promisc', { promisc: true }, false, true, 'update'],
    ['alias', { alias: 'db' }, '', 'db', 'update'],
    ['state', { state: 'down' }, 'up', 'down', 'update'],
    ['lower', { lower: 'eno2' }, 'eno1', 'eno2', 'replace'],
  ])('%s', (field, other, before, after, action) => {
    const observed = observedOf([ENO1, rawLink('eno2'), rawTap('web0', {}, ours())]);
    const [change, ...more] = diffHost(
      manifestOf('hv01', [wanted('web0', { ...DECLARED, ...other })]),
      observed,
    );
    expect(more).toEqual([]);
    expect(change?.action).toBe(action);
    expect(change?.fields).toEqual([expect.objectContaining({ field, before, after })]);
  });
});

describe('cause', () => {
  const observed = (mtu: number, mark?: Partial<MacvtapFields>) =>
    observedOf([ENO1, rawTap('web0', {}, { mtu, ...(mark ? ours(mark) : {}) })]);
  const desired = (mtu: number) => manifestOf('hv01', [wanted('web0', { ...DECLARED, mtu })]);

  test.each([
    ['applied A, observed B, desired A', observed(1400, { ...DECLARED, mtu: 1500 }), desired(1500), 'drift'],
    [
      'applied A, observed A, desired B',
      observed(1500, { ...DECLARED, mtu: 1500 }),
      desired(1400),
      'pending',
    ],
    ['applied A, observed B, desired C', observed(1400, { ...DECLARED, mtu: 1500 }), desired(1300), 'both'],
    ['not in the mark', observed(1500, DECLARED), desired(1400), 'pending'],
    ['no mark', observed(1500), desired(1400), 'pending'],
  ])('%s', (_title, state, manifest, cause) => {
    const [change] = diffHost(manifest, state);
    expect([change?.cause, change?.fields[0]?.cause]).toEqual([cause, cause]);
  });

  test('one field drifted, another pending: both', () => {
    const manifest = manifestOf('hv01', [wanted('web0', { ...DECLARED, mtu: 1500, txqueuelen: 9 })]);
    expect(diffHost(manifest, observed(1400, { ...DECLARED, mtu: 1500 }))[0]?.cause).toBe('both');
  });

  test('one that is gone is pending: its mark went with it', () => {
    expect(diffHost(desired(1500), observedOf([ENO1]))[0]?.cause).toBe('pending');
  });

  test.each([
    ['as it was applied', 1500, 'pending'],
    ['changed since', 1400, 'both'],
  ])('a deletion of one that is %s', (_title, mtu, cause) => {
    expect(diffHost(manifestOf('hv01', []), observed(mtu, { ...DECLARED, mtu: 1500 }))[0]?.cause).toBe(cause);
  });
});

describe('disruptions', () => {
  const change = (fields: Partial<MacvtapFields>) =>
    diffHost(
      manifestOf('hv01', [wanted('web0', { ...DECLARED, ...fields })]),
      observedOf([ENO1, rawTap('web0', {}, ours())], { holders: ['F f6:3 4711 open qemu'] }),
    )[0];

  test.each<[string, Partial<MacvtapFields>, boolean]>([
    ['another mode', { mode: 'private' }, false],
    ['a smaller MTU', { mtu: 1300 }, false],
    ['another MAC', { mac: MAC_2 }, true],
    ['down', { state: 'down' }, true],
    ['source mode that lets nothing in', { mode: 'source' }, true],
    ['replaced', { queues: 4 }, true],
  ])('%s', (_title, fields, disrupts) => {
    expect(change(fields)?.holders).toEqual([{ pid: 4711, command: 'qemu' }]);
    expect((change(fields)?.disruptions.length ?? 0) > 0).toBe(disrupts);
  });
});

test('changes come in the order of names', () => {
  const manifest = manifestOf(
    'hv01',
    [wanted('b', DECLARED), wanted('a', without(DECLARED, 'mac'))],
    [absent('c')],
  );
  const observed = observedOf([ENO1, rawTap('c'), rawTap('0', {}, ours())]);
  expect(diffHost(manifest, observed).map((change) => change.interface)).toEqual(['0', 'a', 'b', 'c']);
});
