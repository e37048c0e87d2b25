/** What the page's search, filters and folding answer, without a page. */
import { describe, expect, it } from 'vitest';
import { packReport } from '../../../../src/render/html/pack.ts';
import { findMatches, type Question } from '../../../../src/render/html/page/find.ts';
import { readFleet } from '../../../../src/render/html/page/fleet.ts';
import { foldMatches } from '../../../../src/render/html/page/fold.ts';
import { buildReport } from '../../../../src/report/build.ts';
import { largeFleet } from '../../../support/html-fleet.ts';
import { change, mixedFleet, planned } from '../builders.ts';

const mixed = readFleet(packReport(buildReport('plan', mixedFleet())));
const large = readFleet(packReport(largeFleet(60)));

function ask(fleet: typeof mixed, question: Partial<Question>): Record<string, string[]> {
  const all = { search: '', statuses: new Set(), actions: new Set(), disturbing: false } as const;
  const found = findMatches(fleet.hosts, { ...all, ...question } as Question);
  return Object.fromEntries(found.map(({ host, changes }) => [host.name, changes.map(({ name }) => name)]));
}

describe('search', () => {
  it('asks for everything where nothing is asked', () => {
    expect(Object.keys(ask(mixed, {}))).toHaveLength(7);
    expect(ask(mixed, { search: '   ' })).toEqual(ask(mixed, {}));
  });

  it('finds a host with all that is on it, in any case', () => {
    expect(ask(mixed, { search: 'HV01' })).toEqual({ hv01: ['app0', 'db0', 'old0', 'web0'] });
    expect(ask(mixed, { search: 'hypervisor' })).toEqual({ 'hypervisor-06': [] });
  });

  it('finds interfaces, and of their hosts only these', () => {
    expect(ask(mixed, { search: 'web0' })).toEqual({ hv01: ['web0'], hv04: ['web0'] });
  });

  it('finds a lower device on either side of a change', () => {
    const eno = ask(large, { search: 'hv0002 eno1' }).hv0002;
    const bond = ask(large, { search: 'hv0002 bond0' }).hv0002;
    expect(eno).toContain('tap7');
    expect(bond).toEqual(['tap5', 'tap6', 'tap7']);
  });

  it.each(['52:54:00:00:01:03', '52-54-00-00-01-03', '00:01:03'])('finds the address %s', (search) => {
    expect(ask(large, { search })).toEqual({ hv0002: ['tap3'] });
  });

  it('finds a guest', () => {
    expect(ask(large, { search: 'guest1-7' })).toEqual({ hv0002: ['tap7'] });
  });

  it('wants every word in the host’s name or in one change', () => {
    expect(ask(large, { search: 'hv0002 tap7 52:54' })).toEqual({ hv0002: ['tap7'] });
    expect(ask(large, { search: 'tap1 tap2' })).toEqual({});
  });

  it('does not find what is said nowhere', () => {
    expect(ask(large, { search: '4711' })).toEqual({});
  });
});

describe('filters', () => {
  it('ask for statuses', () => {
    const statuses = new Set(['unreachable', 'skipped'] as const);
    expect(Object.keys(ask(mixed, { statuses }))).toEqual(['hv05', 'hv07']);
  });

  it('ask for actions, and leave out hosts that have none of them', () => {
    expect(ask(mixed, { actions: new Set(['delete', 'replace']) })).toEqual({ hv01: ['db0', 'old0'] });
  });

  it('ask for what disturbs a holder, together with a search', () => {
    expect(ask(mixed, { disturbing: true })).toEqual({ hv01: ['db0', 'old0'] });
    expect(ask(mixed, { disturbing: true, search: 'old' })).toEqual({ hv01: ['old0'] });
    expect(ask(mixed, { disturbing: true, search: 'hv02' })).toEqual({});
  });

  it('do not call a holder disturbed where nobody holds the interface, and do where it is not known', () => {
    const loses = { disruptions: ['the guest loses its link'] };
    const idle = change('delete', 'idle0', { ...loses, holders: [] });
    const dark = change('delete', 'dark0', { ...loses, holders: 'unknown' });
    const fleet = readFleet(packReport(buildReport('plan', [planned('hv01', { changes: [idle, dark] })])));
    expect(ask(fleet, { disturbing: true })).toEqual({ hv01: ['dark0'] });
  });
});

describe('folding', () => {
  const everything = { search: '', statuses: new Set<never>(), actions: new Set<never>(), disturbing: false };
  const groupsOf = (fleet: typeof mixed, fold: boolean) =>
    foldMatches(findMatches(fleet.hosts, everything), fold).map((group) =>
      group.map(({ host }) => host.name),
    );

  it('draws hosts as one that differ in addresses, process ids and guests alone', () => {
    const sizes = groupsOf(large, true).map((group) => group.length);
    expect(sizes).toEqual([1, 1, 19, 19, 20]);
  });

  it('keeps hosts apart whose interfaces have other names', () => {
    const hosts = ['a0', 'a0', 'a0', 'a0', 'b0', 'b0', 'b0', 'b0'].map((name, n) =>
      planned(`hv${n}`, { changes: [change('create', name)] }),
    );
    const fleet = readFleet(packReport(buildReport('plan', hosts)));
    expect(groupsOf(fleet, true)).toEqual([
      ['hv0', 'hv1', 'hv2', 'hv3'],
      ['hv4', 'hv5', 'hv6', 'hv7'],
    ]);
  });

  it('draws every host by itself where that is asked, the worst status first, else in the order of the report', () => {
    expect(groupsOf(large, false)).toHaveLength(60);
    expect(groupsOf(mixed, false).flat()).toEqual([
      'hypervisor-06',
      'hv04',
      'hv05',
      'hv01',
      'hv03',
      'hv07',
      'hv02',
    ]);
  });

  it('draws hosts as one that are unreachable for the same reason at other addresses', () => {
    const fleet = readFleet(packReport(largeFleet(400)));
    expect(groupsOf(fleet, true)[0]).toHaveLength(8);
  });
});
