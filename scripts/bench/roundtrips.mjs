// How often does a run wait for a far host? The slope of wall time against the round trip time of a wire that is made
// longer and longer is the number of round trips, whatever else the run costs.
import { spawn } from 'node:child_process';
import { contest, slope } from './contest.mjs';
import { HOST_NEEDS } from './needs.mjs';
import { PROGRAM, play } from './playbooks.mjs';
import { SshdHosts } from './sshd-hosts.mjs';
import { Stage } from './stage.mjs';
import { timedRun } from './timed-run.mjs';

/** Milliseconds in each direction: a round trip takes twice as long. */
const DELAYS = [0, 50, 100, 200];
const ROUNDS = 3;
const RELAY = new URL('./relay.mjs', import.meta.url).pathname;

export const needs = HOST_NEEDS;

export function run(findings) {
  return Stage.with(async (stage) => {
    const hosts = await SshdHosts.start(stage, 1);
    const ports = await relays(stage, hosts);
    const walls = new Map();
    for (const [at, delay] of DELAYS.entries()) {
      const result = await contest(contestants(stage, hosts, ports[at]), { rounds: ROUNDS });
      for (const name of CONTESTANTS) {
        walls.set(name, [...(walls.get(name) ?? []), [2 * delay, result.of(name, 'wallMs')]]);
      }
    }
    const trips = (name) => slope(walls.get(name));
    findings
      .part(
        'roundtrips',
        `round trips: slope of wall time over round trips of ${DELAYS.map((delay) => 2 * delay).join(', ')} ms, medians of ${ROUNDS}; without TCP's own handshake, the same for all`,
      )
      .ratio('from cold to plan', trips('plan'), { unit: '', target: 7 })
      .ratio('from cold to applied, verified and disarmed', trips('apply'), { unit: '', target: 8 })
      .ratio(
        'what a fresh connection adds (a change on the way to the host)',
        trips('risky') - trips('apply'),
        { unit: '' },
      )
      .ratio("ssh HOST 'ip -j -d link'", trips('ssh'), { unit: '' });
  });
}

const CONTESTANTS = ['plan', 'apply', 'risky', 'ssh'];

function contestants(stage, hosts, port) {
  const inventory = hosts.inventory(1, {
    ansible_host: '127.0.0.1',
    ansible_port: port,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${hosts.knownHosts} -o HostKeyAlias=${hosts.addresses[0]}`,
  });
  const netns = hosts.controller;
  const tapfleet = (command, lower) => {
    const playbook = stage.write('playbook.json', play(4, { lower }));
    const rest = command === 'apply' ? ['--yes'] : [];
    return () => {
      hosts.clear(0);
      return timedRun(stage, [process.execPath, PROGRAM, command, playbook, '-i', inventory, ...rest], {
        netns,
      });
    };
  };
  const options = ['-F', hosts.sshConfig, '-p', String(port), '-o', `HostKeyAlias=${hosts.addresses[0]}`];
  return {
    plan: tapfleet('plan', 'eno1'),
    apply: tapfleet('apply', 'eno1'),
    risky: tapfleet('apply', 'mgmt0'),
    ssh: () => timedRun(stage, ['ssh', ...options, '127.0.0.1', 'ip -j -d link'], { netns }),
  };
}

/** The ports of the relays to the first host, in the order of the delays. */
async function relays(stage, hosts) {
  const argv = [
    'netns',
    'exec',
    hosts.controller,
    process.execPath,
    RELAY,
    hosts.addresses[0],
    '22',
    ...DELAYS.map(String),
  ];
  const child = stage.own(spawn('ip', argv, { stdio: ['ignore', 'pipe', 'inherit'] }));
  let said = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    said += piece;
    if (said.endsWith('\n')) break;
  }
  return JSON.parse(said);
}
