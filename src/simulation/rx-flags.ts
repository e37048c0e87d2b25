/**
 * Who makes a device promiscuous: the reference counters of net/core/dev.c and what macvlan passes on to its lower
 * device. Decides nothing about addresses or modes.
 */
import type { Device } from './device.ts';
import { KernelRefusal } from './errors.ts';
import { macvlanOf, type Namespace, portOf } from './namespace.ts';

type Counter = 'promiscuity' | 'allmulti';

const U32 = 2 ** 32;

/**
 * Adds `step` (1 or -1) to a counter (`__dev_set_promiscuity`, `__dev_set_allmulti`). The counter is unsigned and wraps
 * below zero; stepping up from its maximum is refused with EOVERFLOW.
 */
export function stepCounter(net: Namespace, device: Device, counter: Counter, step: 1 | -1): void {
  const before = device[counter];
  const after = (before + step + U32) % U32;
  if (after === 0 && step > 0) throw new KernelRefusal('EOVERFLOW');
  device[counter] = after;
  if (before === 0 || after === 0) passOn(net, device, counter, after === 0 ? -1 : 1);
  refreshUnicastPromisc(net, device);
}

/** As `stepCounter`, for the kernel's callers that ignore the error. */
export function tryStepCounter(net: Namespace, device: Device, counter: Counter, step: 1 | -1): void {
  try {
    stepCounter(net, device, counter, step);
  } catch (error) {
    if (!(error instanceof KernelRefusal)) throw error;
  }
}

/** `ip link set promisc|allmulticast on|off`: a user holds one reference at most (`__dev_change_flags`). */
export function setUserFlag(net: Namespace, device: Device, counter: Counter, on: boolean): void {
  const flag = counter === 'promiscuity' ? 'userPromisc' : 'userAllmulti';
  if (device[flag] === on) return;
  device[flag] = on;
  tryStepCounter(net, device, counter, on ? 1 : -1);
}

/**
 * `macvlan_change_rx_flags`. Passthru passes allmulti on although open and stop do not: a count taken while UP stays
 * behind, one given back that was never taken wraps the lower's counter.
 */
function passOn(net: Namespace, device: Device, counter: Counter, step: 1 | -1): void {
  if (device.macvlan === undefined || !device.up) return;
  const lower = net.get(macvlanOf(device).lower);
  if (counter === 'promiscuity' && portOf(lower).passthru) return;
  tryStepCounter(net, lower, counter, step);
}

/** `dev_uc_add`. */
export function addUnicast(net: Namespace, device: Device, address: string): void {
  device.unicast.set(address, (device.unicast.get(address) ?? 0) + 1);
  refreshUnicastPromisc(net, device);
}

/** `dev_uc_del`. */
export function dropUnicast(net: Namespace, device: Device, address: string): void {
  const count = device.unicast.get(address) ?? 0;
  if (count > 1) device.unicast.set(address, count - 1);
  else device.unicast.delete(address);
  refreshUnicastPromisc(net, device);
}

/**
 * `__dev_set_rx_mode`: a running device whose driver filters no unicast (veth, bridge, ifb) is promiscuous while its
 * unicast list has entries. While the device is down nothing is done, so the reference can be out of date until up.
 */
export function refreshUnicastPromisc(net: Namespace, device: Device): void {
  if (!device.up || device.macvlan !== undefined) return;
  const wanted = device.unicast.size > 0;
  if (wanted === device.unicastPromisc) return;
  device.unicastPromisc = wanted;
  tryStepCounter(net, device, 'promiscuity', wanted ? 1 : -1);
}
