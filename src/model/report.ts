/** The outcome of a run, as the contract's JSON has it; every output format is a view of this one value. Pure types. */
import type { Action, Cause } from './change.ts';
import type { Position } from './diagnostic.ts';

export const FORMAT_VERSION = '1.0';

export const STATUSES = [
  'in-sync',
  'skipped',
  'changed',
  'changes',
  'unreachable',
  'refused',
  'rolled-back',
  'failed',
] as const;
/** In the order of STATUSES, worst last: the outcome of a run is that of its worst host. */
export type Status = (typeof STATUSES)[number];

/** What counts against a failure budget. */
export const FAILURES: ReadonlySet<Status> = new Set(['failed', 'refused', 'rolled-back', 'unreachable']);

export type Command = 'plan' | 'apply' | 'drift';

/** One value of a field; null: not there, or not to be seen on this host. */
export type ReportValue = null | boolean | number | string | readonly string[];

export interface ReportField {
  readonly field: string;
  readonly before: ReportValue;
  readonly after: ReportValue;
  readonly forces_replacement: boolean;
  /** Why the kernel cannot change it in place; only where it cannot. */
  readonly replacement_reason?: string;
  readonly cause: Cause;
}

export interface ReportChange {
  readonly interface: string;
  readonly action: Action;
  readonly cause: Cause;
  /** A foreign interface that the play takes over. */
  readonly adopts?: boolean;
  readonly fields: readonly ReportField[];
  /** The whole interface, as far as it is known: null for one that is created. */
  readonly before: Readonly<Record<string, ReportValue>> | null;
  /** The whole interface as it is to be, what the play leaves open as it is now: null for one that is deleted. */
  readonly after: Readonly<Record<string, ReportValue>> | null;
  /** Where the playbook declares it; absent for what no play names. */
  readonly declared_at?: Position;
  readonly holders: readonly { readonly pid: number; readonly command: string; readonly guest?: string }[];
  /** False where the login could not look for holders: then an empty list means nothing. */
  readonly holders_known: boolean;
  /** What holders would lose; absent where nothing. */
  readonly disruptions?: readonly string[];
  /** Only after an apply: whether the host was seen to have it. */
  readonly result?: 'done' | 'not-done' | 'undone' | 'unknown';
}

/** What differs on one interface and is left to others. */
export interface ReportIgnored {
  readonly interface: string;
  /** What would be done because of it. */
  readonly action: Action;
  readonly fields: readonly ReportField[];
}

export interface ReportProblem {
  readonly kind: string;
  readonly message: string;
  readonly interface?: string;
  /** Where the playbook declares that interface. */
  readonly declared_at?: Position;
}

export interface ReportHost {
  readonly host: string;
  readonly status: Status;
  readonly changes: readonly ReportChange[];
  /** Differences that are no changes, because a play's `ignore` leaves them to others; absent where there are none. */
  readonly ignored?: readonly ReportIgnored[];
  /** How changes are confirmed to the host's dead-man switch; absent where there are none. */
  readonly confirm_over?: 'new-connection' | 'same-connection';
  /** The device that carries the management connection, where a change is confirmed over a new one because of it. */
  readonly management_device?: string;
  readonly error?: ReportProblem;
  /** Where there is more than one: all of them, `error` the first. */
  readonly errors?: readonly ReportProblem[];
  readonly warnings?: readonly string[];
}

/** Which part of a run a report is about; a merge of all parts has none. */
export interface ReportShard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
  /** Where each of the report's hosts stands among all hosts of the run, from 0. */
  readonly positions: readonly number[];
  /** The same in every part of one run: SHA-256 over the names of all its hosts, in order. */
  readonly run: string;
}

/** What loading found worth a warning, where it is. */
export interface ReportWarning {
  readonly message: string;
  /** What to do now. */
  readonly hint?: string;
  readonly declared_at?: Position;
}

export interface Report {
  readonly format_version: typeof FORMAT_VERSION;
  readonly command: Command;
  /** Only where `--shard` cut the run. */
  readonly shard?: ReportShard;
  readonly outcome: Status;
  readonly summary: {
    readonly hosts: number;
    readonly in_sync: number;
    readonly changes: number;
    readonly changed: number;
    readonly failed: number;
    readonly rolled_back: number;
    readonly refused: number;
    readonly unreachable: number;
    readonly skipped: number;
    readonly create: number;
    readonly update: number;
    readonly replace: number;
    readonly delete: number;
    /** Differences left to others: each field, each creation and each deletion. Absent where there are none. */
    readonly ignored?: number;
  };
  /** Of playbooks and inventory, in the order of files and lines; absent where there are none. */
  readonly warnings?: readonly ReportWarning[];
  /** In inventory order. */
  readonly hosts: readonly ReportHost[];
}
