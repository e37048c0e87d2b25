/**
 * Does it work where `ip` is that of 2016 (4.9, Debian 9; EL7 is like it): no JSON, no lengths of the broadcast queue, no
 * limits of the MTU? A real kernel, seen and changed through an `ip` that knows as little.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS, findProgram } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report, settle } from '../support/sshd-report.ts';

const HOST = 'hv01';
const WEB = { name: 'web0', lower: 'eno1', mode: 'bridge', alias: "it's #1", queues: 2 };
const PLAY = {
  macvtaps: [
    WEB,
    { name: 'src0', lower: 'eno1', mode: 'source', source_macs: ['02:00:00:00:00:02', '02:00:00:00:00:01'] },
    { name: 'pt0', lower: 'eno2', mode: 'passthru', nopromisc: true },
    { name: 'down0', lower: 'eno1', mode: 'vepa', state: 'down', mtu: 1400, txqueuelen: 700 },
  ],
};

/** What 4.9 says to what it does not know; else the `ip` of today, without what came later. */
function ipOf2016(): string {
  const ip = findProgram('ip') ?? 'ip';
  const later = [
    's/ allmulti [0-9]*//',
    's/ minmtu [0-9]*//',
    's/ maxmtu [0-9]*//',
    's/ bcqueuelen [0-9]*//',
    's/ usedbcqueuelen [0-9]*//',
    's/ [gt]so_max_[a-z]* [0-9]*//g',
    's/ gro_[a-z0-9_]* [0-9]*//g',
    's/ gso_ipv4_[a-z_]* [0-9]*//g',
  ];
  return [
    `for word; do case "$word" in -j|-json) echo 'Option "'"$word"'" is unknown, try "ip -help".' >&2; exit 255;; esac; done`,
    `case "$*" in`,
    `-V) echo 'ip utility, iproute2-ss161212'; exit;;`,
    `*bcqueuelen*) echo 'Error: either "dev" is duplicate, or "bcqueuelen" is a garbage.' >&2; exit 255;;`,
    `'link help macvtap') echo 'Usage: ... macvtap mode { private | vepa | bridge | passthru [nopromisc] | source }' >&2; exit 255;;`,
    `*'link show'*) ${ip} "$@" | sed -e '${later.join("' -e '")}'; exit;;`,
    'esac',
    `exec ${ip} "$@"`,
  ].join('\n');
}

describeWith(FLEET_NEEDS, 'a host with an old ip', () => {
  let fleet: SshdFleet;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    fleet.host(HOST).sshd.wrap('ip', ipOf2016());
  });
  afterAll(() => fleet?.close());

  it('makes what is declared, sees that it is so, and changes it', async () => {
    await settle(fleet, fleet.playbook(PLAY));
    expect(await fleet.ip(HOST, '-d', 'link', 'show', 'dev', 'src0')).toContain(
      'remotes (2) 02:00:00:00:00:0',
    );
    const other = {
      ...PLAY,
      macvtaps: [{ ...WEB, mode: 'private', alias: 'other' }, ...PLAY.macvtaps.slice(1)],
    };
    const changed = await settle(fleet, fleet.playbook(other));
    expect(changed.change(HOST, 'web0')).toMatchObject({ action: 'update', result: 'done' });
    await settle(fleet, fleet.playbook({ macvtaps: [] }), ['--max-delete', '4']);
  });

  it('knows the version, and refuses a field that such an ip has no word for', async () => {
    const facts = await fleet.tapfleet(['facts', '-i', fleet.inventory(), '--format', 'json']);
    expect(facts.stdout).toContain('iproute2-ss161212');
    const plan = await report(fleet, 'plan', fleet.playbook({ macvtaps: [{ ...WEB, bcqueuelen: 2000 }] }));
    expect(plan.row(HOST).error).toMatchObject({ kind: 'unsupported', interface: 'web0' });
  });
});
