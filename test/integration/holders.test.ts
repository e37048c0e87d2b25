/**
 * Is a running guest safe? A process that holds a tap is named in the plan; what would cut it off is refused and the
 * frames go on; what does not hurt it goes through under its feet; and what was allowed is done.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report, settle } from '../support/sshd-report.ts';
import type { Tap } from '../support/sshd-tap.ts';

const GUEST = { name: 'guest0', lower: 'eno1', mode: 'bridge', mac: '52:54:00:00:0a:01' };
const PEER = { name: 'peer0', lower: 'eno2', mode: 'bridge', mac: '52:54:00:00:0a:02' };
const HOST = 'hv02';

describeWith(FLEET_NEEDS, 'holders of a tap', () => {
  let fleet: SshdFleet;
  let guest: Tap;
  let peer: Tap;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  beforeEach(async () => {
    await fleet.reset();
    await settle(fleet, play(GUEST));
    guest = await fleet.openTap(HOST, GUEST.name);
    guest.leaveToReader();
    peer = await fleet.openTap(HOST, PEER.name);
  });
  afterAll(() => fleet?.close());

  const play = (...macvtaps: readonly Readonly<Record<string, unknown>>[]) =>
    fleet.playbook({ macvtaps: [...macvtaps, PEER] });
  const framesFlow = (to = GUEST.mac) => guest.arrival(peer.send(to, PEER.mac));
  const holders = () => [{ pid: guest.pid, command: 'cat' }];

  const CUTTING = [
    { what: 'a replacement', fields: { queues: 2 }, action: 'replace' },
    { what: 'another address', fields: { mac: '52:54:00:00:0a:09' }, action: 'update' },
    { what: 'going down', fields: { state: 'down' }, action: 'update' },
    { what: 'a receive ring of 0', fields: { txqueuelen: 0 }, action: 'update' },
    { what: 'a deletion', fields: { state: 'absent' }, action: 'delete' },
  ];

  it.each(CUTTING)('refuses $what, and the frames go on', async ({ fields, action }) => {
    await framesFlow();
    const playbook = play({ ...(action === 'delete' ? { name: GUEST.name } : GUEST), ...fields });
    const plan = await report(fleet, 'plan', playbook);
    expect(plan.change(HOST, GUEST.name)).toMatchObject({ action, holders: holders(), holders_known: true });
    const before = await fleet.snapshot(HOST);
    const applied = await report(fleet, 'apply', playbook);
    expect(await fleet.snapshot(HOST)).toBe(before);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'refused', 'changed']);
    expect(applied.row(HOST).error).toMatchObject({ kind: 'disruption', interface: GUEST.name });
    expect(applied.row(HOST).error?.message).toContain(`cat (pid ${guest.pid})`);
    await framesFlow();
  });

  it('refuses to prune it too', async () => {
    const applied = await report(fleet, 'apply', play());
    expect([applied.code, applied.row(HOST).error?.kind]).toEqual([3, 'disruption']);
    await framesFlow();
  });

  it('changes mode, MTU and queue lengths in place under a guest that goes on receiving', async () => {
    const changed = { ...GUEST, mode: 'vepa', mtu: 1400, txqueuelen: 900, bcqueuelen: 2000, alias: 'shop' };
    const applied = await settle(fleet, play(changed));
    expect(applied.change(HOST, GUEST.name)).toMatchObject({ action: 'update', holders: holders() });
    expect(applied.change(HOST, GUEST.name).disruptions).toBeUndefined();
    await framesFlow();
    await settle(fleet, play({ ...GUEST, mode: 'private' }));
    await framesFlow();
  });

  it('does it where the play allows it', async () => {
    await settle(fleet, play({ ...GUEST, mac: '52:54:00:00:0a:09', disruption: 'allow' }));
    await framesFlow('52:54:00:00:0a:09');
  });

  it('does it where the run allows it', async () => {
    const applied = await settle(fleet, play({ ...GUEST, queues: 2 }), ['--allow-disruption']);
    expect(applied.change(HOST, GUEST.name)).toMatchObject({ action: 'replace', result: 'done' });
    expect(applied.change(HOST, GUEST.name).disruptions).toHaveLength(1);
  });

  it('shows people who is cut off', async () => {
    const playbook = play({ ...GUEST, queues: 2 });
    const { stdout } = await fleet.tapfleet(['plan', playbook, '-i', fleet.inventory(), '--limit', HOST]);
    expect(stdout).toContain('cat');
    expect(stdout).toContain(String(guest.pid));
  });
});
