/**
 * Carrier, operstate and flags of a device, derived from what it is stacked on. Pure: the answers are those after the
 * kernel's link watch has settled.
 */
import type { Device } from './device.ts';
import { macvlanOf, type Namespace } from './namespace.ts';

export type OperState = 'UP' | 'DOWN' | 'LOWERLAYERDOWN' | 'UNKNOWN';

/** A veth has carrier while both ends are up; a macvlan has its lower's (`netif_stacked_transfer_operstate`). */
export function hasCarrier(net: Namespace, device: Device): boolean {
  if (device.macvlan !== undefined) return hasCarrier(net, net.get(device.macvlan.lower));
  if (device.peer !== undefined) return device.up && net.get(device.peer).up;
  return device.bridge?.carrier ?? true;
}

/** `default_operstate` of net/core/link_watch.c; a device that is not running is DOWN (`rtnl_fill_ifinfo`). */
export function operState(net: Namespace, device: Device): OperState {
  if (!device.up) return 'DOWN';
  const linked = linkedIndex(device) !== undefined;
  if (!linked && device.bridge?.carrierWatched !== true) return 'UNKNOWN';
  if (hasCarrier(net, device)) return 'UP';
  return linked ? 'LOWERLAYERDOWN' : 'DOWN';
}

/** The ifindex that `ip link` shows after `@`: a macvlan's lower, a veth's peer. */
export function linkedIndex(device: Device): number | undefined {
  return device.macvlan === undefined ? device.peer : macvlanOf(device).lower;
}

/** Flags in the order of `print_link_flags` of iproute2. */
export function linkFlags(net: Namespace, device: Device): string[] {
  const state = operState(net, device);
  const linked = linkedIndex(device);
  const flags: [string, boolean][] = [
    ['NO-CARRIER', device.up && state !== 'UP' && state !== 'UNKNOWN'],
    ['LOOPBACK', device.kind === 'loopback'],
    ['BROADCAST', device.kind !== 'loopback'],
    ['MULTICAST', device.kind !== 'loopback' && device.kind !== 'ifb'],
    ['NOARP', device.kind === 'ifb'],
    ['ALLMULTI', device.userAllmulti],
    ['PROMISC', device.userPromisc],
    ['UP', device.up],
    ['LOWER_UP', device.up && hasCarrier(net, device)],
    ['M-DOWN', linked !== undefined && !net.get(linked).up],
  ];
  return flags.filter(([, on]) => on).map(([name]) => name);
}
