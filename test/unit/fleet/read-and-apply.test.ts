/** Does the session that has read a host change it, and only where it is still as it was read? On real namespaces. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAndApply } from '../../../src/fleet/read-and-apply.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import type { Connection, ExecOptions } from '../../../src/remote/connection.ts';
import { DECLARED, manifestOf, wanted } from '../../support/builders.ts';
import { FaultHost, type Tampering } from '../../support/fault-host.ts';
import { describeWith } from '../../support/needs.ts';
import { sshSettings } from '../../support/ssh-settings.ts';
import { until } from '../../support/until.ts';

const FIELDS = { ...DECLARED, mtu: 1400 };

describeWith(['root', 'macvtap', 'ip'], 'one session', () => {
  let host: FaultHost;
  let commands: string[];

  beforeEach(async () => {
    host = await FaultHost.make([]);
    commands = [];
  });
  afterEach(() => host?.remove());

  /** By name and words: `read-apply`, `gather`, `apply`, `confirm`, `undo`. */
  const noted = (command: string) => {
    commands.push(`${/ tapfleet-([a-z-]+) [0-9a-f]+ /.exec(command)?.[1]}`);
  };

  function apply(
    tampering: Tampering = {},
    over: (connection: Connection) => Connection = (connection) => connection,
    slot = { release: () => {}, take: () => Promise.resolve() },
    fields: Parameters<typeof wanted>[1] = FIELDS,
  ): Promise<HostOutcome> {
    const connection = over(host.connection({ ...tampering, started: noted }));
    const target = {
      host: 'hv',
      settings: sshSettings({}),
      manifest: manifestOf('hv', [wanted('m0', fields)], [], []),
    };
    const context = {
      confirmTimeoutS: 20,
      lockTimeoutS: 0,
      controller: 'test',
      connectAgain: async () => connection,
    };
    return readAndApply(connection, target, { guard: { allowDisruption: false } }, slot, context);
  }

  const lineNow = (line: string) => host.ipSync(line);

  it('reads, changes and verifies; the second time it only reads', async () => {
    expect(await apply()).toMatchObject({
      kind: 'applied',
      results: new Map([['m0', 'done']]),
      problems: [],
    });
    // The connection of these tests says no last word over the same session.
    expect(commands.splice(0)).toEqual(['read-apply', 'confirm']);
    expect(await apply()).toMatchObject({ kind: 'planned', plan: { changes: [], refusals: [] } });
    expect(commands).toEqual(['read-apply']);
  });

  it('looks for holders where an interface that is there would be changed, in the same session', async () => {
    await apply();
    commands = [];
    const outcome = await apply({}, undefined, undefined, { ...FIELDS, mtu: 1300 });
    expect(outcome).toMatchObject({ kind: 'applied', plan: { changes: [{ holders: [] }] }, problems: [] });
    expect(commands).toEqual(['read-apply', 'confirm']);
  });

  /** Makes `m0`; afterwards what is said to the host changes it. */
  const made = async () => {
    await apply();
    commands = [];
  };
  const CHANGED = { ...FIELDS, mtu: 1300 };

  it.each([
    ['the MTU of its lower device', 'link set dev eno1 mtu 1450'],
    ['the MAC of its lower device', 'link set dev eno1 address 52:54:00:99:99:99'],
    ['its lower device, which is down', 'link set dev eno1 down'],
  ])('reads and plans again where a new interface finds changed: %s', async (_what, line) => {
    const between = () => lineNow(line);
    expect(await apply({ between })).toMatchObject({ kind: 'applied', problems: [] });
    expect(commands).toEqual(['read-apply', 'gather', 'apply', 'confirm']);
    expect(host.leftovers()).toEqual([]);
  });

  it.each([
    ['with a smaller MTU', ['link set dev eno1 mtu 1300'], 'mtu-above-lower'],
    ['as a port', ['link add name br9 type bridge', 'link set dev eno1 master br9'], 'lower-unusable'],
    ['made anew', ['link del dev eno1', 'link add name eno1 mtu 1300 type veth'], 'mtu-above-lower'],
    ['with its name taken', ['link add link eno2 name m0 type macvlan mode bridge'], 'foreign-kind'],
  ])('refuses what may not be done any more on a host that is found %s', async (_what, lines, kind) => {
    const between = () => lineNow(lines.join('\n'));
    expect(await apply({ between })).toMatchObject({ kind: 'planned', plan: { refusals: [{ kind }] } });
    expect(commands).toEqual(['read-apply', 'gather']);
    expect(await host.links()).not.toContainEqual(
      expect.objectContaining({ ifname: 'm0', linkinfo: expect.objectContaining({ info_kind: 'macvtap' }) }),
    );
    expect(host.leftovers()).toEqual([]);
  });

  it('makes new interfaces whatever else moved meanwhile', async () => {
    const between = () => lineNow('link set dev sw2 mtu 1450');
    expect(await apply({ between })).toMatchObject({ kind: 'applied', problems: [] });
    expect(commands).toEqual(['read-apply', 'confirm']);
  });

  it.each([
    ['what is to change', 'link set dev m0 promisc on'],
    ['something else', 'link set dev sw2 mtu 1450'],
  ])('reads and plans again where an interface would change, and %s moved meanwhile', async (_what, line) => {
    await made();
    const between = () => lineNow(line);
    expect(await apply({ between }, undefined, undefined, CHANGED)).toMatchObject({
      kind: 'applied',
      problems: [],
    });
    expect(commands).toEqual(['read-apply', 'gather', 'apply', 'confirm']);
    expect(host.leftovers()).toEqual([]);
  });

  it('is not put off by the timers of a bridge, which never rest', async () => {
    await host.ip('link add name br9 type bridge');
    await host.ip('link set dev sw2 master br9 up');
    await host.ip('link set dev br9 up');
    // The kernel says so up to a second later.
    await until(() => /"ifname":"br9"[^{}]*"operstate":"UP"/.test(host.linksSync()), 'the bridge to be up');
    await made();
    const timers = () => `${host.linksSync().match(/"[a-z_]+_timer":[0-9.]+/g)}`;
    const between = () => {
      const first = timers();
      while (timers() === first);
    };
    expect(await apply({ between }, undefined, undefined, CHANGED)).toMatchObject({
      kind: 'applied',
      problems: [],
    });
    expect(commands).toEqual(['read-apply', 'confirm']);
  });

  it('arms nothing on a host that can tell nobody', async () => {
    const connection = host.connection({
      started: (command, session) => {
        noted(command);
        // What is said next goes nowhere.
        gone = () => session.stdout?.destroy();
      },
      between: () => gone(),
    });
    let gone = () => {};
    await apply({}, () => connection);
    await until(() => host.leftovers().length === 0, 'the lock to go');
    expect(commands).toEqual(['read-apply']);
    expect(await host.links()).not.toContainEqual(expect.objectContaining({ ifname: 'm0' }));
  });

  it('reads again where nothing could be said to the session', async () => {
    const mute = (connection: Connection): Connection => ({
      ...connection,
      open: true,
      exec: (command, { reply: _reply, ...options }: ExecOptions) =>
        connection.exec(command.replace('tapfleet-read-apply', 'tapfleet-readonly-apply'), options),
    });
    expect(await apply({}, mute)).toMatchObject({ kind: 'applied', problems: [] });
    expect(commands).toEqual(['readonly-apply', 'gather', 'apply', 'confirm']);
  });
});
