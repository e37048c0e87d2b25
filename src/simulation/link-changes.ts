/**
 * What changes on a link that exists, and what follows from it on the links stacked on it: address, MTU, up and down,
 * master, IPv6 mode (net/core/dev.c, `do_setlink`). Creating and deleting are in links.ts.
 */
import { assertEnslavable, autoAddress, autoMtu, bridgeAddressSet, enslave, release } from './bridge.ts';
import type { AddrGenMode, Device } from './device.ts';
import { KernelRefusal } from './errors.ts';
import type { LinkAttributes } from './link-attributes.ts';
import { assertUsableAddress } from './mac-address.ts';
import {
  changeMacvlan,
  isAddressBusy,
  openMacvlan,
  stopMacvlan,
  syncAddress,
  validateOptions,
} from './macvlan.ts';
import { macvlanOf, type Namespace, portOf } from './namespace.ts';
import { refreshUnicastPromisc, setUserFlag } from './rx-flags.ts';

const U32 = 2 ** 32;
const IPV6_MIN_MTU = 1280;
/** Above this a running queue cannot allocate its ring (pfifo_fast; seen on kernel 6.18 with 4294967295). */
const LARGEST_RING = 2 ** 28;

/**
 * `ip link set`, in the kernel's order: the kind's own options first, then one attribute after the other. Not atomic:
 * what came before a refused attribute stays.
 */
export function setLink(net: Namespace, device: Device, wanted: LinkAttributes): void {
  if (wanted.addrGenMode !== undefined) assertAddrGenMode(device, wanted.addrGenMode);
  if (wanted.macvlan !== undefined) changeKindOptions(net, device, wanted.kind, wanted.macvlan);
  if (wanted.address !== undefined) setAddress(net, device, wanted.address.address);
  if (wanted.mtu !== undefined) setMtu(net, device, wanted.mtu);
  if (wanted.group !== undefined) device.group = wanted.group;
  if (wanted.name !== undefined && wanted.name !== device.name) device.name = net.grantName(wanted.name);
  if (wanted.alias !== undefined) device.alias = wanted.alias;
  setFlags(net, device, wanted);
  if (wanted.master !== undefined) setMaster(net, device, wanted.master);
  if (wanted.txqlen !== undefined) setTxqlen(device, wanted.txqlen);
  if (wanted.addrGenMode !== undefined) device.addrGenMode = wanted.addrGenMode;
}

/** A kind given without options is not compared with the device's own (`rtnl_changelink`). */
function changeKindOptions(
  net: Namespace,
  device: Device,
  kind: string | undefined,
  options: NonNullable<LinkAttributes['macvlan']>,
): void {
  validateOptions(options);
  if (device.kind !== kind) throw new KernelRefusal('EOPNOTSUPP');
  changeMacvlan(net, device, options);
}

/** UP and DOWN come before PROMISC and ALLMULTI, which are set even where `up` is refused (`__dev_change_flags`). */
function setFlags(net: Namespace, device: Device, wanted: LinkAttributes): void {
  try {
    if (wanted.up === true) open(net, device);
    if (wanted.up === false) close(net, device);
  } finally {
    if (wanted.promisc !== undefined) setUserFlag(net, device, 'promiscuity', wanted.promisc);
    if (wanted.allmulti !== undefined) setUserFlag(net, device, 'allmulti', wanted.allmulti);
  }
}

/** `__dev_open`. EADDRINUSE, EOVERFLOW: see `openMacvlan`. */
export function open(net: Namespace, device: Device): void {
  if (device.up) return;
  if (device.macvlan !== undefined) openMacvlan(net, device);
  device.up = true;
  refreshUnicastPromisc(net, device);
  if (device.addrGenMode === undefined && device.mtu >= IPV6_MIN_MTU) device.addrGenMode = 'eui64';
}

/** `__dev_close`. */
export function close(net: Namespace, device: Device): void {
  if (!device.up) return;
  if (device.macvlan !== undefined) stopMacvlan(net, device);
  device.up = false;
}

/**
 * `dev_set_mac_address`: through a passthru macvlan it is the lower's address that changes, and both follow. EOPNOTSUPP
 * on an ifb.
 */
export function setAddress(net: Namespace, device: Device, address: string): void {
  if (device.kind === 'ifb') throw new KernelRefusal('EOPNOTSUPP');
  if (device.address !== address) {
    assertUsableAddress(address);
    if (device.macvlan !== undefined) setMacvlanAddress(net, device, address);
    else device.address = address;
    bridgeAddressSet(device);
  }
  device.addressChosen = true;
  addressChanged(net, device);
}

/** `macvlan_set_mac_address`. */
function setMacvlanAddress(net: Namespace, device: Device, address: string): void {
  const lower = net.get(macvlanOf(device).lower);
  const port = portOf(lower);
  if (macvlanOf(device).mode === 'passthru') {
    port.addressChange = true;
    setAddress(net, lower, address);
    return;
  }
  if (isAddressBusy(net, lower, port, address)) throw new KernelRefusal('EADDRINUSE');
  syncAddress(net, device, address);
}

/** NETDEV_CHANGEADDR as `macvlan_device_event` and the bridge hear it. */
export function addressChanged(net: Namespace, device: Device): void {
  const first = device.port?.passthru === true ? device.port.uppers[0] : undefined;
  if (first !== undefined) followLower(net, net.get(first), device.address);
  if (device.master !== undefined) portsChanged(net, net.get(device.master));
}

/** A refusal is lost: the lower has its address, and a running macvlan that already has it counts itself as the taker. */
function followLower(net: Namespace, upper: Device, address: string): void {
  try {
    syncAddress(net, upper, address);
  } catch (error) {
    if (!(error instanceof KernelRefusal)) throw error;
  }
}

/** `dev_set_mtu`: limits of the device first, then (macvlan) the lower's MTU. */
export function setMtu(net: Namespace, device: Device, mtu: number): void {
  if (mtu === device.mtu) return;
  assertMtuInRange(mtu, device.minMtu, device.maxMtu);
  if (device.macvlan !== undefined && net.get(device.macvlan.lower).mtu < mtu)
    throw new KernelRefusal('EINVAL');
  if (device.bridge !== undefined) device.bridge.mtuSetByUser = true;
  device.mtu = mtu;
  mtuChanged(net, device);
}

/** `dev_validate_mtu`. */
export function assertMtuInRange(mtu: number, min: number, max: number): void {
  if (mtu < 0 || mtu < min) throw new KernelRefusal('EINVAL', 'mtu less than device minimum');
  if (max > 0 && mtu > max) throw new KernelRefusal('EINVAL', 'mtu greater than device maximum');
}

/**
 * NETDEV_CHANGEMTU: macvlans above shrink and never grow back; below 1280 the device loses its IPv6 state, and gets a
 * fresh one, with the default address mode, when it grows again (`addrconf_notify`).
 */
function mtuChanged(net: Namespace, device: Device): void {
  if (device.mtu < IPV6_MIN_MTU) delete device.addrGenMode;
  else device.addrGenMode ??= 'eui64';
  for (const ifindex of device.port?.uppers ?? []) {
    const upper = net.get(ifindex);
    if (upper.mtu > device.mtu && device.mtu >= upper.minMtu) setMtu(net, upper, device.mtu);
  }
  if (device.master !== undefined) portsChanged(net, net.get(device.master));
}

function setMaster(net: Namespace, device: Device, master: number): void {
  if (device.master === master) return;
  leaveMaster(net, device);
  if (master === 0) return;
  const bridge = net.get(master);
  assertEnslavable(bridge, device);
  enslave(net, bridge, device);
  portsChanged(net, bridge);
}

/** Takes a port out of its bridge, which then looks at its remaining ports. */
export function leaveMaster(net: Namespace, device: Device): void {
  if (device.master === undefined) return;
  const bridge = net.get(device.master);
  release(net, device);
  portsChanged(net, bridge);
}

function portsChanged(net: Namespace, bridge: Device): void {
  const address = autoAddress(net, bridge);
  if (address !== bridge.address) {
    bridge.address = address;
    bridgeAddressSet(bridge);
    addressChanged(net, bridge);
  }
  const mtu = autoMtu(net, bridge);
  if (mtu === bridge.mtu) return;
  bridge.mtu = mtu;
  mtuChanged(net, bridge);
}

/** `dev_change_tx_queue_len`; a running queue that asks for too long a ring gets ENOMEM. */
function setTxqlen(device: Device, txqlen: number): void {
  const length = (txqlen + U32) % U32;
  if (device.up && device.kind === 'macvtap' && length > LARGEST_RING) throw new KernelRefusal('ENOMEM');
  device.txqlen = length;
}

/** `inet6_validate_link_af`: EAFNOSUPPORT without IPv6 state, EINVAL for stable_secret while no secret is set. */
function assertAddrGenMode(device: Device, mode: AddrGenMode): void {
  if (device.addrGenMode === undefined) throw new KernelRefusal('EAFNOSUPPORT');
  if (mode === 'stable_secret') throw new KernelRefusal('EINVAL');
}
