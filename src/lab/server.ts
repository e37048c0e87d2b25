/**
 * The lab's background process, `lab-server.js DIRECTORY`: makes the hosts that the state file names, serves SSH for
 * them and writes the inventory. Tells its parent over IPC when the hosts can be reached, or why not; a parent that
 * vanishes before that takes the lab with it. Nobody but `labUp` starts it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from './error.ts';
import { inventoryText, knownHostsText } from './inventory-text.ts';
import { newKeyPair } from './keys.ts';
import { makeNamespaceHost } from './namespace-host.ts';
import { processRecord } from './processes.ts';
import type { ServerMessage } from './server-message.ts';
import type { LabHost } from './session.ts';
import { makeSimulatedHost } from './simulated-host.ts';
import { listenSsh } from './ssh-host.ts';
import { LAB_FILES, type LabHostState, type LabState, readState, writeState } from './state.ts';
import { tearDown } from './tear-down.ts';
import { makeUserNamespaceHost } from './user-namespace-host.ts';

const directory = process.argv[2] ?? '';
let state = initialState();
let told = false;

process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => {
  if (!told) void abandon();
});

serve().then(
  () => tell({ ready: true }),
  (error: Error) => {
    const hint = error instanceof LabError ? error.hint : 'a lab of kind "simulated" works everywhere';
    log(error.stack ?? error.message);
    tell({ ready: false, message: error.message, hint });
  },
);

async function serve(): Promise<void> {
  const server = processRecord(process.pid);
  update({ ...state, server });
  // Ports first: one that is in use is found before anything is made.
  const hosts: (LabHost | undefined)[] = [];
  const hostKeys = state.hosts.map(({ name }) => newKeyPair(`tapfleet lab ${name}`));
  const clientKey = readFileSync(join(directory, LAB_FILES.publicKey), 'utf8').trim();
  for (const [i, { name, port }] of state.hosts.entries()) {
    const listening = await listenSsh({
      port,
      hostKey: hostKeys[i]?.privateKey ?? '',
      clientKey,
      host: () => hosts[i],
      log,
    }).catch((error: NodeJS.ErrnoException) => {
      throw portTrouble(name, port, error);
    });
    updateHost(i, { port: listening.port });
  }
  const reachable = state.hosts.map((host, i) => ({ ...host, publicKey: hostKeys[i]?.publicKey ?? '' }));
  writeFileSync(join(directory, LAB_FILES.knownHosts), knownHostsText(reachable), { mode: 0o644 });
  writeFileSync(join(directory, LAB_FILES.inventory), inventoryText(reachable, directory), { mode: 0o644 });
  await Promise.all(
    state.hosts.map(async (host, i) => {
      hosts[i] = await makeHost(host, i);
    }),
  );
  update({ ...state, phase: 'up' });
}

async function makeHost(host: LabHostState, i: number): Promise<LabHost> {
  switch (state.kind) {
    case 'namespaces':
      return makeNamespaceHost(host.namespace ?? '', i + 1, state.shell);
    case 'user-namespaces':
      return makeUserNamespaceHost(i + 1, state.shell, (holder) => updateHost(i, { holder }));
    case 'simulated':
      return makeSimulatedHost(i + 1);
  }
}

function portTrouble(name: string, port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') {
    return new LabError(
      `port ${port} for ${name} is in use`,
      'end what uses it (perhaps another lab), or choose another first port',
    );
  }
  if (error.code === 'EACCES') {
    return new LabError(
      `port ${port} for ${name} is not free for this account`,
      'choose a first port above 1023',
    );
  }
  return error;
}

async function abandon(): Promise<void> {
  log('the process that started the lab is gone: taking the lab away');
  await tearDown(directory, state);
  process.exit(1);
}

function initialState(): LabState {
  const found = readState(directory);
  if (!found) throw new Error(`no lab in ${directory}`);
  return found;
}

function updateHost(i: number, change: Partial<LabHostState>): void {
  update({ ...state, hosts: state.hosts.map((host, j) => (i === j ? { ...host, ...change } : host)) });
}

function update(next: LabState): void {
  state = next;
  writeState(directory, state);
}

function tell(message: ServerMessage): void {
  told = true;
  process.send?.(message, () => process.disconnect());
}

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}
