/** A host's trouble as data: a word for programs, a sentence for people. It ends up in that host's row and nowhere else. */

/** The documented list of the report's `error.kind`, with what each means and whether trying again can help. */
export const PROBLEM_KINDS = {
  'connect-timeout': { retry: true, meaning: 'the host did not answer, or not in time, while connecting' },
  'connection-refused': { retry: true, meaning: 'nothing listens on the port' },
  'connection-lost': { retry: true, meaning: 'the connection broke, or the address is not reachable' },
  'name-resolution': { retry: true, meaning: 'the address is a name that does not resolve' },
  'host-key': { retry: false, meaning: 'the host key is unknown or changed' },
  authentication: { retry: false, meaning: 'the login was refused, or no key could be used' },
  privilege: { retry: false, meaning: 'the login is not root and could not become root' },
  'missing-tool': { retry: false, meaning: 'the host has no POSIX shell or no iproute2 that can be used' },
  'bad-answer': {
    retry: true,
    meaning: 'the host did not answer as the program sent to it would: cut off, garbled or foreign',
  },
  timeout: { retry: true, meaning: 'a command on the host did not end in time' },
  'lower-missing': { retry: false, meaning: 'a lower device does not exist on the host' },
  'lower-unusable': {
    retry: false,
    meaning:
      'a lower device cannot carry the macvtap: a bridge port, a macvlan, not Ethernet, passthru elsewhere',
  },
  'foreign-kind': { retry: false, meaning: 'the name is taken by something that is not a macvtap' },
  'foreign-owner': { retry: false, meaning: 'the interface carries the mark of another owner' },
  'address-in-use': {
    retry: false,
    meaning: 'the MAC is used by another interface of the same lower device',
  },
  'mtu-above-lower': { retry: false, meaning: 'the MTU is above that of the lower device' },
  unsupported: {
    retry: false,
    meaning: 'this host’s iproute2 or kernel cannot set or show a declared field',
  },
  'alias-too-long': { retry: false, meaning: 'the description on the host leaves no room for the mark' },
  lockout: { retry: false, meaning: 'a change could cut the connection that tapfleet itself uses' },
  'prune-limit': { retry: false, meaning: 'the plan deletes more interfaces than it may' },
  locked: { retry: true, meaning: 'another run is at work on the host' },
  'not-confirmed': {
    retry: false,
    meaning: 'the change was not confirmed in time, so the host took it back',
  },
  disruption: { retry: false, meaning: 'a change would cut off a process that holds the tap device' },
  'stale-plan': {
    retry: false,
    meaning: 'the host is no longer as it was when the plan was made',
  },
  'cannot-undo': {
    retry: false,
    meaning: 'an undo cannot put this back: the record, or the inventory, does not say enough',
  },
  kernel: { retry: false, meaning: 'the kernel or `ip` refused a command' },
  verification: { retry: false, meaning: 'every command succeeded, and the host still is not as planned' },
  interrupted: { retry: false, meaning: 'the run was interrupted before this host was finished' },
  internal: { retry: false, meaning: 'a fault in tapfleet itself' },
} as const;

export type ProblemKind = keyof typeof PROBLEM_KINDS;

/** Kinds that mean the host could not be reached or read at all: exit code 4, not 3. */
export const UNREACHABLE_KINDS: ReadonlySet<ProblemKind> = new Set([
  'connect-timeout',
  'connection-refused',
  'connection-lost',
  'name-resolution',
  'host-key',
  'authentication',
]);

export interface Problem {
  readonly kind: ProblemKind;
  /** What is wrong, with the wrong value, and what to do. May hold text of the host: never print it raw. */
  readonly message: string;
  /** The interface it is about. */
  readonly interface?: string;
}
