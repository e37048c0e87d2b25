/** What a way to reach a host must offer. SSH is one (ssh.ts); a simulated host or this machine itself are others. */
import type { Elevation } from '../host/become.ts';
import type { Answer } from '../host/read-gather.ts';
import type { Problem, ProblemKind } from '../model/problem.ts';
import type { Secret } from '../model/secret.ts';

export interface ExecOptions {
  /** Written to the program's standard input, which is then closed, unless there is a `reply` to wait for. */
  readonly stdin?: string;
  /**
   * The answer to a program that asks. Only when all is said is standard input closed; a connection that cannot do this
   * closes it at once.
   */
  readonly reply?: Reply & {
    /** What the program prints first. Where it does not come, standard input is closed: something else may be reading it. */
    readonly begun: string;
    /** Written where the program has not begun after half a second: an rc file may be reading a line. */
    readonly nudge?: string;
  };
  /** sudo stands before the program: `stdin` is written when it has let us in, the password where it asks for it, once. */
  readonly question?: { readonly elevation: Elevation; readonly user: string; readonly password?: Secret };
  /** Over a terminal that changes nothing on the way; both streams are then one. */
  readonly terminal?: boolean;
  /** From the request to the channel's end, or to what is said next with a time of its own; past it the channel is closed and a `timeout` problem thrown. */
  readonly timeoutMs: number;
}

/** What is said to a program, and when. */
export interface Reply {
  /** The program has printed it: now it listens. */
  readonly after: string;
  /** Given all that came on standard output so far. What it throws ends the program, and is thrown to who ran it. */
  readonly say: (stdout: string) => Said;
  /**
   * For so long it may be silent before it asks, from when it has begun, or was last told something; then its input is closed.
   * A question that is cut off never comes, and at the end of its input a program ends. Default: for ever.
   */
  readonly quietMs?: number;
}

export interface Said {
  readonly text: string;
  /** What the program asks next. Without it standard input is closed. */
  readonly next?: Reply;
  /** From now on, instead of what is left of the time the program had. */
  readonly timeoutMs?: number;
  /** Nothing more is waited for, not even the program's end: its answer is what came so far. */
  readonly last?: boolean;
}

export interface FollowOptions {
  /** Each whole line of standard output, without its end; lines past 64 KiB are passed over. */
  readonly onLine: (line: string) => void;
  /** Closes the program's standard input, which tells it to end. */
  readonly signal: AbortSignal;
}

/** How a login is waited for. */
export interface ConnectHow {
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
  /** Called once where the host has not said a word for a while: until it does, others may go first. */
  readonly silent?: () => void;
  /** Further attempts at a bastion, for all hosts behind it at once: who waits for it need not try again. Default 0. */
  readonly retries?: number;
}

/** A login on one host that stays open for several commands. */
export interface Connection {
  /** Runs one command line in the login shell. Throws HostTrouble where no whole answer came. */
  exec(command: string, options: ExecOptions): Promise<Answer>;
  /**
   * Runs one command line that goes on, as the login user, and hands its lines on as they come. Its standard input stays
   * open until the signal, so that a program which waits for its end ends with the connection too. Resolves with what
   * it said on standard error, the last 1,000 characters, when it has ended. Throws HostTrouble where the connection
   * broke, SessionRefused where the host lets no further program run.
   */
  follow(command: string, options: FollowOptions): Promise<string>;
  /** False once the other side, or the network, has ended it. */
  readonly open: boolean;
  close(): void;
}

/** A host's trouble on its way to that host's row; caught in fleet/ and nowhere else. */
export class HostTrouble extends Error {
  /** `transient`: it may pass by itself within seconds, so that a further attempt is worth it. */
  constructor(
    readonly problem: Problem,
    readonly transient = false,
  ) {
    super(problem.message);
  }
}

/** The login stands, but the host opens no (further) session on it: MaxSessions. */
export class SessionRefused extends HostTrouble {}

export function trouble(kind: ProblemKind, message: string, transient = false): HostTrouble {
  return new HostTrouble({ kind, message }, transient);
}
