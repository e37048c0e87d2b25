/** What is sent to a host to be changed: steps, the way back, and what the plan rests on. Plain data. */
import type { Operation, Step } from './step.ts';

/** What undoes one step, in the order to run it. */
export interface Inverse {
  /** Counted from 1, as `ip -batch` counts its lines. */
  readonly step: number;
  readonly operations: readonly Operation[];
}

export interface TransactionOptions {
  /** Seconds until the host takes everything back by itself; 0: no dead-man switch. */
  readonly confirmTimeoutS: number;
  /** Seconds to wait for another transaction of the same host. */
  readonly lockTimeoutS: number;
  /** `user@host` of this run, told to whoever waits for its lock. */
  readonly controller: string;
}

export interface Transaction extends TransactionOptions {
  readonly steps: readonly Step[];
  /** In the order to run them. */
  readonly inverse: readonly Inverse[];
  /**
   * Interfaces and lower devices whose state the plan rests on, and the `cksum` of their lines in section `prints`;
   * `kept` where the session that the program is said to has read the host itself, and kept what it read.
   */
  readonly fingerprint: { readonly names: readonly string[]; readonly sum: string } | 'kept';
  /** Interfaces that are deleted and created again, with the ifindex they have now. */
  readonly replaced: readonly { readonly name: string; readonly ifindex: number }[];
}
