/**
 * The little of net/bridge that a macvtap's lower device feels: who is a port, what a port costs, which address, MTU
 * and carrier the bridge takes from its ports. No forwarding, no STP.
 */
import type { Bridge, Device } from './device.ts';
import { KernelRefusal } from './errors.ts';
import { hasCarrier } from './link-state.ts';
import type { Namespace } from './namespace.ts';
import { tryStepCounter } from './rx-flags.ts';

const ZERO_ADDRESS = '00:00:00:00:00:00';

/**
 * `br_add_if` after its checks: EOPNOTSUPP where `master` is no bridge, ELOOP for a bridge in a bridge, EINVAL for a
 * loopback, EBUSY where something else (macvlan, macvtap) already receives the device's frames.
 */
export function assertEnslavable(master: Device, device: Device): void {
  if (master.bridge === undefined) throw new KernelRefusal('EOPNOTSUPP');
  if (device.kind === 'loopback') throw new KernelRefusal('EINVAL');
  if (device.kind === 'bridge') throw new KernelRefusal('ELOOP', 'Can not enslave a bridge to a bridge');
  if (device.port !== undefined || device.kind === 'macvtap') throw new KernelRefusal('EBUSY');
}

export function enslave(net: Namespace, master: Device, device: Device): void {
  device.master = master.ifindex;
  tryStepCounter(net, device, 'allmulti', 1);
  tryStepCounter(net, device, 'promiscuity', 1);
}

export function release(net: Namespace, device: Device): void {
  if (device.master === undefined) return;
  const bridge = bridgeOf(net.get(device.master));
  delete device.master;
  bridge.forwarding = bridge.forwarding.filter((ifindex) => ifindex !== device.ifindex);
  setCarrier(bridge);
  tryStepCounter(net, device, 'promiscuity', -1);
  tryStepCounter(net, device, 'allmulti', -1);
}

/** The MTU a bridge takes when its user set none: the smallest of its ports' (`br_mtu_auto_adjust`). */
export function autoMtu(net: Namespace, master: Device): number {
  if (bridgeOf(master).mtuSetByUser) return master.mtu;
  const ports = portsOf(net, master);
  return ports.length === 0 ? 1500 : Math.min(...ports.map((port) => port.mtu));
}

/** The address a bridge takes when nobody chose one: the lowest of its ports' (`br_stp_recalculate_bridge_id`). */
export function autoAddress(net: Namespace, master: Device): string {
  if (master.addressChosen) return master.address;
  const addresses = portsOf(net, master).map((port) => port.address);
  return addresses.sort()[0] ?? ZERO_ADDRESS;
}

/** Lets every bridge notice which of its ports came up or went down (`br_port_state_selection`). */
export function settleBridges(net: Namespace): void {
  for (const device of net.all()) {
    if (device.bridge === undefined) continue;
    const live = portsOf(net, device).filter((port) => device.up && port.up && hasCarrier(net, port));
    const forwarding = live.map((port) => port.ifindex);
    if (forwarding.join() === device.bridge.forwarding.join()) continue;
    device.bridge.forwarding = forwarding;
    setCarrier(device.bridge);
  }
}

/** `br_stp_change_bridge_id`: a bridge whose address is set looks at its ports, and without a live one loses carrier. */
export function bridgeAddressSet(device: Device): void {
  if (device.bridge !== undefined) setCarrier(device.bridge);
}

function setCarrier(bridge: Bridge): void {
  const carrier = bridge.forwarding.length > 0;
  if (carrier !== bridge.carrier) bridge.carrierWatched = true;
  bridge.carrier = carrier;
}

function portsOf(net: Namespace, master: Device): Device[] {
  return net.all().filter((device) => device.master === master.ifindex);
}

function bridgeOf(device: Device): Bridge {
  if (device.bridge === undefined) throw new Error(`simulation: ${device.name} is no bridge`);
  return device.bridge;
}
