/** What is the host's own on an interface of ours: names that people gave it, in words and letters that no playbook has. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const HOST = 'hv01';
const WEB = { name: 'web0', lower: 'eno1', mode: 'bridge' };
const ALTNAMES = ['ens1.web', "it's", 'é', 'say"so'];

describeWith(FLEET_NEEDS, 'names of the host', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const apply = (macvtaps: readonly object[], ...args: string[]) =>
    report(fleet, 'apply', fleet.playbook({ macvtaps }), args);
  const linkOf = async (name: string) =>
    JSON.parse(await fleet.ip(HOST, '-j', '-d', 'link', 'show', name))[0];

  it('a replacement keeps alternative names and the group, and so does one that is taken back', async () => {
    await apply([WEB]);
    for (const altname of ALTNAMES)
      await fleet.ip(HOST, 'link', 'property', 'add', 'dev', 'web0', 'altname', altname);
    await fleet.ip(HOST, 'link', 'set', 'dev', 'web0', 'group', '77');
    const before = await fleet.snapshot(HOST);
    fleet.host(HOST).sshd.wrapChanges({ edit: '$s/.*/link set dev nobody up/' });
    const undone = await apply([{ ...WEB, queues: 4 }]);
    expect([undone.code, ...undone.statuses]).toEqual([3, 'rolled-back']);
    expect(await fleet.snapshot(HOST)).toBe(before);
    fleet.host(HOST).sshd.unwrap('ip');
    const done = await apply([{ ...WEB, queues: 4 }]);
    expect([done.code, ...done.statuses]).toEqual([0, 'changed']);
    expect(await linkOf('web0')).toMatchObject({ num_tx_queues: 4, group: '77' });
    expect((await linkOf('web0')).altnames.sort()).toEqual([...ALTNAMES].sort());
  });

  it('interfaces that were renamed by hand are deleted, and given back, whatever letters they have now', async () => {
    const names = ["it's", 'é1', 'q"x', 'b\\', '$(id)'];
    const taps = names.map((_name, n) => ({ ...WEB, name: `t${n}` }));
    await apply([WEB, ...taps]);
    for (const [n, name] of names.entries())
      await fleet.ip(HOST, 'link', 'set', 'dev', `t${n}`, 'name', name);
    const before = await fleet.snapshot(HOST);
    fleet.host(HOST).sshd.wrapChanges({ edit: '$s/.*/link set dev nobody up/' });
    const undone = await apply([{ ...WEB, mtu: 1400 }], '--max-delete', '9');
    expect([undone.code, ...undone.statuses]).toEqual([3, 'rolled-back']);
    expect((await fleet.snapshot(HOST)).split('\n').sort()).toEqual(before.split('\n').sort());
    fleet.host(HOST).sshd.unwrap('ip');
    const done = await apply([WEB], '--max-delete', '9');
    expect([done.code, ...done.statuses]).toEqual([0, 'changed']);
    const left = JSON.parse(await fleet.ip(HOST, '-j', 'link', 'show', 'type', 'macvtap'));
    expect(left.map((link: { readonly ifname: string }) => link.ifname)).toEqual(['web0']);
  });

  it('one with a hash sign is a refusal that says what to do', async () => {
    await apply([WEB, { ...WEB, name: 't0' }]);
    await fleet.ip(HOST, 'link', 'set', 'dev', 't0', 'name', 'a#b');
    const refused = await apply([WEB]);
    await fleet.ip(HOST, 'link', 'set', 'dev', 'a#b', 'name', 't0');
    expect([refused.code, ...refused.statuses]).toEqual([3, 'refused']);
    expect(refused.row(HOST).error).toMatchObject({
      kind: 'unsupported',
      message: expect.stringMatching(/^a#b: .*rename or delete it on the host/),
    });
  });
});
