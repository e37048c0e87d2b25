// What does a change cost: next to its own plan, and next to an Ansible playbook that makes the same interfaces?
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { contest } from './contest.mjs';
import { findProgram, HOST_NEEDS } from './needs.mjs';
import { ansiblePlay, PROGRAM, play } from './playbooks.mjs';
import { SshdHosts } from './sshd-hosts.mjs';
import { pidsIn, Stage } from './stage.mjs';
import { cpuOf, timedRun } from './timed-run.mjs';

const FORKS = 20;
const ROUNDS = 5;
const MACVTAPS = 4;
/** Ansible is that slow: fewer hosts and rounds, and what is compared is the CPU of a host. */
const ANSIBLE_HOSTS = 20;
const ANSIBLE_ROUNDS = 3;

export const needs = HOST_NEEDS;

export function run(findings, { hosts: count }) {
  return Stage.with(async (stage) => {
    const hosts = await SshdHosts.start(stage, count);
    findings.part(
      'apply',
      `apply: ${MACVTAPS} new macvtaps on each of ${count} hosts (lowers: ${hosts.lowerKind}), ${FORKS} at a time; checked, applied, verified, disarmed`,
    );
    const commands = tapfleetOn(stage, hosts, count);
    const cpuMs = await besideItsPlan(findings, stage, hosts, commands);
    await besideAnsible(findings, stage, hosts, Math.min(count, ANSIBLE_HOSTS), cpuMs);
    if (findProgram('pyinfra') === undefined) findings.remark('pyinfra: left out: no program "pyinfra"');
    else await besidePyinfra(findings, stage, hosts, Math.min(count, ANSIBLE_HOSTS));
  });
}

function tapfleetOn(stage, hosts, count) {
  const rest = [
    stage.write('playbook.json', play(MACVTAPS)),
    '-i',
    hosts.inventory(count),
    '-f',
    String(FORKS),
  ];
  return {
    plan: [process.execPath, PROGRAM, 'plan', ...rest],
    apply: [process.execPath, PROGRAM, 'apply', ...rest, '--yes'],
  };
}

/** Gives the CPU milliseconds of an apply for one host of the whole fleet. */
async function besideItsPlan(findings, stage, hosts, { plan, apply }) {
  const count = hosts.names.length;
  const netns = hosts.controller;
  const result = await contest(
    {
      plan: () => timedRun(stage, plan, { netns }),
      apply: () => changed(stage, hosts, count, apply),
    },
    { rounds: ROUNDS },
  );
  findings
    .remark(`medians of ${ROUNDS} rounds in turn:`)
    .number('tapfleet plan, wall', result.of('plan', 'wallMs'), 'ms')
    .number('tapfleet apply, wall', result.of('apply', 'wallMs'), 'ms')
    .number('tapfleet plan, CPU a host', result.of('plan', 'cpuMs') / count, 'ms', { digits: 1 })
    .number('tapfleet apply, CPU a host', result.of('apply', 'cpuMs') / count, 'ms', { digits: 1 })
    .ratio('wall: apply ÷ its plan', result.ratio(['apply', 'wallMs'], ['plan']), { target: 1.5 });
  return result.of('apply', 'cpuMs') / count;
}

async function besideAnsible(findings, stage, hosts, count, fleetCpuMs) {
  if (findProgram('ansible-playbook') === undefined) {
    findings.remark('Ansible: left out: no program "ansible-playbook"');
    return;
  }
  const folder = join(stage.folder, 'ansible');
  mkdirSync(folder, { recursive: true });
  const config = stage.write(
    'ansible.cfg',
    [
      '[defaults]',
      `forks = ${FORKS}`,
      `local_tmp = ${folder}`,
      'interpreter_python = /usr/bin/python3',
      '[ssh_connection]',
      'pipelining = True',
      `ssh_args = -F ${hosts.sshConfig} -C -o ControlMaster=auto -o ControlPersist=60s`,
      `control_path_dir = ${join(folder, 'cp')}`,
      '',
    ].join('\n'),
  );
  const argv = [
    'ansible-playbook',
    '-i',
    hosts.inventory(count, { ansible_ssh_common_args: '' }),
    stage.write('site.json', ansiblePlay(MACVTAPS)),
  ];
  const env = { ANSIBLE_CONFIG: config };
  const result = await contest(
    {
      tapfleet: () => changed(stage, hosts, count, tapfleetOn(stage, hosts, count).apply),
      ansible: () => changed(stage, hosts, count, argv, { env }),
    },
    { rounds: ANSIBLE_ROUNDS, warmUp: 0 },
  );
  versus(findings, result, 'Ansible (facts and 4 shell tasks, pipelining)', 'ansible', count);
  const whole = `CPU a host: ansible (${count} hosts) ÷ tapfleet (${hosts.names.length} hosts)`;
  const ratio = result.of('ansible', 'cpuMs') / count / fleetCpuMs;
  findings.ratio(whole, ratio, { digits: 1, target: 20, least: true });
}

async function besidePyinfra(findings, stage, hosts, count) {
  const names = hosts.addresses.slice(0, count).map((address) => `('${address}', DATA)`);
  const inventory = stage.write(
    'inventory.py',
    `DATA = {'ssh_user': 'root', 'ssh_key': '${hosts.identity}', 'ssh_known_hosts_file': '${hosts.knownHosts}'}\nhosts = [${names.join(', ')}]\n`,
  );
  const lines = ansiblePlay(MACVTAPS)[0].tasks.map(
    (task) => `server.shell(name='${task.name}', commands=['''${task['ansible.builtin.shell']}'''])`,
  );
  const deploy = stage.write('deploy.py', `from pyinfra.operations import server\n${lines.join('\n')}\n`);
  const argv = ['pyinfra', '-y', '--parallel', String(FORKS), inventory, deploy];
  const result = await contest(
    {
      tapfleet: () => changed(stage, hosts, count, tapfleetOn(stage, hosts, count).apply),
      pyinfra: () => changed(stage, hosts, count, argv),
    },
    { rounds: ANSIBLE_ROUNDS, warmUp: 0 },
  );
  versus(findings, result, 'pyinfra (4 shell operations)', 'pyinfra', count);
}

function versus(findings, result, title, other, count) {
  findings
    .remark(`${title}, ${count} hosts, medians of ${ANSIBLE_ROUNDS} rounds in turn:`)
    .number('tapfleet apply, wall', result.of('tapfleet', 'wallMs'), 'ms')
    .number(`${other}, wall`, result.of(other, 'wallMs'), 'ms')
    .number('tapfleet apply, CPU a host', result.of('tapfleet', 'cpuMs') / count, 'ms', { digits: 1 })
    .number(`${other}, CPU a host`, result.of(other, 'cpuMs') / count, 'ms', { digits: 1 })
    .ratio(`wall: ${other} ÷ tapfleet`, result.ratio([other, 'wallMs'], ['tapfleet']), { digits: 1 })
    .ratio(`CPU: ${other} ÷ tapfleet`, result.ratio([other, 'cpuMs'], ['tapfleet']), { digits: 1 });
}

/** A run that makes the macvtaps on the first `count` hosts, from none; and the certainty that it made them. */
async function changed(stage, hosts, count, argv, options = {}) {
  hosts.clearAll();
  const before = pidsIn([hosts.controller]);
  const result = await timedRun(stage, argv, { netns: hosts.controller, ...options });
  const missed = hosts.names.slice(0, count).filter((_, n) => hosts.macvtapsOf(n) !== MACVTAPS);
  if (missed.length > 0) throw new Error(`${argv[0]} did not make the macvtaps of ${missed.join(', ')}`);
  // Connections that it left open for the next run: nobody waited for their CPU time.
  const left = pidsIn([hosts.controller]).filter((pid) => !before.includes(pid));
  const cpuMs = result.cpuMs + cpuOf(left);
  for (const pid of left) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // Ended by itself.
    }
  }
  return { ...result, cpuMs };
}
