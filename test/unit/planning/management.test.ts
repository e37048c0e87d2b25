/** Which changes could cut the way in? The management path through stacks and ports, and the reasons for a lockout. */
import { describe, expect, test } from 'vitest';
import type { MacvtapFields } from '../../../src/model/macvtap.ts';
import { managementPath, touchesManagement } from '../../../src/planning/management.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import {
  DECLARED,
  MAC_1,
  MAC_2,
  manifestOf,
  observedOf,
  rawLink,
  rawTap,
  wanted,
} from '../../support/builders.ts';

/** A VLAN on a bond on two NICs, and a NIC beside it. */
const STACK = [
  rawLink('eno1', { master: 'bond0' }),
  rawLink('eno2', { master: 'bond0' }),
  rawLink('eno3'),
  rawLink('bond0', { linkinfo: { info_kind: 'bond' } }),
  rawLink('bond0.7', { link: 'bond0', linkinfo: { info_kind: 'vlan' } }),
];
const OVER = (device: string) => ({ management: `5: ${device}    inet 10.0.0.1/24 scope global ${device}` });

const planOf = (fields: Partial<MacvtapFields>, links: object[], device = 'bond0.7') =>
  planHost(
    manifestOf('hv', [wanted('m0', fields)]),
    observedOf([...STACK, ...(links as Record<string, unknown>[])], OVER(device)),
    { allowDisruption: true },
  );
const kinds = (...parameters: Parameters<typeof planOf>) =>
  planOf(...parameters).refusals.map(({ kind }) => kind);

describe('the path', () => {
  test('goes down through VLAN and bond to the NICs', () => {
    const path = managementPath(observedOf(STACK, OVER('bond0.7')));
    expect([...(path ?? [])].sort()).toEqual(['bond0', 'bond0.7', 'eno1', 'eno2']);
  });

  test('is a bridge’s ports too, and ends in circles', () => {
    const links = [
      rawLink('br0'),
      rawLink('p0', { master: 'br0', link: 'p1' }),
      rawLink('p1', { link: 'p0' }),
    ];
    expect([...(managementPath(observedOf(links, OVER('br0'))) ?? [])].sort()).toEqual(['br0', 'p0', 'p1']);
  });

  test('is unknown where the host did not tell', () => {
    expect(managementPath(observedOf(STACK))).toBeUndefined();
  });
});

describe('what touches it', () => {
  const touches = (lower: string, device: string | undefined) => {
    const observed = observedOf(STACK, device === undefined ? {} : OVER(device));
    const plan = planHost(manifestOf('hv', [wanted('m0', { ...DECLARED, lower })]), observed, {
      allowDisruption: true,
    });
    return touchesManagement(observed, plan.changes);
  };

  test.each([
    ['bond0', 'bond0.7', true],
    ['bond0.7', 'bond0.7', true],
    ['eno3', 'bond0.7', false],
    ['bond0', 'eno3', false],
    ['eno3', undefined, true],
  ])('a macvtap on %s, reached over %s: %s', (lower, device, expected) => {
    expect(touches(lower, device)).toBe(expected);
  });

  test('the plan says over what it is confirmed', () => {
    expect(planOf({ ...DECLARED, lower: 'bond0' }, []).confirmOver).toBe('new-connection');
    expect(planOf({ ...DECLARED, lower: 'eno3' }, []).confirmOver).toBe('same-connection');
  });
});

describe('lockout', () => {
  const PASSTHRU = { ...DECLARED, mode: 'passthru', lower: 'bond0' } as const;
  const mine = (info: object, more: object) =>
    rawTap('m0', { ...info }, { link: 'bond0', ifalias: 'tapfleet:1 owner=default', ...more });

  test.each<[string, Partial<MacvtapFields>, object[], string[]]>([
    ['a passthru on the path', PASSTHRU, [], ['lockout']],
    ['a passthru beside it', { ...PASSTHRU, lower: 'eno3' }, [], []],
    ['a bridge macvtap on the path', { ...DECLARED, lower: 'bond0' }, [], []],
    [
      'another MAC for a passthru on the path',
      { ...PASSTHRU, mac: MAC_2 },
      [mine({ mode: 'passthru' }, {})],
      ['lockout'],
    ],
    ['another MTU for it', { ...PASSTHRU, mac: MAC_1, mtu: 1400 }, [mine({ mode: 'passthru' }, {})], []],
    [
      'out of passthru on the path',
      { ...DECLARED, lower: 'bond0' },
      [mine({ mode: 'passthru' }, {})],
      ['lockout'],
    ],
    ['another MAC for a bridge macvtap', { ...DECLARED, lower: 'bond0', mac: MAC_2 }, [mine({}, {})], []],
  ])('%s', (_title, fields, links, expected) => {
    expect(kinds(fields, links)).toEqual(expected);
  });

  test('--allow-lockout lets it pass, over a new connection', () => {
    const plan = planHost(manifestOf('hv', [wanted('m0', PASSTHRU)]), observedOf(STACK, OVER('bond0.7')), {
      allowDisruption: false,
      allowLockout: true,
    });
    expect([plan.refusals, plan.confirmOver]).toEqual([[], 'new-connection']);
  });
});
