/**
 * How many hosts may be under way at once, so that neither descriptors nor memory run out? Pure: the limits are given.
 */
import type { ConnectionSettings } from '../model/connection.ts';

export interface Bounds {
  /** Hosts worked on at once: the forks asked for, or as many as there is room for. */
  readonly forks: number;
  /** Hosts begun and not finished, those that only wait too. */
  readonly open: number;
  /** Logins kept between the plan and a person's answer. */
  readonly keep: number;
}

/** Of our own: standard streams, the event loop, reports, known_hosts, bastions. */
const OWN_FILES = 64;
/** A login and, for its confirmation, a second one. */
const FILES_PER_LOGIN = 2;
/** Programs have three pipes: this machine's shell, a ProxyCommand. */
const FILES_PER_PROGRAM = 8;
/** Hosts that wait beside those worked on: a login that waits takes some 100 KB (node 20, seen with ssh2 1.17). */
const MOST_WAITING = 512;
const MOST_AT_WORK = 1_000;
const MOST_KEPT = 256;
const HOSTS_PER_THREAD = 250;

/** `files`: how many this process may have open. */
export function boundsOf(forks: number, settings: Iterable<ConnectionSettings>, files: number): Bounds {
  const each = filesPerHost(settings);
  const room = Math.max(0, files - OWN_FILES);
  const keep = Math.min(MOST_KEPT, Math.floor(room / 4 / each));
  const most = Math.max(1, Math.floor((room - keep * each) / each));
  const atWork = Math.min(forks, most, MOST_AT_WORK);
  return { forks: atWork, open: Math.min(most, atWork + MOST_WAITING), keep };
}

/**
 * How many threads share the hosts; 0: this one does it all. A thread takes some 60 ms of CPU and 20 MB to begin with, what
 * tens of hosts take (node 20): small fleets are quicker without.
 */
export function threadsFor(hosts: number, processors: number): number {
  const threads = Math.min(processors, Math.floor(hosts / HOSTS_PER_THREAD));
  return threads < 2 ? 0 : threads;
}

/** How many hosts may keep a connection open for as long as they are watched. */
export function roomForWatched(settings: Iterable<ConnectionSettings>, files: number): number {
  return Math.max(1, Math.floor((files - OWN_FILES) / filesPerHost(settings)));
}

function filesPerHost(settings: Iterable<ConnectionSettings>): number {
  for (const one of settings) {
    if (one.kind === 'local' || one.proxy?.kind === 'command') return FILES_PER_PROGRAM;
  }
  return FILES_PER_LOGIN;
}
