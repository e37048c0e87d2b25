/**
 * A host is logged in on and read, however often that takes: within its time, without holding a slot while nothing
 * comes back. Whatever fails for good is thrown as HostTrouble.
 */
import type { Asked } from '../host/gather-script.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Connection, ExecOptions, FollowOptions, Reply } from '../remote/connection.ts';
import { HostTrouble } from '../remote/connection.ts';
import type { Retrying } from '../remote/try-again.ts';
import { type Deadline, pastDeadline, patiently, persistently } from './patience.ts';
import type { Slot } from './schedule.ts';
import { type Connect, gather, READ_TIMEOUT_MS } from './session.ts';

/** A host that is read for longer gives its slot up. Long, for it may be ourselves who are slow. */
export const READ_PATIENCE_MS = 5_000;

export interface ReachOptions extends Retrying {
  readonly connect: Connect;
  /** For reading a host, from the request to the end of its answer. Default 60 s. */
  readonly commandTimeoutMs?: number | undefined;
  /** For a host as a whole, from its first attempt on. Default: as long as its parts may take. */
  readonly hostTimeoutMs?: number | undefined;
  /** Called with a login before it is used for reading. */
  readonly opened?: (connection: Connection) => void;
}

export interface Reached<T> {
  /** The caller's to close. */
  readonly connection: Connection;
  readonly result: T;
}

/** Logs in and reads with `read`; both are tried again together where the connection broke. */
export function reach<T>(
  settings: ConnectionSettings,
  options: ReachOptions,
  slot: Slot,
  deadline: Deadline,
  read: (connection: Connection) => Promise<T>,
): Promise<Reached<T>> {
  return persistently(slot, deadline, options, async () => {
    const connection = await logIn(settings, options, deadline, slot);
    try {
      options.opened?.(connection);
      return { connection, result: await read(connection) };
    } catch (error) {
      connection.close();
      throw error;
    }
  });
}

/** Reads a host over a login that stands. */
export function readAgain(
  connection: Connection,
  { commandTimeoutMs = READ_TIMEOUT_MS }: Pick<ReachOptions, 'commandTimeoutMs'>,
  slot: Slot,
  asked: Asked,
): Promise<ObservedState> {
  return patiently(slot, READ_PATIENCE_MS, gather(connection, commandTimeoutMs, asked));
}

/** Logs in anew on a host that was reached before, with the same patience; its slot stays its own. */
export function reachAgain(
  settings: ConnectionSettings,
  options: ReachOptions,
  deadline: Deadline,
): Promise<Connection> {
  const keep: Slot = { release: () => {}, take: () => Promise.resolve() };
  // What a person has interrupted is still to be confirmed: the host would take it back.
  const { stop: _stop, ...on } = options;
  return persistently(keep, deadline, on, () => logIn(settings, on, deadline, keep));
}

async function logIn(
  settings: ConnectionSettings,
  { connect, stop, retries, hostTimeoutMs }: ReachOptions,
  deadline: Deadline,
  slot: Slot,
): Promise<Connection> {
  const left = deadline.leftMs();
  const short = settings.kind === 'ssh' && left < settings.connectTimeoutMs;
  const how = { ...(stop ? { signal: stop } : {}), retries: retries ?? 0, silent: () => slot.release() };
  try {
    const connection = await connect(
      short ? { ...settings, connectTimeoutMs: Math.max(1, left) } : settings,
      how,
    );
    return hostTimeoutMs === undefined
      ? connection
      : new TimedConnection(connection, deadline, hostTimeoutMs);
  } catch (error) {
    if (hostTimeoutMs !== undefined && error instanceof HostTrouble && deadline.leftMs() === 0) {
      throw pastDeadline(hostTimeoutMs);
    }
    throw error;
  } finally {
    await slot.take();
  }
}

/** A login on a host whose time as a whole is bounded: no command gets more than what is left of it. */
class TimedConnection implements Connection {
  constructor(
    private readonly inner: Connection,
    private readonly deadline: Deadline,
    private readonly hostTimeoutMs: number,
  ) {}

  get open(): boolean {
    return this.inner.open;
  }

  close(): void {
    this.inner.close();
  }

  follow(command: string, options: FollowOptions): Promise<string> {
    return this.inner.follow(command, options);
  }

  async exec(command: string, options: ExecOptions) {
    let short = false;
    const atMost = (ms: number) => {
      const left = this.deadline.leftMs();
      short = left < ms;
      return Math.min(left, ms);
    };
    const within = <T extends Reply>(reply: T): T => ({
      ...reply,
      say: (stdout) => {
        const said = reply.say(stdout);
        const { next, timeoutMs } = said;
        return {
          ...said,
          ...(next ? { next: within(next) } : {}),
          ...(timeoutMs === undefined ? {} : { timeoutMs: atMost(timeoutMs) }),
        };
      },
    });
    if (this.deadline.leftMs() === 0) throw pastDeadline(this.hostTimeoutMs);
    const { reply, timeoutMs } = options;
    try {
      const bounded = { ...options, timeoutMs: atMost(timeoutMs) };
      return await this.inner.exec(command, reply ? { ...bounded, reply: within(reply) } : bounded);
    } catch (error) {
      if (short && error instanceof HostTrouble && error.problem.kind === 'timeout')
        throw pastDeadline(this.hostTimeoutMs);
      throw error;
    }
  }
}
