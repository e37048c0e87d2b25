/**
 * What can a host do to the one who asks it? Answer with garbage, half an answer, too much, or words with terminal
 * controls in them: its row says so, the others are right, and nothing raw comes out.
 */
import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { killQuietly } from '../support/sshd-daemon.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { report, settle } from '../support/sshd-report.ts';

const HOST = 'hv02';
/** Controls of ASCII and Latin-1 but the newline, and what turns the direction of text. */
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const NASTY = '\u001b[2J\u001b]0;pwned\u0007\u009b31m\r\u202egnp';

describeWith(FLEET_NEEDS, 'a hostile host', () => {
  let fleet: SshdFleet;
  let playbook: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
    playbook = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const expectClean = async (...args: string[]) => {
    const text = await fleet.tapfleet([...args, '-i', fleet.inventory()]);
    expect(text.stdout + text.stderr).not.toMatch(RAW);
    return text;
  };

  const ANSWERS = [
    { what: 'random bytes', ip: 'exec head -c 100000 /dev/urandom' },
    { what: 'nothing', ip: 'exit 0' },
    { what: 'JSON of another shape', ip: `echo '{"ifname": [1, null], "x": "\\u001b[2J"}'` },
    { what: 'a list of no links', ip: `echo '[null, 3, {"ifname": 7}, {}, []]'` },
    { what: 'JSON that is deep', ip: `head -c 500000 /dev/zero | tr '\\0' '['` },
    {
      what: 'a string that never ends',
      ip: `printf '["'; head -c 500000 /dev/zero | sed 's/\\x00/\\\\"/g'`,
    },
    {
      what: 'links whose numbers are deep',
      ip: `printf '[{"ifindex":1,"ifname":"a","mtu":%s1%s}]' "$(head -c 100000 /dev/zero | tr '\\0' '[')" "$(head -c 100000 /dev/zero | tr '\\0' ']')"`,
    },
    { what: 'more than anyone would', ip: 'exec yes "$(head -c 60000 /dev/zero | tr "\\0" x)"' },
    { what: 'terminal controls as its version', ip: `printf '\\033]0;pwned\\007\\033[2J' >&2; exit 1` },
  ];

  it.each(ANSWERS)('answers with $what', async ({ ip }) => {
    fleet.host(HOST).sshd.wrap('ip', ip);
    const plan = await report(fleet, 'plan', playbook);
    expect([plan.code, ...plan.statuses]).toEqual([3, 'changes', 'failed', 'changes']);
    expect(['bad-answer', 'missing-tool']).toContain(plan.row(HOST).error?.kind);
    expect(plan.stdout + plan.stderr).not.toMatch(RAW);
    expect((await expectClean('plan', playbook)).code).toBe(3);
  });

  it('answers with half of it', async () => {
    const { sshd } = fleet.host(HOST);
    // The last loses the end alone.
    for (const bytes of [0, 40, 2000, -10]) {
      sshd.wrap('half', `/bin/bash "$@" | head -c ${bytes}`);
      fleet.login(HOST, { shell: `${sshd.bin}/half` });
      const plan = await report(fleet, 'plan', playbook);
      expect([plan.code, ...plan.statuses]).toEqual([3, 'changes', 'failed', 'changes']);
      expect(plan.row(HOST).error?.kind).toBe('bad-answer');
    }
  });

  it.each([
    ['and waits for a word', 'head -c 500; cat >/dev/null'],
    ['and hears no more', 'head -c 500'],
  ])('answers a change with half of it %s: the host takes back what nobody knows of', async (_how, half) => {
    const before = await fleet.snapshot(HOST);
    const { sshd } = fleet.host(HOST);
    sshd.wrap(
      'half',
      `case $2 in *tapfleet-*apply*) /bin/bash "$@" | { sed -u '/:end$/q'; ${half}; };; *) exec /bin/bash "$@";; esac`,
    );
    fleet.login(HOST, { shell: `${sshd.bin}/half` });
    const applied = await report(fleet, 'apply', playbook, ['--confirm-timeout', '2']);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'failed', 'changed']);
    expect(applied.change(HOST, 'a0').result).toBe('unknown');
    expect(applied.row(HOST).error?.message).toMatch(/takes back by itself within 2 s/);
    await fleet.idle(HOST);
    expect(await fleet.snapshot(HOST)).toBe(before);
  });

  it('is a login that ends at once', async () => {
    fleet.login(HOST, { shell: '/bin/false' });
    const plan = await report(fleet, 'plan', playbook);
    expect([plan.code, plan.row(HOST).status]).toEqual([3, 'failed']);
  });

  it('has terminal controls, newlines and quotes in an alias that is adopted', async () => {
    await fleet.ip(HOST, 'link', 'add', 'link', 'eno1', 'name', 'a0', 'type', 'macvtap', 'mode', 'vepa');
    await fleet.ip(HOST, 'link', 'set', 'dev', 'a0', 'alias', `it's ${NASTY} "x" \\ #1\nb0: forged`);
    const plan = await report(fleet, 'plan', playbook);
    expect(plan.change(HOST, 'a0')).toMatchObject({ action: 'update', adopts: true });
    expect(plan.stdout).not.toMatch(RAW);
    for (const args of [['plan', playbook], ['plan', playbook, '--diff'], ['facts']])
      await expectClean(...args);
    await settle(fleet, playbook);
    const [after] = JSON.parse(await fleet.ip(HOST, '-j', 'link', 'show', 'dev', 'a0'));
    expect(after.ifalias).toMatch(/^tapfleet:1 owner=default .* -- it%27s /);
    expect(after.ifalias).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  });

  it('has an alias of a foreign interface that would make the whole answer invalid', async () => {
    await fleet.ip(HOST, 'link', 'set', 'dev', 'eno3', 'alias', `a'b\u0001\u001b[31m`);
    await settle(fleet, playbook);
    await fleet.ip(HOST, 'link', 'set', 'dev', 'eno3', 'alias', '');
  });

  it('has a process with terminal controls in its name hold a tap', async () => {
    await settle(fleet, playbook);
    const node = await fleet.makeNode(HOST, 'a0');
    const script = `exec 3<>"$0"; printf '\\033[2J\\033]0;x\\007' >/proc/$$/comm; echo ready; read -r end`;
    const holder = spawn('sh', ['-c', script, node], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      const replaced = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno2', mode: 'bridge' }] });
      const plan = await report(fleet, 'plan', replaced);
      expect(plan.change(HOST, 'a0').holders).toMatchObject([{ pid: holder.pid }]);
      expect(plan.stdout).not.toMatch(RAW);
      const { stdout } = await expectClean('plan', replaced);
      expect(stdout).toContain(String(holder.pid));
      await expectClean('apply', replaced, '--yes');
    } finally {
      const ended = new Promise((resolve) => holder.once('exit', resolve));
      killQuietly(holder.pid ?? 0);
      await ended;
    }
  });

  it('says in an error of the kernel what it likes', async () => {
    const says = `printf '\\033[2J\\007Error: \\302\\233 pwned\\nCommand failed -:1\\n' >&2; exit 1`;
    fleet.host(HOST).sshd.wrapChanges({ before: says });
    const applied = await report(fleet, 'apply', playbook);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'rolled-back', 'changed']);
    expect(applied.row(HOST).error?.kind).toBe('kernel');
    expect(fleet.transactions(HOST)).toEqual([]);
    expect(applied.stdout).not.toMatch(RAW);
    await expectClean('apply', playbook, '--yes');
  });
});
