/**
 * What if an rc file of the login reads standard input, and so the beginning of the program that changes the host?
 * Nothing of the rest is run; the host's row says what to look for.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS, findProgram } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report } from '../support/sshd-report.ts';

const HOST = 'hv01';

type RcFile = readonly [shell: string, file: string, line: string];

/** Each waits for its own end of the input, for tens of seconds: one run, a host for each. */
const EATERS: readonly RcFile[] = [
  ['bash', '.bashrc', 'read -r first; read -r second'],
  ['bash', '.bashrc', 'head -c 2 >/dev/null'],
  ['bash', '.bashrc', 'head -c 3000 >/dev/null'],
  ['bash', '.bashrc', 'cat >/dev/null'],
  ['zsh', '.zshenv', 'head -c 3000 >/dev/null'],
  ['fish', '.config/fish/config.fish', 'head -c 3000 >/dev/null'],
  ['tcsh', '.cshrc', 'head -c 3000 >/dev/null'],
];

describeWith([...FLEET_NEEDS, 'zsh', 'fish', 'tcsh'], 'an rc file that reads standard input', () => {
  let fleet: SshdFleet;
  let playbook: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: EATERS.length + 1 });
    playbook = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] });
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const login = (host: string, [shell, file, line]: RcFile) =>
    fleet.login(host, { shell: findProgram(shell) ?? shell, home: { [file]: `${line}\n` } });
  const others = EATERS.map(() => 'changed');

  it('keeps the program from arriving: nothing is touched, and the row says what to look for', async () => {
    const hosts = fleet.names.slice(0, EATERS.length);
    for (const [index, rcFile] of EATERS.entries()) login(hosts[index] ?? '', rcFile);
    const before = await Promise.all(hosts.map((host) => fleet.snapshot(host)));
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([3, ...EATERS.map(() => 'refused'), 'changed']);
    for (const [index, host] of hosts.entries()) {
      expect([EATERS[index], applied.row(host).error]).toEqual([
        EATERS[index],
        {
          kind: 'bad-answer',
          message: expect.stringMatching(/did not arrive whole: .*nothing was touched: .*~\/\.bashrc/),
        },
      ]);
      expect(await fleet.snapshot(host)).toBe(before[index]);
      expect(fleet.transactions(host)).toEqual([]);
    }
  });

  it('nothing is run of a program whose end never comes', async () => {
    const { sshd } = fleet.host(HOST);
    // The last lacks the end of its last line alone.
    for (const cut of ['head -c 3000', 'head -c 6000', 'head -c -3']) {
      sshd.wrap(
        'cut',
        `case $2 in *tapfleet-*apply*) ${cut} | /bin/bash "$@";; *) exec /bin/bash "$@";; esac`,
      );
      fleet.login(HOST, { shell: `${sshd.bin}/cut` });
      const before = await fleet.snapshot(HOST);
      const applied = await report(fleet, 'apply', playbook, ['--no-confirm']);
      expect(applied.row(HOST).error?.message).toMatch(/did not arrive whole/);
      expect(await fleet.snapshot(HOST)).toBe(before);
      expect(fleet.transactions(HOST)).toEqual([]);
    }
  });

  it.each([
    ['bash', '.bashrc', 'read -r first'],
    ['zsh', '.zshenv', 'head -c 1 >/dev/null'],
  ] as const)('%s with %s: "%s" eats nothing of ours', async (...rcFile) => {
    login(HOST, rcFile);
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([0, 'changed', ...others]);
  });
});
