import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyCommand, applyInput } from '../../src/host/apply-script.ts';
import { confirmCommand } from '../../src/host/confirm-script.ts';
import { newNonce } from '../../src/host/frame.ts';
import { gatherCommand } from '../../src/host/gather-script.ts';
import { readApply, readVerdict } from '../../src/host/read-apply.ts';
import { readGather } from '../../src/host/read-gather.ts';
import { transactionProgram } from '../../src/host/transaction-program.ts';
import { labDown } from '../../src/lab/down.ts';
import { isRunning } from '../../src/lab/processes.ts';
import { readState } from '../../src/lab/state.ts';
import { type Lab, labStatus } from '../../src/lab/status.ts';
import { typeAtHost } from '../../src/lab/type-at-host.ts';
import { labUp } from '../../src/lab/up.ts';
import type { MacvtapFields } from '../../src/model/macvtap.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { transactionOf } from '../../src/planning/transaction.ts';
import { manifestOf, wanted } from '../support/builders.ts';
import { findProgram } from '../support/needs.ts';
import { bundleLab, callAsNobody, NOBODY_OWNER } from './lab-bundle.ts';
import { eventually, namespacesOf, needs, openssh, tapNode } from './lab-support.ts';

const isRoot = process.getuid?.() === 0;
const KINDS = ['namespaces', 'user-namespaces', 'simulated'] as const;

let base = '';
let directory = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tapfleet-lab-test-'));
  directory = join(base, 'lab');
});
afterEach(async () => {
  await labDown({ directory });
  rmSync(base, { recursive: true, force: true });
});

async function observe(lab: Lab, host: string) {
  const nonce = newNonce();
  const answer = await typeAtHost(lab, host, [gatherCommand(nonce)]);
  const reading = readGather(answer, nonce);
  if ('problem' in reading) throw new Error(reading.problem.message);
  return reading.observed;
}

/** One interface, as a transaction that is confirmed; the last word of the host. */
async function apply(lab: Lab, host: string, name: string, fields: Partial<MacvtapFields>) {
  const manifest = manifestOf(host, [wanted(name, fields)]);
  const guard = { allowDisruption: false, allowLockout: false };
  const plan = planHost(manifest, await observe(lab, host), guard);
  const options = { confirmTimeoutS: 30, lockTimeoutS: 0, controller: 'test@lab' };
  const transaction = transactionOf(plan, options);
  if (!transaction) throw new Error('the host printed no links to sum up');
  const nonce = newNonce();
  const program = applyInput(transactionProgram(transaction), nonce);
  const { code, ...said } = await openssh(lab, host, applyCommand(nonce), program);
  const reading = readApply({ code: code ?? undefined, ...said }, nonce);
  if (reading.kind !== 'done') return reading.kind;
  return readVerdict(await typeAtHost(lab, host, [confirmCommand(nonce)]), nonce);
}

describe.each(KINDS)('a lab of kind %s', (kind) => {
  it('serves hosts that gather and apply work on, and leaves nothing behind', async (context) => {
    needs(context, kind !== 'namespaces' || isRoot, 'network namespaces by name need root');
    needs(context, findProgram('ssh') !== undefined, 'no OpenSSH client');
    const lab = await labUp({ directory, portBase: 0, kind });
    expect(lab).toMatchObject({ state: 'up', kind });
    expect(lab.hosts.map(({ name, state }) => [name, state])).toEqual([
      ['lab01', 'up'],
      ['lab02', 'up'],
      ['lab03', 'up'],
    ]);
    expect(statSync(lab.privateKey).mode & 0o777).toBe(0o600);
    const state = readState(directory);

    const indexes = new Set<number>();
    for (const { name } of lab.hosts) {
      expect(await apply(lab, name, 'web0', { mode: 'bridge' })).toBe('confirmed');
      const observed = await observe(lab, name);
      expect(observed).toMatchObject({ root: true, managementDevice: 'lo' });
      expect(observed.macvtaps.get('web0')).toMatchObject({
        fields: { mode: 'bridge', state: 'up' },
        holders: [],
      });
      indexes.add(observed.macvtaps.get('web0')?.ifindex ?? 0);
    }
    if (kind !== 'simulated') {
      expect(indexes.size).toBe(3);
    }
    const nodes = [...indexes].map((index) => [index, tapNode(index)] as const);

    expect(await labDown({ directory })).toEqual({ removed: true });
    expect(existsSync(directory)).toBe(false);
    expect([state?.server, ...(state?.hosts ?? []).map(({ holder }) => holder)].some(isRunning)).toBe(false);
    expect(await namespacesOf(directory)).toEqual([]);
    await eventually('the tap nodes are gone', () => nodes.every(([index, node]) => isGone(index, node)));
  });

  it('leaves nothing behind after its server was killed', async (context) => {
    needs(context, kind !== 'namespaces' || isRoot, 'network namespaces by name need root');
    const lab = await labUp({ directory, portBase: 0, kind, hosts: 2 });
    await typeAtHost(lab, 'lab02', ['ip link add link eno1 name web0 type macvtap mode bridge']);
    const index = (await observe(lab, 'lab02')).macvtaps.get('web0')?.ifindex ?? 0;
    const node = tapNode(index);
    const state = readState(directory);
    process.kill(state?.server?.pid ?? 0, 'SIGKILL');
    await eventually('the server is gone', () => !isRunning(state?.server));
    expect(await labStatus({ directory })).toMatchObject({ state: 'broken' });
    const spaces = (await namespacesOf(directory)).map((line) => line.split(' ')[0]);
    // As a transaction leaves it that ends with its host.
    const folders = spaces.map((name) => `/run/tapfleet-${statSync(`/run/netns/${name}`).ino}`);
    for (const folder of folders) mkdirSync(folder);
    await labDown({ directory });
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
    expect(await labStatus({ directory })).toBeUndefined();
    expect(existsSync(directory)).toBe(false);
    expect((state?.hosts ?? []).some(({ holder }) => isRunning(holder))).toBe(false);
    expect(await namespacesOf(directory)).toEqual([]);
    await eventually('the tap node is gone', () => isGone(index, node));
  });
});

describe('SSH to a lab host', () => {
  it('passes on input, both outputs, exit codes, signals and the connection', async (context) => {
    needs(context, findProgram('ssh') !== undefined, 'no OpenSSH client');
    const kind = isRoot ? 'namespaces' : 'user-namespaces';
    const lab = await labUp({ directory, portBase: 0, hosts: 1, kind });
    const on = (command: string, input?: string) => openssh(lab, 'lab01', command, input);
    expect(await on('cat; echo over >&2; exit 7', 'to the end')).toMatchObject({
      code: 7,
      stdout: 'to the end',
      stderr: expect.stringContaining('over'),
    });
    // 255 is what ssh makes of a remote signal.
    expect((await on('kill -TERM $$')).code).toBe(255);
    expect((await on('no-such-program')).code).toBe(127);
    expect((await on('echo "$SSH_CONNECTION"')).stdout).toMatch(
      new RegExp(`^127\\.0\\.0\\.1 \\d+ 127\\.0\\.0\\.1 ${lab.hosts[0]?.port}\\n$`),
    );
    const megabytes = 20;
    const large = await on(`head -c ${megabytes}000000 /dev/zero; head -c 3000000 /dev/zero >&2; exit 3`);
    expect([large.code, large.stdout.length, large.stderr.length]).toEqual([3, megabytes * 1e6, 3e6]);
    const upload = await on('wc -c', 'x'.repeat(5_000_000));
    expect(upload.stdout.trim()).toBe('5000000');
    expect(await typeAtHost(lab, 'lab01', ['exit 5'])).toMatchObject({ code: 5 });
  });

  it('lets nobody in without the key, and under no other name than root', async (context) => {
    needs(context, findProgram('ssh') !== undefined, 'no OpenSSH client');
    const lab = await labUp({ directory, portBase: 0, hosts: 1, kind: 'simulated' });
    const other = join(base, 'other-key');
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    expect(await openssh({ ...lab, privateKey: other }, 'lab01', 'ip link')).toMatchObject({
      code: 255,
      stderr: expect.stringContaining('Permission denied'),
    });
    expect(await openssh(lab, 'lab01', 'ip -j link show', '', 'admin')).toMatchObject({ code: 255 });
    expect((await openssh(lab, 'lab01', 'ip -j link show')).code).toBe(0);
  });

  it.each(['bash', 'dash', 'zsh', 'fish', 'tcsh'])(
    'runs the gather program through %s',
    async (shell, ...rest) => {
      const path = `/usr/bin/${shell}`;
      if (!existsSync(path)) return void rest;
      const kind = isRoot ? 'namespaces' : 'user-namespaces';
      const lab = await labUp({ directory, portBase: 0, hosts: 1, kind, shell: shell ?? '' });
      expect((await observe(lab, 'lab01')).links.has('eno1')).toBe(true);
    },
  );
});

describe('starting a lab', () => {
  it('names a port that is in use, and makes nothing', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    try {
      const start = labUp({ directory, portBase: port, hosts: 1, kind: 'simulated' });
      await expect(start).rejects.toThrow(`port ${port} for lab01 is in use`);
      expect(existsSync(directory)).toBe(false);
    } finally {
      taken.close();
    }
  });

  it('refuses a second lab in the same directory and runs one in another beside it', async () => {
    await labUp({ directory, portBase: 0, hosts: 1 });
    await expect(labUp({ directory, portBase: 0, hosts: 1 })).rejects.toThrow('is already up');
    const beside = join(base, 'beside');
    try {
      expect(await labUp({ directory: beside, portBase: 0, hosts: 1 })).toMatchObject({ state: 'up' });
      expect(await labStatus({ directory })).toMatchObject({ state: 'up' });
    } finally {
      await labDown({ directory: beside });
    }
  });

  it('keeps what is not its own in the directory', async () => {
    const lab = await labUp({ directory, portBase: 0, hosts: 1, kind: 'simulated' });
    const own = join(lab.directory, 'notes.txt');
    await promisify(execFile)('touch', [own]);
    await labDown({ directory });
    expect(readdirSync(directory)).toEqual(['notes.txt']);
  });

  it('is undone by the server where the process that started it vanishes', async (context) => {
    needs(context, isRoot, 'network namespaces by name need root');
    await bundleLab(base);
    const starter = spawn(process.execPath, [
      ...[join(base, 'call.js'), 'labUp', JSON.stringify({ directory, portBase: 0, hosts: 20 })],
    ]);
    const gone = once(starter, 'exit');
    await eventually('the server has begun', () => readStateOrNone()?.server !== undefined);
    const server = readState(directory)?.server;
    starter.kill('SIGKILL');
    await gone;
    await eventually('the server has ended', () => !isRunning(server));
    await labDown({ directory });
    expect(existsSync(directory)).toBe(false);
    expect(await namespacesOf(directory)).toEqual([]);
  });
});

describe('an ordinary user', () => {
  it('has a lab with real macvtap in namespaces of their own', async (context) => {
    needs(
      context,
      isRoot && findProgram('setpriv') !== undefined,
      'needs root and setpriv, to become another account',
    );
    const program = join(base, 'program');
    const home = join(base, 'home');
    chmodSync(base, 0o755);
    mkdirSync(program);
    mkdirSync(home);
    chownSync(home, ...NOBODY_OWNER);
    await bundleLab(program);
    const options = { directory: join(home, 'lab'), portBase: 0, hosts: 2 };
    try {
      const lab = (await callAsNobody(program, 'labUp', options)) as Lab;
      expect(lab).toMatchObject({ state: 'up', kind: 'user-namespaces' });
      expect(await apply(lab, 'lab02', 'fw0', { lower: 'eno2', mode: 'passthru' })).toBe('confirmed');
      const observed = await observe(lab, 'lab02');
      expect(observed.macvtaps.get('fw0')).toMatchObject({
        fields: { mode: 'passthru', lower: 'eno2' },
        holders: [],
      });
      const holders = readState(lab.directory)?.hosts.map(({ holder }) => holder) ?? [];
      expect(holders.map((holder) => ownerOf(holder?.pid))).toEqual([65534, 65534]);
      expect(await callAsNobody(program, 'labDown', options)).toEqual({ removed: true });
      expect(holders.some(isRunning)).toBe(false);
      expect(readdirSync(home)).toEqual([]);
    } finally {
      await labDown(options);
    }
  });
});

function isGone(index: number, node: number | undefined): boolean {
  return node === undefined || tapNode(index) !== node;
}

function ownerOf(pid: number | undefined): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function readStateOrNone() {
  return existsSync(directory) ? readState(directory) : undefined;
}
