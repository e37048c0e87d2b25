/**
 * The devices of one simulated network namespace: which exist, how they are found, how names and ifindexes are given
 * out. It knows nothing of macvlan rules and changes no device.
 */
import type { Device, Macvlan, MacvlanPort } from './device.ts';
import { KernelRefusal } from './errors.ts';

export interface NamespaceState {
  devices: Map<number, Device>;
  nextIndex: number;
}

export class Namespace {
  readonly state: NamespaceState;

  constructor(state: NamespaceState) {
    this.state = state;
  }

  /** Every device, by ifindex: the order of `ip link show`. */
  all(): Device[] {
    return [...this.state.devices.values()].sort((a, b) => a.ifindex - b.ifindex);
  }

  get(ifindex: number): Device {
    const device = this.state.devices.get(ifindex);
    if (device === undefined) throw new Error(`simulation: no device ${ifindex}`);
    return device;
  }

  has(ifindex: number): boolean {
    return this.state.devices.has(ifindex);
  }

  add(device: Device): void {
    this.state.devices.set(device.ifindex, device);
  }

  remove(ifindex: number): void {
    this.state.devices.delete(ifindex);
  }

  /** By name or alternative name (`netdev_name_node_lookup`). */
  find(name: string): Device | undefined {
    for (const device of this.state.devices.values()) {
      if (device.name === name || device.altnames.includes(name)) return device;
    }
    return undefined;
  }

  /** The next free ifindex (`dev_index_reserve`); explicit indexes do not move the counter. */
  takeIndex(): number {
    while (this.state.devices.has(this.state.nextIndex)) this.state.nextIndex += 1;
    this.state.nextIndex += 1;
    return this.state.nextIndex - 1;
  }

  /**
   * The name a device gets when it asks for `wanted` (`dev_get_valid_name`): `%d` becomes the lowest free number.
   * EINVAL for a name no device may have, EEXIST for one in use.
   */
  grantName(wanted: string): string {
    if (!isValidName(wanted)) throw new KernelRefusal('EINVAL');
    if (wanted.includes('%')) return this.numberedName(wanted);
    if (this.find(wanted) !== undefined) throw new KernelRefusal('EEXIST');
    // Folders of net.ipv4.conf and net.ipv6.conf (`sysctl_dev_name_is_allowed`); no rule for alternative names.
    if (wanted === 'all' || wanted === 'default') throw new KernelRefusal('EINVAL');
    return wanted;
  }

  private numberedName(pattern: string): string {
    const [before, after, ...more] = pattern.split('%d');
    const plain = before !== undefined && after !== undefined && !`${before}${after}`.includes('%');
    if (!plain || more.length > 0) throw new KernelRefusal('EINVAL');
    for (let n = 0; ; n += 1) {
      const name = `${before}${n}${after}`;
      if (this.find(name) === undefined) return name;
    }
  }
}

/** The lower half of a device that is known to be a macvlan or macvtap. */
export function macvlanOf(device: Device): Macvlan {
  if (device.macvlan === undefined) throw new Error(`simulation: ${device.name} is no macvlan`);
  return device.macvlan;
}

/** The port of a device that is known to carry macvlans. */
export function portOf(lower: Device): MacvlanPort {
  if (lower.port === undefined) throw new Error(`simulation: ${lower.name} has no macvlan port`);
  return lower.port;
}

/** `dev_valid_name`. */
export function isValidName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || Buffer.byteLength(name) > 15) return false;
  return !/[/:\s]/.test(name);
}
