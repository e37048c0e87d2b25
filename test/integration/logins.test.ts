/**
 * Does it work whatever a login is like? Every usual login shell, rc files that talk, a PATH without system
 * directories, and a user who may look but not change.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS, findProgram } from '../support/needs.ts';
import { PLAIN_USER } from '../support/sshd-daemon.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report, settle } from '../support/sshd-report.ts';

const SAYS = 'echo "Welcome, it is {raining}"; echo "Last login: never" >&2';
/** Files that a shell reads for every command; each would say something first. */
const RC = {
  '.bashrc': SAYS,
  '.cshrc': SAYS.replace('>&2', ''),
  '.config/fish/config.fish': SAYS,
  '.profile': SAYS,
  '.zshenv': SAYS,
};
const PLAY = { macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge', alias: 'it’s 50 % "quoted" #1' }] };

for (const shell of ['bash', 'dash', 'zsh', 'fish', 'tcsh', 'busybox']) {
  describeWith([...FLEET_NEEDS, shell], `logins with ${shell}`, () => {
    let fleet: SshdFleet;

    beforeAll(async () => {
      fleet = await SshdFleet.start({ hosts: 3 });
    });
    afterAll(() => fleet?.close());

    it('plans, applies and finds nothing left, with rc files that talk', async () => {
      const program = findProgram(shell) ?? '';
      for (const name of fleet.names) {
        const { sshd } = fleet.host(name);
        if (shell === 'busybox') sshd.wrap('ash', `exec ${program} ash "$@"`);
        sshd.login({ shell: shell === 'busybox' ? `${sshd.bin}/ash` : program, home: RC });
      }
      await settle(fleet, fleet.playbook(PLAY));
      expect(await fleet.ip('hv02', 'link', 'show', 'dev', 'a0')).toContain('a0@eno1');
    });
  });
}

describeWith(FLEET_NEEDS, 'logins that are not as usual', () => {
  let fleet: SshdFleet;
  let playbook: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
    playbook = fleet.playbook(PLAY);
  });
  afterAll(() => fleet?.close());

  it('finds its answer between what a login says before and after it', async () => {
    const { sshd } = fleet.host('hv01');
    sshd.wrap('talks', `echo '@@tapfleet:begin'; /bin/bash "$@"; r=$?; echo; echo 'bye {"a": ['; exit $r`);
    fleet.login('hv01', { shell: `${sshd.bin}/talks` });
    await settle(fleet, playbook);
  });

  it('finds ip where the PATH has nothing of the system', async () => {
    await fleet.reset();
    await fleet.stop('hv02');
    await fleet.start('hv02', { path: fleet.host('hv02').sshd.bin });
    await settle(fleet, playbook);
  });

  it('says in the row of the host that it has no ip, or one that cannot do it', async () => {
    await fleet.reset();
    const { sshd } = fleet.host('hv03');
    sshd.wrap('ip', 'echo "BusyBox v1.35.0 multi-call binary." >&2; exit 1');
    const plan = await report(fleet, 'plan', playbook);
    expect([plan.code, ...plan.statuses]).toEqual([3, 'changes', 'changes', 'failed']);
    expect(plan.row('hv03').error?.kind).toBe('missing-tool');
  });

  it('shows a plan to a user who is not root, and refuses to apply as that user', async () => {
    await fleet.reset();
    const inventory = fleet.inventory({ ansible_user: PLAIN_USER });
    const before = await fleet.snapshot('hv01');
    const plan = await report(fleet, 'plan', playbook, [], { inventory });
    expect([plan.code, ...plan.statuses]).toEqual([0, 'changes', 'changes', 'changes']);
    const applied = await report(fleet, 'apply', playbook, [], { inventory });
    expect(applied.code).toBe(3);
    expect(applied.row('hv01').error?.kind).toBe('privilege');
    expect(await fleet.snapshot('hv01')).toBe(before);
  });

  it('cannot tell a user who is not root that an interface is free', async () => {
    await settle(fleet, playbook);
    const inventory = fleet.inventory({ ansible_user: PLAIN_USER });
    const replaced = fleet.playbook({ macvtaps: [{ ...PLAY.macvtaps[0], queues: 2 }] });
    const plan = await report(fleet, 'plan', replaced, [], { inventory });
    expect(plan.change('hv01', 'a0')).toMatchObject({ action: 'replace', holders: [], holders_known: false });
    expect(plan.row('hv01').error?.kind).toBe('disruption');
  });
});
