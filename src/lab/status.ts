/** What is up: the lab of a directory as plain data. Reads; changes nothing. */
import { join, resolve } from 'node:path';
import { namespaceExists } from './namespace-host.ts';
import { isRunning } from './processes.ts';
import { LAB_FILES, type LabHostState, type LabKind, type LabState, readState } from './state.ts';

export const LAB_DIRECTORY = '.tapfleet/lab';

export interface LabHostStatus {
  readonly name: string;
  /** On 127.0.0.1, login `root`. */
  readonly port: number;
  readonly state: 'up' | 'down';
}

export interface Lab {
  /** `broken`: something of it is gone, or a start was cut off; `labDown` takes the rest away. */
  readonly state: 'up' | 'starting' | 'broken';
  readonly kind: LabKind;
  /** Why this kind, one line for people. */
  readonly why: string;
  /** Absolute, as all paths here. */
  readonly directory: string;
  readonly inventory: string;
  readonly privateKey: string;
  readonly knownHosts: string;
  readonly log: string;
  readonly hosts: readonly LabHostStatus[];
}

export interface LabPlace {
  /** Default `.tapfleet/lab` in the working directory. */
  readonly directory?: string;
}

/** Undefined where there is no lab. Throws LabError where its state file cannot be read. */
export async function labStatus({ directory = LAB_DIRECTORY }: LabPlace = {}): Promise<Lab | undefined> {
  const absolute = resolve(directory);
  const state = readState(absolute);
  return state && (await describeLab(absolute, state));
}

export async function describeLab(directory: string, state: LabState): Promise<Lab> {
  const serving = isRunning(state.server);
  const hosts = await Promise.all(
    state.hosts.map(async (host): Promise<LabHostStatus> => {
      const alive = serving && state.phase === 'up' && (await isMade(host, state.kind));
      return { name: host.name, port: host.port, state: alive ? 'up' : 'down' };
    }),
  );
  const starting = state.phase === 'starting' && isRunning(state.starter);
  const whole = hosts.every((host) => host.state === 'up');
  return {
    state: starting ? 'starting' : whole ? 'up' : 'broken',
    kind: state.kind,
    why: state.why,
    directory,
    inventory: join(directory, LAB_FILES.inventory),
    privateKey: join(directory, LAB_FILES.key),
    knownHosts: join(directory, LAB_FILES.knownHosts),
    log: join(directory, LAB_FILES.log),
    hosts,
  };
}

async function isMade(host: LabHostState, kind: LabKind): Promise<boolean> {
  switch (kind) {
    case 'namespaces':
      return host.namespace !== undefined && (await namespaceExists(host.namespace));
    case 'user-namespaces':
      return isRunning(host.holder);
    case 'simulated':
      return true;
  }
}
