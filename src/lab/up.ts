/**
 * Brings a lab up: writes the list of what will be made, makes the login key, starts the server and waits until every
 * host can be reached. What fails leaves nothing behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { builtProgram } from '../files/built-program.ts';
import { hostName, MAX_HOSTS } from './blueprint.ts';
import { type ChosenKind, chooseKind } from './choose-kind.ts';
import { labDown } from './down.ts';
import { LabError } from './error.ts';
import { newKeyPair } from './keys.ts';
import { processRecord } from './processes.ts';
import type { ServerMessage } from './server-message.ts';
import { createState, LAB_FILES, type LabKind, type LabState, labId, readState } from './state.ts';
import { describeLab, LAB_DIRECTORY, type Lab, type LabPlace } from './status.ts';
import { downCommand } from './typed.ts';

export interface LabUpOptions extends LabPlace {
  /** 1–50, default 3. Above 20 the start takes seconds: indexes are burned to keep the hosts' tap devices apart. */
  readonly hosts?: number;
  /** First port on 127.0.0.1, default 22401; host n listens on portBase + n - 1. 0: any free ports. */
  readonly portBase?: number;
  /** Default: the best this machine can do. */
  readonly kind?: LabKind;
  /** Login shell of every host, an absolute path; default /bin/sh. */
  readonly shell?: string;
}

/** Fifty hosts took 42 s on two busy CPUs. */
const START_LIMIT_MS = 180_000;

/** Throws LabError for what a person must mend: a lab that is up already, a port in use, files in the way. */
export async function labUp(options: LabUpOptions = {}): Promise<Lab> {
  const { hosts = 3, directory = LAB_DIRECTORY, portBase = 22401, shell = '/bin/sh' } = options;
  checkNumbers(hosts, portBase);
  const absolute = resolve(directory);
  await clearCrashedLab(absolute);
  refuseForeignFiles(absolute);
  const chosen = await chooseKind(options.kind);
  const serverFile = findServer();
  const madeDirectories = makeDirectories(absolute);
  writeList(absolute, newState({ absolute, hosts, portBase, shell, chosen, madeDirectories }));
  try {
    writeKey(absolute);
    await startServer(serverFile, absolute);
  } catch (error) {
    await labDown({ directory: absolute });
    throw error;
  }
  const state = readState(absolute);
  if (!state)
    throw new LabError(`the lab in ${absolute} was taken away while it started`, 'bring it up again');
  return describeLab(absolute, state);
}

function checkNumbers(hosts: number, portBase: number): void {
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > MAX_HOSTS) {
    throw new LabError(`a lab of ${hosts} hosts is not possible`, `choose 1 to ${MAX_HOSTS}`);
  }
  if (!Number.isInteger(portBase) || portBase < 0 || portBase + hosts - 1 > 65535) {
    throw new LabError(
      `ports from ${portBase} on are not possible for ${hosts} hosts`,
      'choose a first port between 1024 and 65000, or 0 for any that are free',
    );
  }
}

/** A lab whose processes are gone is taken away without a question; one that is up, or being made, is not. */
async function clearCrashedLab(directory: string): Promise<void> {
  const state = readState(directory);
  if (!state) return;
  const lab = await describeLab(directory, state);
  if (lab.state === 'broken') await labDown({ directory });
  else {
    const what = lab.state === 'up' ? 'is already up' : 'is being brought up already';
    throw new LabError(
      `the lab in ${directory} ${what} (${state.hosts.length} hosts)`,
      `use it, or end it with "${downCommand(directory)}" first`,
    );
  }
}

function newState(plan: {
  readonly absolute: string;
  readonly hosts: number;
  readonly portBase: number;
  readonly shell: string;
  readonly chosen: ChosenKind;
  readonly madeDirectories: readonly string[];
}): LabState {
  const starter = processRecord(process.pid);
  if (!starter) throw new LabError('this machine does not tell when a process began', 'install ps');
  const { kind, why } = plan.chosen;
  return {
    format: 1,
    kind,
    why,
    phase: 'starting',
    shell: plan.shell,
    starter,
    hosts: Array.from({ length: plan.hosts }, (_, i) => {
      const name = hostName(i + 1);
      const port = plan.portBase === 0 ? 0 : plan.portBase + i;
      return kind === 'namespaces'
        ? { name, port, namespace: `tapfleet-lab-${labId(plan.absolute)}-${name}` }
        : { name, port };
    }),
    madeDirectories: plan.madeDirectories,
  };
}

/** Every directory that had to be made, outermost first. */
function makeDirectories(directory: string): string[] {
  const made: string[] = [];
  for (let path = directory; !existsSync(path); path = dirname(path)) made.unshift(path);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new LabError(
      `the directory ${directory} cannot be made: ${(error as Error).message}`,
      'choose another directory',
    );
  }
  return made;
}

function refuseForeignFiles(directory: string): void {
  const inTheWay = Object.values(LAB_FILES).find((name) => existsSync(join(directory, name)));
  if (inTheWay === undefined) return;
  throw new LabError(
    `${join(directory, inTheWay)} is there already and belongs to no lab`,
    'move it away, or choose another directory',
  );
}

function writeList(directory: string, state: LabState): void {
  try {
    createState(directory, state);
  } catch (error) {
    throw new LabError(
      `no lab can be made in ${directory}: ${(error as Error).message}`,
      'choose another directory',
    );
  }
}

function writeKey(directory: string): void {
  const { privateKey, publicKey } = newKeyPair('tapfleet lab');
  writeFileSync(join(directory, LAB_FILES.key), privateKey, { mode: 0o600 });
  writeFileSync(join(directory, LAB_FILES.publicKey), `${publicKey} tapfleet lab\n`, { mode: 0o644 });
}

function findServer(): string {
  const file = builtProgram('lab-server.js');
  if (file) return file;
  throw new LabError('dist/lab-server.js is missing', 'run "npm run build" first');
}

async function startServer(serverFile: string, directory: string): Promise<void> {
  const log = openSync(join(directory, LAB_FILES.log), 'a', 0o600);
  const server = spawn(process.execPath, [serverFile, directory], {
    // The server outlives its starter: it must not keep the starter's directory busy.
    cwd: '/',
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  const message = await firstMessage(server, join(directory, LAB_FILES.log));
  server.unref();
  if (!message.ready) throw new LabError(message.message, message.hint);
}

async function firstMessage(server: ChildProcess, log: string): Promise<ServerMessage> {
  const abort = new AbortController();
  const message = once(server, 'message', { signal: abort.signal }).then(([first]) => first as ServerMessage);
  const end = once(server, 'exit', { signal: abort.signal }).then(([code]): ServerMessage => {
    const said = /^.*Error: .*$/m.exec(readFileSync(log, 'utf8'))?.[0] ?? 'see nothing in its log';
    return {
      ready: false,
      message: `the lab's server ended with code ${code}: ${said}`,
      hint: 'bring it up again',
    };
  });
  const late = wait(START_LIMIT_MS, undefined, { signal: abort.signal }).then(
    (): ServerMessage => ({
      ready: false,
      message: `the lab's server did not answer within ${START_LIMIT_MS / 1000} s`,
      hint: 'try fewer hosts',
    }),
  );
  const first = await Promise.race([message, end, late]);
  for (const other of [message, end, late]) other.catch(() => undefined);
  abort.abort();
  return first;
}
