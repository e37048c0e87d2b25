/** Alternative names of a device (`rtnl_linkprop`, kernel 5.5 and later): unique among all names of the namespace. */
import type { Device } from './device.ts';
import { KernelRefusal } from './errors.ts';
import type { Namespace } from './namespace.ts';

/** Names before a refused one stay. EEXIST for a name in use, also by the device itself. */
export function addAltnames(net: Namespace, device: Device, names: readonly string[]): void {
  for (const name of names) {
    if (net.find(name) !== undefined) throw new KernelRefusal('EEXIST');
    device.altnames.push(name);
  }
}

/** ENOENT for a name nobody has, EINVAL for one that is not an alternative name of this device. */
export function dropAltnames(net: Namespace, device: Device, names: readonly string[]): void {
  for (const name of names) {
    if (net.find(name) === undefined) throw new KernelRefusal('ENOENT');
    if (!device.altnames.includes(name)) throw new KernelRefusal('EINVAL');
    device.altnames = device.altnames.filter((kept) => kept !== name);
  }
}
