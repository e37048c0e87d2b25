/**
 * What do the modes do with a guest's frames? Two macvtaps on one uplink with their taps opened, and a Linux bridge as
 * the switch, with and without reflective relay ("hairpin"). A frame from a third port, sent after the one in question
 * and on the same way, proves absence without waiting: what has not come before it does not come.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { BROADCAST, type Tap } from '../support/sshd-tap.ts';

const MAC = { from: '52:54:00:00:00:0a', to: '52:54:00:00:00:0b', fence: '52:54:00:00:00:0f' };
const HOST = 'hv01';

interface Case {
  readonly sender: string;
  readonly receiver: string;
  readonly hairpin: 'on' | 'off';
  /** Copies of a unicast and of a broadcast frame that arrive. */
  readonly unicast: number;
  readonly broadcast: number;
}

/** Sender, receiver, then how many unicast and broadcast frames arrive with hairpin off and with hairpin on. */
const TABLE: readonly (readonly [string, string, number, number, number, number])[] = [
  ['bridge', 'bridge', 1, 1, 1, 1],
  ['bridge', 'vepa', 0, 0, 1, 1],
  ['vepa', 'bridge', 0, 0, 1, 1],
  ['vepa', 'vepa', 0, 0, 1, 1],
  ['bridge', 'private', 0, 0, 1, 0],
  ['vepa', 'private', 0, 0, 1, 0],
  ['private', 'bridge', 0, 0, 1, 0],
  ['private', 'vepa', 0, 0, 1, 0],
  ['private', 'private', 0, 0, 1, 0],
  ['bridge', 'source', 0, 0, 1, 1],
  ['vepa', 'source', 0, 0, 1, 1],
  ['source', 'vepa', 0, 0, 1, 0],
];

const CASES: readonly Case[] = TABLE.flatMap(([sender, receiver, u0, b0, u1, b1]) => [
  { sender, receiver, hairpin: 'off' as const, unicast: u0, broadcast: b0 },
  { sender, receiver, hairpin: 'on' as const, unicast: u1, broadcast: b1 },
]);

describeWith(FLEET_NEEDS, 'frames between two macvtaps of one uplink', () => {
  let fleet: SshdFleet;
  let from: Tap;
  let to: Tap;
  let fence: Tap;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    const declared = [
      { name: 'from0', lower: 'eno1', mac: MAC.from, mode: 'bridge' },
      { name: 'to0', lower: 'eno1', mac: MAC.to, mode: 'bridge' },
      { name: 'fence0', lower: 'eno2', mac: MAC.fence, mode: 'bridge' },
    ];
    for (const { name, lower, mac, mode } of declared) {
      await fleet.ip(
        HOST,
        ...`link add link ${lower} name ${name} address ${mac} type macvtap mode ${mode}`.split(' '),
      );
      await fleet.ip(HOST, 'link', 'set', 'dev', name, 'addrgenmode', 'none');
      await fleet.ip(HOST, 'link', 'set', 'dev', name, 'up');
    }
    from = await fleet.openTap(HOST, 'from0');
    to = await fleet.openTap(HOST, 'to0');
    fence = await fleet.openTap(HOST, 'fence0');
  });
  afterAll(() => fleet?.close());

  const setMode = async (name: string, mode: string) => {
    await fleet.ip(HOST, 'link', 'set', 'dev', name, 'type', 'macvtap', 'mode', mode);
    const sources = mode === 'source' ? [MAC.from, MAC.fence] : [];
    for (const mac of sources) {
      await fleet.ip(HOST, 'link', 'set', 'dev', name, 'type', 'macvtap', 'macaddr', 'add', mac);
    }
  };

  it.each(CASES)(
    '$sender to $receiver, hairpin $hairpin: unicast $unicast, broadcast $broadcast',
    async ({ sender, receiver, hairpin, unicast, broadcast }) => {
      await setMode('from0', sender);
      await setMode('to0', receiver);
      await fleet.ip(HOST, 'link', 'set', 'dev', 'sw0p1', 'type', 'bridge_slave', 'hairpin', hairpin);
      const one = from.send(MAC.to, MAC.from);
      const all = from.send(BROADCAST, MAC.from);
      if (unicast > 0) await to.arrival(one);
      if (broadcast > 0) await to.arrival(all);
      await to.arrival(fence.send(MAC.to, MAC.fence));
      await to.arrival(fence.send(BROADCAST, MAC.fence));
      expect({ unicast: to.count(one), broadcast: to.count(all) }).toEqual({ unicast, broadcast });
    },
  );
});
