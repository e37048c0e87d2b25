/**
 * The rules of drivers/net/macvlan.c: what may be stacked on a lower device, which modes may follow each other, whose
 * address counts as taken. Texts of `ip` and the general life of a link are elsewhere.
 */
import type { Device, Macvlan, MacvlanMode, MacvlanPort } from './device.ts';
import { KernelRefusal } from './errors.ts';
import { assertUsableAddress } from './mac-address.ts';
import { macvlanOf, type Namespace, portOf } from './namespace.ts';
import { addUnicast, dropUnicast, stepCounter, tryStepCounter } from './rx-flags.ts';

/** What `type macvtap …` carries to the kernel; a field left out is not sent. */
export interface MacvlanOptions {
  readonly mode?: MacvlanMode;
  readonly flags?: { readonly nopromisc: boolean; readonly nodst: boolean };
  readonly bcQueueLen?: number;
  readonly sources?: SourceEdit;
}

export interface SourceEdit {
  readonly action: 'add' | 'del' | 'set' | 'flush';
  readonly addresses: readonly string[];
}

const DEFAULT_BC_QUEUE_LEN = 1000;

/** `macvlan_validate`: EADDRNOTAVAIL for a source address that no station can have. */
export function validateOptions(options: MacvlanOptions): void {
  for (const address of options.sources?.addresses ?? []) assertUsableAddress(address);
}

/** The real device under `device`: a macvlan on a macvlan is flattened (`macvlan_common_newlink`). */
export function realLower(net: Namespace, device: Device): Device {
  return device.macvlan === undefined ? device : net.get(device.macvlan.lower);
}

/**
 * `macvlan_port_create` and the checks behind it: EINVAL on a loopback, EBUSY on a bridge port, EINVAL where one side
 * of passthru would not be alone.
 */
export function assertStackable(lower: Device, mode: MacvlanMode): void {
  if (lower.kind === 'loopback') throw new KernelRefusal('EINVAL');
  if (lower.port === undefined && lower.master !== undefined) throw new KernelRefusal('EBUSY');
  if (lower.port?.passthru === true) throw new KernelRefusal('EINVAL');
  if (mode === 'passthru' && lower.port !== undefined) throw new KernelRefusal('EINVAL');
}

/** What a new macvlan starts with (`macvlan_common_newlink`); mode defaults to vepa. */
export function newMacvlan(lower: Device, options: MacvlanOptions): Macvlan {
  const macvlan: Macvlan = {
    lower: lower.ifindex,
    mode: options.mode ?? 'vepa',
    nopromisc: options.flags?.nopromisc ?? false,
    nodst: options.flags?.nodst ?? false,
    bcQueueLen: options.bcQueueLen ?? DEFAULT_BC_QUEUE_LEN,
    sources: [],
  };
  editSources(macvlan, options.sources);
  return macvlan;
}

/** Puts a registered macvlan on its lower's list, making the port with the first one. */
export function attach(net: Namespace, device: Device): void {
  const macvlan = macvlanOf(device);
  const lower = net.get(macvlan.lower);
  lower.port ??= {
    passthru: macvlan.mode === 'passthru',
    addressChange: false,
    permanentAddress: lower.address,
    uppers: [],
  };
  lower.port.uppers.push(device.ifindex);
}

/**
 * Takes a macvlan off its lower's list (`macvlan_dellink`, `macvlan_uninit`). Returns the address that the lower must
 * be given back when a passthru port went away, else undefined.
 */
export function detach(net: Namespace, device: Device): string | undefined {
  const lower = net.get(macvlanOf(device).lower);
  const port = portOf(lower);
  port.uppers = port.uppers.filter((ifindex) => ifindex !== device.ifindex);
  if (port.uppers.length > 0) return undefined;
  delete lower.port;
  const restore = port.passthru && lower.address !== port.permanentAddress;
  return restore ? port.permanentAddress : undefined;
}

/**
 * `macvlan_changelink`. Not atomic: the source list is flushed, flags and mode are set, before a bad source edit is
 * refused with EINVAL. The nopromisc flag moves the lower's counter whether the device is UP or DOWN, although only an
 * UP device holds a reference: toggled while DOWN, the counter wraps or keeps one too many.
 */
export function changeMacvlan(net: Namespace, device: Device, options: MacvlanOptions): void {
  const macvlan = macvlanOf(device);
  const lower = net.get(macvlan.lower);
  const { mode, flags } = options;
  if (mode !== undefined) {
    if ((mode === 'passthru') !== (macvlan.mode === 'passthru')) throw new KernelRefusal('EINVAL');
    if (macvlan.mode === 'source' && mode !== 'source') macvlan.sources = [];
  }
  if (flags !== undefined) {
    if (portOf(lower).passthru && flags.nopromisc !== macvlan.nopromisc) {
      stepCounter(net, lower, 'promiscuity', flags.nopromisc ? -1 : 1);
    }
    macvlan.nopromisc = flags.nopromisc;
    macvlan.nodst = flags.nodst;
  }
  if (options.bcQueueLen !== undefined) macvlan.bcQueueLen = options.bcQueueLen;
  if (mode !== undefined) macvlan.mode = mode;
  editSources(macvlan, options.sources);
}

/** `macvlan_changelink_sources`; EINVAL outside source mode. */
function editSources(macvlan: Macvlan, edit: SourceEdit | undefined): void {
  if (edit === undefined) return;
  if (macvlan.mode !== 'source') throw new KernelRefusal('EINVAL');
  const { action, addresses } = edit;
  if (action === 'flush' || action === 'set') macvlan.sources = [];
  const kept = macvlan.sources.filter((address) => !addresses.includes(address));
  macvlan.sources = action === 'del' ? kept : [...new Set([...macvlan.sources, ...addresses])];
}

/**
 * `macvlan_open`: an address that the lower or another UP macvlan of it has is refused with EADDRINUSE; passthru takes
 * a promiscuity reference instead of registering an address.
 */
export function openMacvlan(net: Namespace, device: Device): void {
  const macvlan = macvlanOf(device);
  const lower = net.get(macvlan.lower);
  const port = portOf(lower);
  if (port.passthru) {
    if (!macvlan.nopromisc) stepCounter(net, lower, 'promiscuity', 1);
    return;
  }
  if (isAddressBusy(net, lower, port, device.address)) throw new KernelRefusal('EADDRINUSE');
  addUnicast(net, lower, device.address);
  const taken: ('allmulti' | 'promiscuity')[] = [];
  try {
    for (const counter of ['allmulti', 'promiscuity'] as const) {
      if (device[counter] === 0) continue;
      stepCounter(net, lower, counter, 1);
      taken.push(counter);
    }
  } catch (error) {
    for (const counter of taken) tryStepCounter(net, lower, counter, -1);
    dropUnicast(net, lower, device.address);
    throw error;
  }
}

/** `macvlan_stop`; the device still counts as running while this is done. */
export function stopMacvlan(net: Namespace, device: Device): void {
  const macvlan = macvlanOf(device);
  const lower = net.get(macvlan.lower);
  if (portOf(lower).passthru) {
    if (!macvlan.nopromisc) tryStepCounter(net, lower, 'promiscuity', -1);
    return;
  }
  if (device.allmulti > 0) tryStepCounter(net, lower, 'allmulti', -1);
  if (device.promiscuity > 0) tryStepCounter(net, lower, 'promiscuity', -1);
  dropUnicast(net, lower, device.address);
}

/** `macvlan_addr_busy`: DOWN siblings do not count, and under passthru neither does the lower. */
export function isAddressBusy(net: Namespace, lower: Device, port: MacvlanPort, address: string): boolean {
  if (!port.passthru && !port.addressChange && lower.address === address) return true;
  return port.uppers.some((ifindex) => {
    const sibling = net.get(ifindex);
    return sibling.up && sibling.address === address;
  });
}

/** `macvlan_sync_address`: takes over an address, moving the lower's filter entry along when UP. */
export function syncAddress(net: Namespace, device: Device, address: string): void {
  const lower = net.get(macvlanOf(device).lower);
  const port = portOf(lower);
  if (device.up && isAddressBusy(net, lower, port, address)) throw new KernelRefusal('EADDRINUSE');
  if (device.up && !port.passthru) {
    addUnicast(net, lower, address);
    dropUnicast(net, lower, device.address);
  }
  device.address = address;
  if (port.passthru && !port.addressChange) port.permanentAddress = lower.address;
  port.addressChange = false;
}

/** `update_port_bc_queue_len`: the longest request among all that share the lower device. */
export function usedBcQueueLen(net: Namespace, device: Device): number {
  const uppers = portOf(net.get(macvlanOf(device).lower)).uppers;
  return Math.max(...uppers.map((ifindex) => macvlanOf(net.get(ifindex)).bcQueueLen));
}
