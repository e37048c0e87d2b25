/**
 * What a lab has made and what must be taken away again: `state.json`, written before each thing is made, so that a
 * crash leaves a list. It is read and written here only, by one process at a time: `labUp` first, then its server.
 */
import { createHash } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LabError } from './error.ts';
import type { ProcessRecord } from './processes.ts';

export const LAB_KINDS = ['namespaces', 'user-namespaces', 'simulated'] as const;
/**
 * `namespaces`: named network namespaces, made by root. `user-namespaces`: an ordinary user's own. `simulated`: no
 * kernel at all.
 */
export type LabKind = (typeof LAB_KINDS)[number];

export interface LabHostState {
  readonly name: string;
  /** On 127.0.0.1; 0 until the server has been given one. */
  readonly port: number;
  /** Kind `namespaces`: the name `ip netns` knows it by. */
  readonly namespace?: string | undefined;
  /** Kind `user-namespaces`: the `unshare` process that keeps it. */
  readonly holder?: ProcessRecord | undefined;
}

export interface LabState {
  readonly format: 1;
  readonly kind: LabKind;
  /** Why this kind, one line for people. */
  readonly why: string;
  readonly phase: 'starting' | 'up';
  /** Absolute path of the login shell of every host. */
  readonly shell: string;
  /** The process that is bringing the lab up. */
  readonly starter: ProcessRecord;
  readonly server?: ProcessRecord | undefined;
  readonly hosts: readonly LabHostState[];
  /** Directories made for the lab, outermost first; removed where empty. */
  readonly madeDirectories: readonly string[];
}

/** Everything the lab ever writes into its directory; nothing else there is ever removed. */
export const LAB_FILES = {
  state: 'state.json',
  newState: 'state.json.new',
  key: 'id_ed25519',
  publicKey: 'id_ed25519.pub',
  knownHosts: 'known_hosts',
  inventory: 'inventory.yml',
  log: 'server.log',
} as const;

const record = z.object({ pid: z.int().positive(), started: z.string() });
const schema = z.object({
  format: z.literal(1),
  kind: z.enum(LAB_KINDS),
  why: z.string(),
  phase: z.enum(['starting', 'up']),
  shell: z.string(),
  starter: record,
  server: record.optional(),
  hosts: z.array(
    z.object({
      name: z.string(),
      port: z.int(),
      namespace: z
        .string()
        .regex(/^tapfleet-lab-/)
        .optional(),
      holder: record.optional(),
    }),
  ),
  madeDirectories: z.array(z.string()),
});

/** Two labs in two directories share nothing: the names of their namespaces hold this. */
export function labId(directory: string): string {
  return createHash('sha256').update(directory).digest('hex').slice(0, 8);
}

/** The first write; throws EEXIST where another lab's list is there already. */
export function createState(directory: string, state: LabState): void {
  const fresh = join(directory, `${LAB_FILES.newState}.${process.pid}`);
  writeFileSync(fresh, text(state), { mode: 0o600 });
  try {
    // Whole at once, and not over another's.
    linkSync(fresh, join(directory, LAB_FILES.state));
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Whole or not at all: a reader, or a crash, never meets half a list. */
export function writeState(directory: string, state: LabState): void {
  const fresh = join(directory, LAB_FILES.newState);
  writeFileSync(fresh, text(state), { mode: 0o600 });
  renameSync(fresh, join(directory, LAB_FILES.state));
}

/** Undefined where there is no lab. Throws LabError where the file cannot be understood: nothing may be guessed. */
export function readState(directory: string): LabState | undefined {
  const file = join(directory, LAB_FILES.state);
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if (
      (error as NodeJS.ErrnoException).code === 'ENOENT' ||
      (error as NodeJS.ErrnoException).code === 'ENOTDIR'
    )
      return undefined;
    throw new LabError(
      `${file} cannot be read: ${(error as Error).message}`,
      'use the account that made the lab',
    );
  }
  try {
    return schema.parse(JSON.parse(content));
  } catch {
    throw new LabError(
      `${file} is not a lab's state file`,
      'remove the directory by hand, and the namespaces that `ip netns list` shows as tapfleet-lab-*',
    );
  }
}

function text(state: LabState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}
