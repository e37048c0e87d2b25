/** What one host answered: its links, its macvtaps, who holds their taps, how it is reached. Plain data, no judgement. */
import type { Mac } from './mac.ts';
import type { MacvtapFields } from './macvtap.ts';
import type { Mark } from './mark.ts';

/** A process that has an interface's tap device open: a running guest. */
export interface Holder {
  readonly pid: number;
  /** The kernel's name of the process (comm), at most 15 bytes; not to be trusted, nor printed raw. */
  readonly command: string;
  /** The guest's name where QEMU's command line tells it (`-name guest=web,…`); not to be trusted either. */
  readonly guest?: string;
}

/** A holder in words, for messages; holds text of the host. */
export function holderText({ pid, command, guest }: Holder): string {
  const who = `${command || 'a process'} (pid ${pid})`;
  return guest ? `guest "${guest}", ${who}` : who;
}

/** Any link of the host, as far as planning needs it. */
export interface ObservedLink {
  readonly name: string;
  readonly ifindex: number;
  readonly altnames: readonly string[];
  /** `veth`, `bond`, `macvtap`…; undefined for a physical device. */
  readonly kind: string | undefined;
  /** Name of the bridge, bond or OVS datapath it is a port of. */
  readonly master: string | undefined;
  readonly linkType: string;
  readonly mac: Mac | undefined;
  readonly mtu: number;
  readonly maxMtu: number | undefined;
  readonly up: boolean;
  readonly promiscuity: number | undefined;
  /** The interface group, as `ip` prints it: a number, or a name from the host's table. */
  readonly group: string;
  /** What it is stacked on: a name, or `@ifN` in another network namespace. */
  readonly lower: string | undefined;
  /** The macvlan mode, for macvlans and macvtaps. */
  readonly mode: string | undefined;
  /** Undefined where the device has no IPv6: below an MTU of 1280, or the host's is off. */
  readonly addrgenmode?: string | undefined;
}

export interface ObservedMacvtap {
  readonly name: string;
  readonly ifindex: number;
  /** A field that this host's iproute2 cannot show is missing: unknown, never equal to anything. */
  readonly fields: Partial<MacvtapFields>;
  /** Undefined where the alias carries none: the interface is foreign. */
  readonly mark: Mark | undefined;
  /** The alias exactly as the host has it; empty where there is none. */
  readonly rawAlias: string;
  /** `unknown` where nobody looked, or the login may not look into other processes: never to be read as "free". */
  readonly holders: readonly Holder[] | 'unknown';
}

export interface ObservedState {
  readonly kernel: string;
  /** The answer to `ip -V`, without its leading words; empty where it was not asked for. */
  readonly iproute2: string;
  readonly root: boolean;
  /** Whether this host's `ip` knows `bcqueuelen` (iproute2 ≥ 5.11); false also where nothing tells. */
  readonly knowsBcqueuelen: boolean;
  /** The device that carries the connection this was read over; undefined where it cannot be told. */
  readonly managementDevice: string | undefined;
  /**
   * By name, in the host's order: each link as one line of text without what changes by itself. Compared and summed up,
   * never read: it tells whether the host is still as it was. Empty where it was not asked for.
   */
  readonly prints: ReadonlyMap<string, string>;
  /** By name, every link. */
  readonly links: ReadonlyMap<string, ObservedLink>;
  /** By name. */
  readonly macvtaps: ReadonlyMap<string, ObservedMacvtap>;
}
