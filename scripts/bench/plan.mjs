// How fast are many hosts planned, next to `ssh` that only lists the links of each, and to the barest loop over the
// package ssh2?
import { contest } from './contest.mjs';
import { HOST_NEEDS } from './needs.mjs';
import { PROGRAM, play } from './playbooks.mjs';
import { SshdHosts } from './sshd-hosts.mjs';
import { Stage } from './stage.mjs';
import { timedRun } from './timed-run.mjs';

const FORKS = 20;
const ROUNDS = 5;
const LIST = 'ip -j -d link';
const LOOP = new URL('./ssh2-loop.mjs', import.meta.url).pathname;

export const needs = [...HOST_NEEDS, 'xargs'];

export function run(findings, { hosts: count }) {
  return Stage.with(async (stage) => {
    const hosts = await SshdHosts.start(stage, count);
    findings.part(
      'plan',
      `plan: ${count} hosts (OpenSSH's sshd, lowers: ${hosts.lowerKind}), ${FORKS} at a time, medians of ${ROUNDS} rounds in turn`,
    );
    const inventory = hosts.inventory();
    const playbook = stage.write('playbook.json', play(4));
    const apply = [
      process.execPath,
      PROGRAM,
      'apply',
      playbook,
      '-i',
      inventory,
      '-f',
      String(FORKS),
      '--yes',
    ];
    await compare(findings, stage, hosts, { inventory, playbook }, 'nothing there yet');
    await timedRun(stage, apply, { netns: hosts.controller });
    await compare(findings, stage, hosts, { inventory, playbook }, 'in sync, 4 macvtaps each');
  });
}

async function compare(findings, stage, hosts, { inventory, playbook }, state) {
  const count = hosts.names.length;
  const netns = hosts.controller;
  const addresses = stage.write('addresses', `${hosts.addresses.join('\n')}\n`);
  const plan = [process.execPath, PROGRAM, 'plan', playbook, '-i', inventory, '-f', String(FORKS)];
  const ssh = ['xargs', '-a', addresses, `-P${FORKS}`, '-I{}', 'ssh', '-F', hosts.sshConfig, '{}', LIST];
  const loop = [process.execPath, LOOP, String(FORKS), hosts.identity, addresses, LIST];
  const result = await contest(
    {
      tapfleet: () => timedRun(stage, plan, { netns }),
      ssh: () => timedRun(stage, ssh, { netns }),
      loop: () => timedRun(stage, loop, { netns }),
    },
    { rounds: ROUNDS },
  );
  const perHost = (name) => result.of(name, 'cpuMs') / count;
  findings
    .remark(`${state}:`)
    .number('tapfleet plan, wall', result.of('tapfleet', 'wallMs'), 'ms')
    .number(`xargs -P${FORKS} ssh HOST '${LIST}', wall`, result.of('ssh', 'wallMs'), 'ms')
    .number('bare ssh2 loop, the same command, wall', result.of('loop', 'wallMs'), 'ms')
    .number('tapfleet plan, CPU a host (start-up to report)', perHost('tapfleet'), 'ms', { digits: 1 })
    .number('ssh, CPU a host', perHost('ssh'), 'ms', { digits: 1 })
    .number('bare ssh2 loop, CPU a host', perHost('loop'), 'ms', { digits: 1 })
    .ratio('wall: tapfleet ÷ ssh', result.ratio(['tapfleet', 'wallMs'], ['ssh']), { target: 0.95 })
    .ratio('CPU: tapfleet ÷ ssh', result.ratio(['tapfleet', 'cpuMs'], ['ssh']), { target: 0.7 })
    .ratio('CPU: tapfleet ÷ bare ssh2 loop', result.ratio(['tapfleet', 'cpuMs'], ['loop']), { target: 1.2 });
}
