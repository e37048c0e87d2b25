/**
 * What the simulated kernel remembers of one network device. Plain data that `structuredClone` can copy: devices point
 * at each other by ifindex only. No rules here.
 */

export type Kind = 'loopback' | 'veth' | 'bridge' | 'ifb' | 'macvtap' | 'macvlan';

export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru' | 'source';

export type AddrGenMode = 'eui64' | 'none' | 'stable_secret' | 'random';

/** `struct macvlan_dev`: the upper half of a macvlan or macvtap. */
export interface Macvlan {
  /** ifindex of the real lower device, never of another macvlan. */
  lower: number;
  mode: MacvlanMode;
  nopromisc: boolean;
  nodst: boolean;
  /** Requested length, in frames. */
  bcQueueLen: number;
  /** Source addresses, newest last. The kernel lists them in hash order, so order means nothing. */
  sources: string[];
}

/** `struct macvlan_port`: exists on a lower device while at least one macvlan or macvtap is stacked on it. */
export interface MacvlanPort {
  passthru: boolean;
  /** MACVLAN_F_ADDRCHANGE: the lower's address is being changed through its passthru macvlan. */
  addressChange: boolean;
  /** What the lower's address is put back to when a passthru port goes away. */
  permanentAddress: string;
  /** ifindexes, oldest first. */
  uppers: number[];
}

export interface Bridge {
  mtuSetByUser: boolean;
  /** Ports that forward, by ifindex; STP is off, so a running port with carrier forwards at once. */
  forwarding: number[];
  carrier: boolean;
  /** Whether carrier ever changed: a bridge that never had a live port reports operstate UNKNOWN. */
  carrierWatched: boolean;
}

export interface Device {
  readonly ifindex: number;
  readonly kind: Kind;
  name: string;
  altnames: string[];
  /** Empty when unset. */
  alias: string;
  address: string;
  /** Whether somebody chose the address; a bridge with a chosen one keeps it when ports come and go. */
  addressChosen: boolean;
  mtu: number;
  minMtu: number;
  /** 0 means no limit. */
  maxMtu: number;
  /** As the kernel keeps it: an unsigned 32-bit number of frames. */
  txqlen: number;
  readonly txQueues: number;
  readonly rxQueues: number;
  group: number;
  up: boolean;
  /** What users asked for (`gflags`): the PROMISC and ALLMULTI flags of `ip link`. */
  userPromisc: boolean;
  userAllmulti: boolean;
  /** Reference counters, unsigned 32-bit: they wrap, as the kernel's do. */
  promiscuity: number;
  allmulti: number;
  /** Unicast filter list with reference counts. */
  unicast: Map<string, number>;
  /** Whether a non-empty unicast list holds one promiscuity reference, on drivers without a unicast filter. */
  unicastPromisc: boolean;
  /** Absent while the device has no IPv6 state, which is so when its MTU is below 1280. */
  addrGenMode?: AddrGenMode;
  /** veth: the other end. */
  peer?: number;
  /** The bridge this device is a port of. */
  master?: number;
  bridge?: Bridge;
  macvlan?: Macvlan;
  port?: MacvlanPort;
}

export type LinkDefaults = Pick<Device, 'mtu' | 'minMtu' | 'maxMtu' | 'txqlen' | 'txQueues' | 'rxQueues'>;

/** What a new device starts with (seen on kernel 6.18, two CPUs: veth gets one queue per CPU). */
export const LINK_DEFAULTS: Readonly<Record<Kind, Readonly<LinkDefaults>>> = {
  loopback: { mtu: 65536, minMtu: 0, maxMtu: 0, txqlen: 1000, txQueues: 1, rxQueues: 1 },
  veth: { mtu: 1500, minMtu: 68, maxMtu: 65535, txqlen: 1000, txQueues: 2, rxQueues: 2 },
  bridge: { mtu: 1500, minMtu: 68, maxMtu: 65535, txqlen: 1000, txQueues: 1, rxQueues: 1 },
  ifb: { mtu: 1500, minMtu: 0, maxMtu: 0, txqlen: 32, txQueues: 1, rxQueues: 1 },
  macvtap: { mtu: 1500, minMtu: 68, maxMtu: 65535, txqlen: 500, txQueues: 1, rxQueues: 1 },
  macvlan: { mtu: 1500, minMtu: 68, maxMtu: 65535, txqlen: 1000, txQueues: 1, rxQueues: 1 },
};
