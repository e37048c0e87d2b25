/**
 * Does a running guest keep its network? A process that holds a tap, opened by device number as QEMU's is, gets frames
 * through every change in place, through its undoing, and where a plan was refused; and a passthru leaves the counters
 * of its lower device as they were.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyPlan } from '../../src/fleet/apply.ts';
import { gather } from '../../src/fleet/session.ts';
import { CONFIRM_NAME } from '../../src/host/confirm-script.ts';
import type { Mac } from '../../src/model/mac.ts';
import type { MacvtapFields } from '../../src/model/macvtap.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { manifestOf, wanted } from '../support/builders.ts';
import { runProcess } from '../support/cli.ts';
import { FaultHost } from '../support/fault-host.ts';
import { stateOf } from '../support/fault-state.ts';
import { describeWith } from '../support/needs.ts';
import { must } from '../support/sshd-commands.ts';
import { Tap } from '../support/sshd-tap.ts';

const MAC = '52:54:00:00:02:01' as Mac;
const PEER = '52:54:00:00:02:02';
const GUEST = { mode: 'bridge', mac: MAC, addrgenmode: 'none', allmulticast: false } as const;

describeWith(['root', 'macvtap', 'ip', 'mknod'], 'a guest that is running', () => {
  let host: FaultHost;
  let nodes: string;
  let guest: Tap;
  let peer: Tap;

  beforeEach(async () => {
    host = await FaultHost.make([
      `link add link eno1 name guest0 index $I1 address ${MAC} type macvtap mode bridge`,
      'link set dev guest0 addrgenmode none',
      'link set dev guest0 alias "tapfleet:1 owner=default"',
      'link set dev guest0 up',
      `link add link sw1 name peer0 index $I2 address ${PEER} type macvtap mode bridge`,
      'link set dev peer0 up',
      'link add link eno2 name pass0 index $I3 type macvtap mode passthru',
      'link set dev pass0 alias "tapfleet:1 owner=default"',
      'link set dev pass0 addrgenmode none',
      'link set dev pass0 up',
    ]);
    nodes = mkdtempSync(`/dev/${host.netns}-`);
    guest = await open('guest0');
    guest.leaveToReader();
    peer = await open('peer0');
    await framesFlow();
  });
  afterEach(async () => {
    await Promise.all([guest?.close(), peer?.close()]);
    await host?.remove();
    if (nodes) rmSync(nodes, { recursive: true, force: true });
  });

  async function open(name: string): Promise<Tap> {
    const inside = [
      'ip',
      'netns',
      'exec',
      host.netns,
      'sh',
      '-c',
      `cat /sys/class/net/${name}/macvtap/tap*/dev`,
    ];
    const [major = '', minor = ''] = must(await runProcess(inside), 'reading the tap')
      .trim()
      .split(':');
    const node = join(nodes, name);
    must(await runProcess(['mknod', '-m', '600', node, 'c', major, minor]), 'mknod');
    return new Tap(node);
  }

  const framesFlow = () => guest.arrival(peer.send(MAC, PEER));
  const planOf = async (name: string, fields: Partial<MacvtapFields>, allowDisruption = false) =>
    planHost(manifestOf('hv', [wanted(name, fields)], [], []), await gather(host.connection()), {
      allowDisruption,
    });

  async function apply(
    name: string,
    fields: Partial<MacvtapFields>,
    { confirmed = true, broken = false, allowDisruption = false } = {},
  ): Promise<HostOutcome> {
    const plan = await planOf(name, fields, allowDisruption);
    expect(plan.refusals).toEqual([]);
    const refused = { interfaces: [], operation: { op: 'mtu', name: 'sw1', value: 70_000 } } as const;
    const connection = host.connection({
      before: async (command) => {
        if (!confirmed && command.includes(CONFIRM_NAME)) await host.untilFree();
      },
    });
    const steps = broken ? [...plan.steps, refused] : plan.steps;
    return applyPlan(
      connection,
      { ...plan, steps },
      {
        confirmTimeoutS: confirmed ? 20 : 1,
        lockTimeoutS: 0,
        controller: 'test',
        connectAgain: async () => connection,
      },
    );
  }

  const IN_PLACE: Partial<MacvtapFields>[] = [
    { mode: 'vepa' },
    { mode: 'private' },
    { mode: 'source', source_macs: [PEER as Mac] },
    { mtu: 1400 },
    { mtu: 1000 },
    { txqueuelen: 900 },
    { bcqueuelen: 2000 },
    { allmulticast: true },
    { promisc: true },
    { addrgenmode: 'random', mtu: 1500 },
    { alias: 'shop' },
  ];

  it('goes on receiving through every change in place', async () => {
    for (const change of IN_PLACE) {
      const outcome = await apply('guest0', { ...GUEST, ...change });
      expect([change, outcome]).toMatchObject([change, { kind: 'applied', problems: [] }]);
      await framesFlow();
    }
  });

  it('goes on receiving where a change in place was taken back after a failed step', async () => {
    for (const change of IN_PLACE) {
      const before = stateOf(await host.links(), host.base);
      const outcome = await apply('guest0', { ...GUEST, ...change }, { broken: true });
      expect([change, outcome]).toMatchObject([change, { kind: 'applied', rolledBack: true }]);
      expect(stateOf(await host.links(), host.base)).toBe(before);
      await framesFlow();
    }
  });

  it('goes on receiving where nobody confirmed, and gets its MAC back', async () => {
    const other = '52:54:00:00:02:09' as Mac;
    for (const change of [{ mode: 'private', mtu: 1400 }, { mac: other }] as const) {
      const how = { confirmed: false, allowDisruption: true };
      const outcome = await apply('guest0', { ...GUEST, ...change }, how);
      expect(outcome).toMatchObject({
        kind: 'applied',
        rolledBack: true,
        problems: [{ kind: 'not-confirmed' }],
      });
      await framesFlow();
    }
  });

  it.each<Partial<MacvtapFields>>([
    { queues: 2 },
    { mac: '52:54:00:00:02:09' as Mac },
    { state: 'down' },
    { txqueuelen: 0 },
    { mode: 'source', source_macs: [] },
  ])('is refused %j, named, and not touched', async (change) => {
    const before = stateOf(await host.links(), host.base);
    const plan = await planOf('guest0', { ...GUEST, ...change });
    expect(plan.refusals).toMatchObject([{ kind: 'disruption', interface: 'guest0' }]);
    expect(plan.refusals[0]?.message).toContain(`pid ${guest.pid}`);
    expect([plan.steps, stateOf(await host.links(), host.base)]).toEqual([[], before]);
    await framesFlow();
  });

  it('switches allmulticast of a passthru without a trace in the counters of its lower device', async () => {
    const counters = async () => {
      const lower = (await host.links()).find(({ ifname }) => ifname === 'eno2');
      return [lower?.promiscuity, lower?.allmulti];
    };
    const fields = { mode: 'passthru', lower: 'eno2', addrgenmode: 'none' } as const;
    const before = await counters();
    for (const allmulticast of [true, false, true]) {
      expect(await apply('pass0', { ...fields, allmulticast })).toMatchObject({
        kind: 'applied',
        problems: [],
      });
      expect(await counters()).toEqual(before);
    }
    expect(await apply('pass0', { ...fields, allmulticast: false }, { broken: true })).toMatchObject({
      rolledBack: true,
    });
    expect(await counters()).toEqual(before);
    await host.ip('link del dev pass0');
    expect((await counters())[1]).toBe(0);
  });

  it('is not taken down for that unless it is allowed', async () => {
    const holder = await open('pass0');
    try {
      holder.leaveToReader();
      const fields = { mode: 'passthru', lower: 'eno2', allmulticast: true } as const;
      const plan = await planOf('pass0', fields);
      expect(plan.refusals).toMatchObject([{ kind: 'disruption', interface: 'pass0' }]);
      expect(plan.refusals[0]?.message).toContain('the link goes down for a moment');
      expect(await apply('pass0', fields, { allowDisruption: true })).toMatchObject({ problems: [] });
    } finally {
      await holder.close();
    }
  });
});
