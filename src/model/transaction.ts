/** What is sent to a host to be changed: steps, the way back, and what the plan rests on. Plain data. */
import type { Mac } from './mac.ts';
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

/** What the making of new interfaces rests on, as /sys/class/net shows it. */
export interface Grounds {
  /** Names that no interface may have. */
  readonly free: readonly string[];
  readonly lowers: readonly {
    readonly name: string;
    readonly ifindex: number;
    readonly mtu: number;
    readonly mac: Mac;
    readonly up: boolean;
    /** Whether it is a port of something. */
    readonly isPort: boolean;
  }[];
}

export interface Transaction extends TransactionOptions {
  readonly steps: readonly Step[];
  /** In the order to run them. */
  readonly inverse: readonly Inverse[];
  /**
   * Interfaces and lower devices whose state the plan rests on, and the `cksum` of their lines in section `prints`; or, where
   * the session that the program is said to has read the host itself, and kept what it read, nothing but `kept`.
   */
  readonly fingerprint:
    | { readonly names: readonly string[]; readonly sum: string }
    | { readonly kept: true; readonly grounds: Grounds | undefined };
  /** Interfaces that are deleted and created again, with the ifindex they have now. */
  readonly replaced: readonly { readonly name: string; readonly ifindex: number }[];
}
