/** The two programs sent to a host, really run: by every shell of this machine, in a network namespace of their own. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyCommand, applyInput, readApplyCommand } from '../../../src/host/apply-script.ts';
import { undoCommand } from '../../../src/host/confirm-script.ts';
import { newNonce, readSections } from '../../../src/host/frame.ts';
import { gatherCommand } from '../../../src/host/gather-script.ts';
import { readApply, readVerdict } from '../../../src/host/read-apply.ts';
import { type Answer, readGather } from '../../../src/host/read-gather.ts';
import { GROUNDS } from '../../../src/host/still-as-planned.ts';
import { transactionProgram } from '../../../src/host/transaction-program.ts';
import type { ObservedLink, ObservedState } from '../../../src/model/observed.ts';
import type { Step } from '../../../src/model/step.ts';
import { cksum } from '../../../src/planning/cksum.ts';
import { inverseOf } from '../../../src/planning/inverse.ts';
import { lowerGround } from '../../../src/planning/transaction.ts';
import { describeWith, findProgram } from '../../support/needs.ts';
import { randomIndexBase, TestNamespace } from '../../support/netns.ts';
import { POSIX_SHELLS, runs } from '../../support/shells.ts';

/** What a login shell may be beside those. */
const LOGIN_SHELLS = ['bash', 'zsh', 'fish', 'csh', 'tcsh'];

// By its path, for a test may have another one in PATH.
const IP = findProgram('ip') ?? 'ip';

interface Shells {
  readonly login: string;
  readonly sh: string;
}

const SHELLS: readonly Shells[] = [
  ...POSIX_SHELLS.map((shell) => ({ login: shell, sh: shell })),
  ...LOGIN_SHELLS.filter(runs).map((shell) => ({ login: shell, sh: '/bin/sh' })),
];

/** Runs a command line as sshd does: the login shell with -c. */
function run(
  netns: TestNamespace,
  { login, sh }: Shells,
  line: string,
  input = '',
  path = process.env.PATH,
): Answer {
  const words = [...login.split(' '), '-c', line.replace('/bin/sh', sh)];
  const done = spawnSync(IP, ['netns', 'exec', netns.name, ...words], {
    input,
    encoding: 'utf8',
    // bash reads .bashrc where it thinks sshd started it.
    env: { PATH: path, HOME: '/nonexistent', SSH_CONNECTION: '10.9.9.1 4000 10.9.9.2 22' },
  });
  return { stdout: done.stdout, stderr: done.stderr, code: done.status ?? undefined };
}

function gathered(netns: TestNamespace, shells: Shells): ObservedState {
  const nonce = newNonce();
  const reading = readGather(run(netns, shells, gatherCommand(nonce)), nonce);
  if ('problem' in reading) throw new Error(reading.problem.message);
  return reading.observed;
}

function onSys(link: ObservedLink | undefined) {
  if (!link?.mac) throw new Error('no such link, or one without a MAC');
  return lowerGround(link, link.mac);
}

describeWith(['root', 'macvtap', 'ip', 'mknod'], 'in a namespace', () => {
  const base = randomIndexBase();
  const netns = new TestNamespace(`tft-${newNonce().slice(0, 12)}`);

  beforeAll(async () => {
    await netns.make(base);
    for (const line of [
      `link add link eno1 name web0 index ${base + 9} address 52:54:00:10:00:01 type macvtap mode bridge`,
      `link add link eno2 name free0 index ${base + 10} type macvtap mode vepa`,
      'link set dev web0 alias "tapfleet:1 owner=default -- it%27s"',
      'address add 10.9.9.2/24 dev eno2',
    ]) {
      expect(await netns.ip(line)).toMatchObject({ rc: 0 });
    }
  });
  afterAll(() => netns.remove());

  test.each(SHELLS)('gather by $login, $sh', (shells) => {
    const state = gathered(netns, shells);
    expect(state.kernel).toMatch(/^\d+\.\d+/);
    expect(state.iproute2).toMatch(/^iproute2/);
    expect(state.managementDevice).toBe('eno2');
    expect([...state.macvtaps.keys()]).toEqual(['web0', 'free0']);
    expect(state.macvtaps.get('web0')?.fields).toMatchObject({
      lower: 'eno1',
      mode: 'bridge',
      alias: "it's",
    });
    expect(state.macvtaps.get('free0')?.holders).toEqual([]);
  });

  test.each(SHELLS)(
    'apply by $login, $sh: takes back what was done when a line fails, reads the host again',
    async (shells) => {
      const nonce = newNonce();
      const before = gathered(netns, shells);
      const steps = [
        {
          interfaces: ['new0'],
          operation: { op: 'add', name: 'new0', fields: { lower: 'eno1', mode: 'vepa' } },
        },
        { interfaces: ['nobody'], operation: { op: 'state', name: 'nobody', state: 'up' } },
        { interfaces: ['free0'], operation: { op: 'delete', name: 'free0' } },
      ] as const satisfies readonly Step[];
      const line = `${before.prints.get('eno1')}\n`;
      const program = transactionProgram({
        steps,
        inverse: inverseOf(steps, before),
        fingerprint: { names: ['eno1'], sum: cksum(line) },
        replaced: [],
        confirmTimeoutS: 5,
        lockTimeoutS: 0,
        controller: 'test',
      });
      const reading = readApply(run(netns, shells, applyCommand(nonce), applyInput(program, nonce)), nonce);
      if (reading.kind !== 'failed')
        throw new Error(
          JSON.stringify([line, reading.kind === 'stale' ? [...reading.prints.values()] : reading]),
        );
      expect(reading.failure).toEqual({ line: 2, text: 'Cannot find device "nobody"' });
      expect(reading.undone).toBeDefined();
      expect([...reading.observed.macvtaps.keys()].sort()).toEqual(['free0', 'web0']);
    },
  );

  test.each(SHELLS)('reading and changing in one session by $login, $sh', async (shells) => {
    const before = gathered(netns, shells);
    const steps = [
      {
        interfaces: ['new0'],
        operation: { op: 'add', name: 'new0', fields: { lower: 'eno1', mode: 'vepa' } },
      },
    ] as const satisfies readonly Step[];
    const [outer, nonce] = [newNonce(), newNonce()];
    const program = transactionProgram(
      {
        steps,
        inverse: inverseOf(steps, before),
        fingerprint: { kept: true, grounds: { free: ['new0'], lowers: [onSys(before.links.get('eno1'))] } },
        replaced: [],
        confirmTimeoutS: 5,
        lockTimeoutS: 0,
        controller: 'test',
      },
      { nonce },
    );
    const line = readApplyCommand(outer, { prints: false, versions: false, holders: false });
    const said = run(netns, shells, line, applyInput(program, outer));
    const reading = readGather(said, outer);
    if ('problem' in reading) throw new Error(reading.problem.message);
    expect(reading.observed.links).toEqual(before.links);
    expect(reading.observed.managementDevice).toBe('eno2');
    expect(readApply(said, nonce, outer)).toMatchObject({ kind: 'done' });
    const now = gathered(netns, shells);
    expect([...now.macvtaps.keys()]).toContain('new0');
    const undone = run(netns, shells, undoCommand(nonce));
    expect(readVerdict(undone, nonce)).toBe('undone');
    expect(gathered(netns, shells).links).toEqual(before.links);
  });

  test.each(POSIX_SHELLS)('tells what a new interface rests on by /sys: %s', (sh) => {
    const link = onSys(gathered(netns, { login: sh, sh }).links.get('eno1'));
    const { name, ifindex, mtu, mac, up, isPort } = link;
    const right = [name, ifindex, mtu, mac, Number(up), Number(isPort)];
    const wrong = ['nope', ifindex + 1, mtu - 1, '52:54:00:00:00:01', Number(!up), Number(!isPort)];
    const lines = [
      ...right.map((_, n) => `same ${right.with(n, wrong[n] ?? '').join(' ')} && echo "same, but ${n}"`),
      `same ${right.join(' ')} && echo same`,
      'free new0 new1 && echo free',
      'free new0 web0 && echo "free, but web0"',
    ];
    const words = [...sh.split(' '), '-c', `${GROUNDS}\n${lines.join('\n')}`];
    const done = spawnSync(IP, ['netns', 'exec', netns.name, ...words], { encoding: 'utf8' });
    expect([done.stdout, done.stderr]).toEqual(['same\nfree\n', '']);
  });

  test.each(SHELLS)('what is long is kept and said whole by $login, $sh', (shells) => {
    const folder = mkdtempSync(join(tmpdir(), 'tft-'));
    try {
      // More than one word of a program may have (128 KiB).
      const links = JSON.stringify(
        Array.from({ length: 4000 }, (_, n) => ({ ifname: `a\\n"$n${n}`, ifindex: n })),
      );
      writeFileSync(join(folder, 'links'), `${links}\n`);
      writeFileSync(join(folder, 'ip'), `#!/bin/sh\nexec cat ${join(folder, 'links')}\n`, { mode: 0o755 });
      const nonce = newNonce();
      const line = readApplyCommand(nonce, { prints: false, versions: false, holders: false });
      const answer = run(netns, shells, line, applyInput('', nonce), `${folder}:${process.env.PATH}`);
      expect(readSections(answer.stdout, nonce)?.get('links')).toBe(`${links}\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(SHELLS)('a holder is found by $login, $sh, and its name cannot forge a line', (shells) => {
    const folder = mkdtempSync(join(tmpdir(), 'tft-'));
    const node = join(folder, 'tap');
    const dev = spawnSync(
      'ip',
      ['netns', 'exec', netns.name, 'sh', '-c', 'cat /sys/class/net/web0/macvtap/tap*/dev'],
      {
        encoding: 'utf8',
      },
    ).stdout.trim();
    const [major = '', minor = ''] = dev.split(':');
    spawnSync('mknod', [node, 'c', major, minor]);
    const tap = openSync(node, 'r+');
    // comm has 15 bytes; as a line of its own it would move web0 to a device that nobody holds.
    writeFileSync(`/proc/${process.pid}/comm`, '\\nD f:f web0\\n ');
    try {
      const state = gathered(netns, shells);
      expect(state.macvtaps.get('web0')?.holders).toEqual([
        { pid: process.pid, command: '\\nD f:f web0\\n' },
      ]);
      expect(state.macvtaps.get('free0')?.holders).toEqual([]);
    } finally {
      closeSync(tap);
      rmSync(folder, { recursive: true });
    }
  });

  test('a plain veth shows its kind and its IPv6', () => {
    const { links } = gathered(netns, { login: 'sh', sh: '/bin/sh' });
    expect(links.get('eno1')).toMatchObject({ kind: 'veth', linkType: 'ether', addrgenmode: 'eui64' });
  });
});
