/**
 * How links come and go: `rtnl_newlink` and `rtnl_dellink` with everything that must follow. In the kernel's order of
 * checks, since the order decides which error is seen.
 */
import { bridgeAddressSet } from './bridge.ts';
import type { Device, Kind } from './device.ts';
import { LINK_DEFAULTS } from './device.ts';
import { KernelRefusal } from './errors.ts';
import type { LinkAttributes } from './link-attributes.ts';
import { addressChanged, assertMtuInRange, close, leaveMaster, setLink } from './link-changes.ts';
import { assertUsableAddress, madeUpAddress } from './mac-address.ts';
import { assertStackable, attach, detach, newMacvlan, realLower, validateOptions } from './macvlan.ts';
import { macvlanOf, type Namespace } from './namespace.ts';

const MAX_NAME_BYTES = 15;
const MAX_QUEUES = 4096;
const IPV6_MIN_MTU = 1280;

/** `rtnl_newlink` with NLM_F_CREATE | NLM_F_EXCL. A refused request leaves nothing behind. */
export function addLink(net: Namespace, wanted: LinkAttributes): void {
  assertNameFits(wanted.name);
  if (isKind(wanted.kind)) validate(wanted);
  if (exists(net, wanted)) throw new KernelRefusal('EEXIST');
  if (!isKind(wanted.kind)) throw new KernelRefusal('EOPNOTSUPP', 'Unknown device type');
  assertCreatable(wanted, wanted.kind);
  const device = wanted.kind === 'veth' ? addVeth(net, wanted) : addPlain(net, wanted, wanted.kind);
  try {
    setLink(net, device, flagsOf(wanted));
  } catch (error) {
    deleteLink(net, device);
    throw error;
  }
}

/** `ip link del dev X`: EOPNOTSUPP for what no kind made (lo). */
export function deleteLink(net: Namespace, device: Device): void {
  if (device.kind === 'loopback') throw new KernelRefusal('EOPNOTSUPP');
  for (const ifindex of device.port?.uppers ?? []) deleteLink(net, net.get(ifindex));
  for (const port of net.all()) if (port.master === device.ifindex) leaveMaster(net, port);
  leaveMaster(net, device);
  close(net, device);
  if (device.macvlan !== undefined) giveBackAddress(net, device);
  net.remove(device.ifindex);
  if (device.peer !== undefined && net.has(device.peer)) deleteLink(net, net.get(device.peer));
}

/** `rtnl_group_dellink`: everything in the group, of whatever kind; ENODEV where nothing is in it. */
export function deleteGroup(net: Namespace, group: number): void {
  const members = net.all().filter((device) => device.group === group);
  if (members.length === 0) throw new KernelRefusal('ENODEV');
  if (members.some((device) => device.kind === 'loopback')) throw new KernelRefusal('EOPNOTSUPP');
  for (const { ifindex } of members) if (net.has(ifindex)) deleteLink(net, net.get(ifindex));
}

function isKind(kind: string | undefined): kind is Exclude<Kind, 'loopback'> {
  return kind !== undefined && kind !== 'loopback' && Object.hasOwn(LINK_DEFAULTS, kind);
}

/** The `validate` of the kind, which comes before anything else is looked at. */
function validate(wanted: LinkAttributes): void {
  if (wanted.address !== undefined) {
    if (wanted.address.length !== 6) throw new KernelRefusal('EINVAL');
    assertUsableAddress(wanted.address.address);
  }
  if (wanted.macvlan !== undefined) validateOptions(wanted.macvlan);
}

/** The attribute policy: `ip` checks the length of `name NAME`, not of a name given as `dev NAME`. */
function assertNameFits(name: string | undefined): void {
  if (name === undefined || Buffer.byteLength(name) <= MAX_NAME_BYTES) return;
  throw new KernelRefusal('ERANGE', 'Attribute failed policy validation');
}

/** With an index given, only the index is looked up here; a name in use is then found last. */
function exists(net: Namespace, wanted: LinkAttributes): boolean {
  if (wanted.index !== undefined) return net.has(wanted.index);
  return wanted.name !== undefined && net.find(wanted.name) !== undefined;
}

/** `rtnl_create_link`. */
function assertCreatable(wanted: LinkAttributes, kind: Kind): void {
  const { txQueues = 1, rxQueues = 1 } = wanted;
  if (txQueues < 1 || txQueues > MAX_QUEUES) {
    throw new KernelRefusal('EINVAL', 'Invalid number of transmit queues');
  }
  if (rxQueues < 1 || rxQueues > MAX_QUEUES) {
    throw new KernelRefusal('EINVAL', 'Invalid number of receive queues');
  }
  if (wanted.addrGenMode !== undefined) throw new KernelRefusal('EAFNOSUPPORT');
  const { minMtu, maxMtu } = LINK_DEFAULTS[kind];
  if (wanted.mtu !== undefined) assertMtuInRange(wanted.mtu, minMtu, maxMtu);
}

/** `rtnl_configure_link` sets flags and nothing else: an alias in the add line is ignored. */
function flagsOf(wanted: LinkAttributes): LinkAttributes {
  const { up, promisc, allmulti } = wanted;
  return {
    ...(up === undefined ? {} : { up }),
    ...(promisc === undefined ? {} : { promisc }),
    ...(allmulti === undefined ? {} : { allmulti }),
    ...(wanted.master === undefined ? {} : { master: wanted.master }),
  };
}

function addPlain(net: Namespace, wanted: LinkAttributes, kind: Kind): Device {
  if (kind === 'macvtap' || kind === 'macvlan') return addMacvlan(net, wanted, kind);
  const device = register(net, wanted, kind, kind);
  if (kind === 'bridge') {
    device.bridge = { mtuSetByUser: false, forwarding: [], carrier: true, carrierWatched: false };
    if (wanted.address !== undefined) bridgeAddressSet(device);
  }
  return device;
}

/** `macvlan_common_newlink`. */
function addMacvlan(net: Namespace, wanted: LinkAttributes, kind: 'macvtap' | 'macvlan'): Device {
  if (wanted.link === undefined) throw new KernelRefusal('EINVAL');
  const lower = realLower(net, net.get(wanted.link));
  if (wanted.mtu !== undefined && wanted.mtu > lower.mtu) throw new KernelRefusal('EINVAL');
  const options = wanted.macvlan ?? {};
  assertStackable(lower, options.mode ?? 'vepa');
  const macvlan = newMacvlan(lower, options);
  const device = register(net, { ...wanted, mtu: wanted.mtu ?? lower.mtu }, kind, kind);
  device.macvlan = macvlan;
  device.minMtu = LINK_DEFAULTS[kind].minMtu;
  device.maxMtu = lower.maxMtu;
  if (macvlan.mode === 'passthru') device.address = lower.address;
  attach(net, device);
  return device;
}

/** `veth_newlink`: the peer is made first; an end that is to come up before it has its peer gets ENOTCONN. */
function addVeth(net: Namespace, wanted: LinkAttributes): Device {
  const wantedPeer = wanted.peer ?? {};
  validate(wantedPeer);
  assertCreatable(wantedPeer, 'veth');
  const peer = register(net, wantedPeer, 'veth', 'veth');
  try {
    if (wantedPeer.up === true) throw new KernelRefusal('ENOTCONN');
    const device = register(net, wanted, 'veth', 'veth');
    device.peer = peer.ifindex;
    peer.peer = device.ifindex;
    return device;
  } catch (error) {
    net.remove(peer.ifindex);
    throw error;
  }
}

/** `register_netdevice`: grants the name, then the ifindex; EBUSY for one in use that was not looked up before. */
function register(net: Namespace, wanted: LinkAttributes, kind: Kind, namePrefix: string): Device {
  const name = net.grantName(wanted.name ?? `${namePrefix}%d`);
  if (wanted.index !== undefined && net.has(wanted.index)) throw new KernelRefusal('EBUSY');
  const ifindex = wanted.index ?? net.takeIndex();
  const device = newDevice(ifindex, name, kind, wanted);
  net.add(device);
  return device;
}

/** A device with the defaults of its kind and what the request overrides. */
export function newDevice(ifindex: number, name: string, kind: Kind, wanted: LinkAttributes): Device {
  const defaults = LINK_DEFAULTS[kind];
  const mtu = wanted.mtu ?? defaults.mtu;
  return {
    ...defaults,
    ifindex,
    kind,
    name,
    altnames: [],
    alias: '',
    address: wanted.address?.address ?? madeUpAddress(ifindex),
    addressChosen: wanted.address !== undefined,
    mtu,
    txqlen: wanted.txqlen === undefined ? defaults.txqlen : wanted.txqlen >>> 0,
    txQueues: wanted.txQueues ?? defaults.txQueues,
    rxQueues: wanted.rxQueues ?? defaults.rxQueues,
    group: wanted.group ?? 0,
    up: false,
    userPromisc: false,
    userAllmulti: false,
    promiscuity: 0,
    allmulti: 0,
    unicast: new Map(),
    unicastPromisc: false,
    ...(mtu >= IPV6_MIN_MTU ? { addrGenMode: 'eui64' } : {}),
  };
}

/** `macvlan_port_destroy` undoes what a passthru macvlan did to its lower's address. */
function giveBackAddress(net: Namespace, device: Device): void {
  const restored = detach(net, device);
  if (restored === undefined) return;
  const lower = net.get(macvlanOf(device).lower);
  lower.address = restored;
  addressChanged(net, lower);
}
