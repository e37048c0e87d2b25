/**
 * One `ip link add` or `ip link set` as it reaches the kernel: names are resolved to ifindexes, numbers are read,
 * nothing is judged yet. A field left out is not sent.
 */
import type { AddrGenMode } from './device.ts';
import type { ParsedAddress } from './mac-address.ts';
import type { MacvlanOptions } from './macvlan.ts';

export interface LinkAttributes {
  name?: string;
  index?: number;
  /** ifindex given as `link`. */
  link?: number;
  address?: ParsedAddress;
  /** As written, signed: the kernel judges negative numbers. */
  mtu?: number;
  txqlen?: number;
  txQueues?: number;
  rxQueues?: number;
  group?: number;
  alias?: string;
  up?: boolean;
  promisc?: boolean;
  allmulti?: boolean;
  addrGenMode?: AddrGenMode;
  /** ifindex of a bridge, 0 for `nomaster`. */
  master?: number;
  kind?: string;
  macvlan?: MacvlanOptions;
  /** The other end of a veth. */
  peer?: LinkAttributes;
}
