// Hosts by the thousand, without a kernel each: simulated ones behind one SSH server, each with an address, a key in
// known_hosts and interfaces of its own, in a network namespace that has nobody else.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromSource } from './from-source.mjs';
import { PROGRAM, play } from './playbooks.mjs';
import { ipBatch } from './stage.mjs';

const PORT = 2022;
const SERVER = new URL('./scale-server.mjs', import.meta.url).pathname;

/** What is applied to the host `model` is then said by all of them. `eventEveryMs`: who listens hears of a change so often. */
export async function simulatedFleet(stage, { count, interfaces, eventEveryMs = 0 }) {
  const [netns] = stage.namespaces(['sim']);
  ipBatch(['-n', netns], ['link set dev lo up']);
  for (const name of ['host_key', 'identity']) {
    const file = join(stage.folder, name);
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
  }
  const keys = ['host_key', 'identity.pub'].map((name) => join(stage.folder, name));
  const module = await fromSource(stage, 'simulated', ['lab/simulated-host.ts', 'lab/join-channel.ts']);
  const numbers = [PORT, interfaces, eventEveryMs].map(String);
  const argv = [process.execPath, SERVER, module, ...keys, ...numbers];
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
  const playbook = stage.write('playbook.json', play(interfaces));
  return {
    netns,
    count,
    names,
    inventory,
    model: inventory(['model']),
    command: (name, where, ...options) => [
      process.execPath,
      PROGRAM,
      name,
      playbook,
      '-i',
      where,
      ...options,
    ],
  };
}
