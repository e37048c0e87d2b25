/**
 * The noun of this product: a macvtap's fields, their values, and what the kernel lets one change in place. The same
 * noun stands on both sides, desired and observed. Knows no host, no command and no file.
 */
import type { Mac } from './mac.ts';

export const MODES = ['vepa', 'bridge', 'private', 'passthru', 'source'] as const;
export type Mode = (typeof MODES)[number];

/** IN6_ADDR_GEN_MODE_*, as `ip link` names them. */
export const ADDR_GEN_MODES = ['none', 'eui64', 'stable_secret', 'random'] as const;
export type AddrGenMode = (typeof ADDR_GEN_MODES)[number];

/** `ip` reads a signed number (iproute2 6.1), where the kernel would take twice as many. */
export const MAX_TXQUEUELEN = 2_147_483_647;

export interface MacvtapFields {
  /** Name of the lower device; `@ifN` for one in another network namespace, which no playbook can name. */
  readonly lower: string;
  readonly mode: Mode;
  readonly mac: Mac;
  /** Bytes. */
  readonly mtu: number;
  /** Frames in the tap's receive ring; 0 means the guest receives nothing. */
  readonly txqueuelen: number;
  /** Broadcast/multicast frames queued for this macvtap (IFLA_MACVLAN_BC_QUEUE_LEN). */
  readonly bcqueuelen: number;
  /** Number of tx and of rx queues; text (`4/1`) only on a host where the two differ. */
  readonly queues: number | string;
  /** Sorted; a set. */
  readonly source_macs: readonly Mac[];
  /** MACVLAN_FLAG_NOPROMISC: leave the lower device out of promiscuous mode; passthru only. */
  readonly nopromisc: boolean;
  readonly promisc: boolean;
  readonly allmulticast: boolean;
  readonly addrgenmode: AddrGenMode | string;
  /** The description for people, without the mark. */
  readonly alias: string;
  readonly state: 'up' | 'down';
}

export type FieldName = keyof MacvtapFields;
export type FieldValue = MacvtapFields[FieldName];

/** In the order plans show them. */
export const FIELD_NAMES = [
  'lower',
  'mode',
  'nopromisc',
  'mac',
  'source_macs',
  'mtu',
  'txqueuelen',
  'bcqueuelen',
  'queues',
  'addrgenmode',
  'allmulticast',
  'promisc',
  'alias',
  'state',
] as const satisfies readonly FieldName[];

/** Fields that mean something in one mode only; leaving source mode flushes the kernel's list. */
export const ONLY_IN_MODE = { nopromisc: 'passthru', source_macs: 'source' } as const satisfies Partial<
  Record<FieldName, Mode>
>;

/** Equal in the kernel's eyes: sets by content, everything else by value. */
export function sameValue(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => item === b[index]);
  }
  return a === b;
}

/**
 * Why a change of one field needs the interface deleted and created again, or undefined where the kernel makes it in
 * place. `before` and `after` are the whole interface, for a field's answer can hang on another.
 *
 * | field     | rule (kernel 6.18, drivers/net/macvlan.c; tried in a namespace)                                    |
 * |-----------|----------------------------------------------------------------------------------------------------|
 * | lower     | never in place: `ip link set … link` answers 0 and does nothing                                     |
 * | mode      | in place, except into or out of passthru (macvlan_changelink: EINVAL)                               |
 * | queues    | fixed by rtnl_create_link; a later change is ignored with 0                                         |
 * | nopromisc | in place only while UP: toggled while DOWN it corrupts the lower device's promiscuity counter       |
 */
export function replacementReason(
  field: FieldName,
  before: Partial<MacvtapFields>,
  after: Partial<MacvtapFields>,
): string | undefined {
  switch (field) {
    case 'lower':
      return 'the kernel cannot move a macvtap to another lower device';
    case 'queues':
      return 'the number of queues is fixed at creation';
    case 'mode':
      return before.mode === 'passthru' || after.mode === 'passthru'
        ? 'the kernel cannot change a macvtap into or out of passthru'
        : undefined;
    case 'nopromisc':
      return before.state !== 'up' && after.state !== 'up'
        ? 'toggling nopromisc on an interface that is down corrupts the lower device’s promiscuity counter'
        : undefined;
    default:
      return undefined;
  }
}

const EMPTY_SOURCE_LIST = 'an empty source list lets nothing in';

/**
 * What an in-place change of one field takes from a running guest, or undefined where its frames keep flowing
 * (facts tried on kernel 6.18 with an open tap).
 */
export function disruptionReason(field: FieldName, after: Partial<MacvtapFields>): string | undefined {
  switch (field) {
    case 'mac':
      return 'frames to the old MAC stop; the guest still uses it';
    case 'state':
      return after.state === 'down' ? 'the link goes down' : undefined;
    case 'txqueuelen':
      return after.txqueuelen === 0 ? 'with txqueuelen 0 the guest receives nothing' : undefined;
    case 'allmulticast':
      return after.mode === 'passthru' && after.state === 'up'
        ? 'the link goes down for a moment: the kernel counts allmulticast of a passthru wrongly while it is up'
        : undefined;
    case 'source_macs':
      return after.source_macs?.length === 0 ? EMPTY_SOURCE_LIST : undefined;
    case 'mode':
      // The list is empty when an interface enters source mode.
      return after.mode === 'source' && !after.source_macs?.length ? EMPTY_SOURCE_LIST : undefined;
    default:
      return undefined;
  }
}
