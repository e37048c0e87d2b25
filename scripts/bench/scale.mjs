// Does a large fleet cost more a host than a small one, in CPU or memory, and is no host lost? Thousands of simulated
// hosts, each with an address, a key in known_hosts and interfaces of its own, behind one SSH server.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contest, median } from './contest.mjs';
import { fromSource } from './from-source.mjs';
import { PROGRAM, play } from './playbooks.mjs';
import { ipBatch, Stage } from './stage.mjs';
import { timedRun } from './timed-run.mjs';

const FORKS = 20;
const INTERFACES = 8;
const PORT = 2022;
const SMALL = 100;
const SMALL_ROUNDS = 3;
const SERVER = new URL('./scale-server.mjs', import.meta.url).pathname;

export const needs = ['root', 'ip', 'bash', 'ssh-keygen'];

export function run(findings, { hosts }) {
  return Stage.with(async (stage) => {
    const count = 100 * hosts;
    const fleet = await simulated(stage, count);
    findings.part(
      'scale',
      `scale: plan of ${count.toLocaleString('en-US')} simulated hosts × ${INTERFACES} interfaces (one SSH server), ${FORKS} at a time; once, between ${2 * SMALL_ROUNDS} runs over ${SMALL}`,
    );
    await compare(
      findings,
      stage,
      fleet,
      'nothing there yet',
      `${count * INTERFACES} to create on ${count} hosts`,
    );
    await timedRun(stage, fleet.command('apply', fleet.model, '--yes'), { netns: fleet.netns });
    await compare(findings, stage, fleet, 'in sync', `all ${count} hosts are in sync`);
  });
}

async function compare(findings, stage, { netns, command, all, few, count }, state, said) {
  const small = () =>
    contest({ few: () => timedRun(stage, command('plan', few), { netns }) }, { rounds: SMALL_ROUNDS });
  const before = await small();
  const large = await timedRun(stage, command('plan', all), { netns, memory: true });
  const after = await small();
  if (!large.stdout.includes(said)) throw new Error(`not "${said}", but: ${large.stdout.slice(-300)}`);
  const smallCpu = median([before.of('few', 'cpuMs'), after.of('few', 'cpuMs')]) / SMALL;
  findings
    .remark(`${state}:`)
    .number('wall', large.wallMs / 1000, 's', { digits: 1 })
    .number(`CPU a host, ${SMALL} hosts`, smallCpu, 'ms', { digits: 2 })
    .number(`CPU a host, ${count} hosts`, large.cpuMs / count, 'ms', { digits: 2 })
    .ratio('CPU a host: many ÷ few', large.cpuMs / count / smallCpu, { target: 1.1 })
    .ratio('peak memory', large.peakMb, { unit: 'MB', target: 300, digits: 0 })
    .remark(`hosts lost: none ("${said}")`);
}

async function simulated(stage, count) {
  const [netns] = stage.namespaces(['scale']);
  ipBatch(['-n', netns], ['link set dev lo up']);
  for (const name of ['host_key', 'identity']) {
    const file = join(stage.folder, name);
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
  }
  const keys = ['host_key', 'identity.pub'].map((name) => join(stage.folder, name));
  const module = await fromSource(stage, 'simulated', ['lab/simulated-host.ts', 'lab/join-channel.ts']);
  const argv = [process.execPath, SERVER, module, ...keys, String(PORT), String(INTERFACES)];
  const child = stage.own(
    spawn('ip', ['netns', 'exec', netns, ...argv], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  await once(child.stdout, 'data');

  const [type, blob] = readFileSync(join(stage.folder, 'host_key.pub'), 'utf8').split(' ');
  const address = (n) => `127.1.${Math.floor(n / 250)}.${1 + (n % 250)}`;
  const known = Array.from({ length: count + 1 }, (_, n) => `[${address(n)}]:${PORT} ${type} ${blob}\n`);
  const vars = {
    ansible_port: PORT,
    ansible_ssh_private_key_file: join(stage.folder, 'identity'),
    ansible_ssh_common_args: `-o UserKnownHostsFile=${stage.write('known_hosts', known.join(''))}`,
  };
  const inventory = (names) => {
    const hosts = Object.fromEntries(
      names.map((name, n) => [name, { ansible_host: address(n), ansible_user: name }]),
    );
    return stage.write('inventory.json', { all: { vars, children: { hypervisors: { hosts } } } });
  };
  const names = Array.from({ length: count }, (_, n) => `hv${String(n + 1).padStart(5, '0')}`);
  const playbook = stage.write('playbook.json', play(INTERFACES));
  return {
    netns,
    count,
    model: inventory(['model']),
    few: inventory(names.slice(0, SMALL)),
    all: inventory(names),
    command: (name, where, ...options) => [
      process.execPath,
      PROGRAM,
      name,
      playbook,
      '-i',
      where,
      '-f',
      String(FORKS),
      ...options,
    ],
  };
}
