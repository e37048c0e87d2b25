/**
 * What a host cannot have is found before it is touched: that host is refused and stays as it was to the last byte,
 * while the others get what they were asked to have.
 */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

interface Case {
  readonly kind: string;
  /** What stands in the way on hv02: lines for `ip`. */
  readonly prepare: readonly string[];
  readonly macvtap?: Readonly<Record<string, unknown>>;
}

const CASES: readonly Case[] = [
  { kind: 'foreign-kind', prepare: ['link add name m0 type bridge'] },
  { kind: 'foreign-kind', prepare: ['link property add dev eno3 altname m0'] },
  { kind: 'lower-missing', prepare: ['link set dev eno1 name gone1'] },
  { kind: 'mtu-above-lower', prepare: ['link set dev eno1 mtu 1400'], macvtap: { mtu: 1500 } },
  { kind: 'lower-unusable', prepare: ['link set dev eno1 master sw0'] },
  { kind: 'lower-unusable', prepare: ['link add link eno1 name other0 type macvtap mode passthru'] },
  {
    kind: 'lower-unusable',
    prepare: ['link set dev eno1 name real1', 'link add link real1 name eno1 type macvtap mode bridge'],
  },
  {
    kind: 'foreign-owner',
    prepare: [
      'link add link eno1 name m0 type macvtap mode vepa',
      'link set dev m0 alias tapfleet:1\\ owner=others',
    ],
  },
  {
    kind: 'address-in-use',
    prepare: [
      'link add link eno1 name twin0 address 52:54:00:00:08:01 type macvtap',
      'link set dev twin0 up',
    ],
    macvtap: { mac: '52:54:00:00:08:01' },
  },
];

describeWith(FLEET_NEEDS, 'refusals', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  it.each(CASES.map((one) => ({ ...one, what: one.prepare.join('; ') })))(
    '$kind: $what',
    async ({ kind, prepare, macvtap = {} }) => {
      for (const line of prepare) {
        await fleet.ip('hv02', ...line.split(/(?<!\\) /).map((word) => word.replace('\\ ', ' ')));
      }
      const playbook = fleet.playbook({
        macvtaps: [
          { name: 'a0', lower: 'eno3', mode: 'bridge' },
          { name: 'm0', lower: 'eno1', mode: 'bridge', ...macvtap },
        ],
      });
      const before = await fleet.snapshot('hv02');
      const applied = await report(fleet, 'apply', playbook);
      expect(await fleet.snapshot('hv02')).toBe(before);
      expect(applied.code).toBe(3);
      expect(applied.statuses).toEqual(['changed', 'refused', 'changed']);
      expect(applied.row('hv02').error).toMatchObject({ kind, interface: 'm0' });
      expect(applied.row('hv02').error?.message).toContain('m0');
    },
  );
});
