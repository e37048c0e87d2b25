/**
 * Prints links as `ip -j -d link show` of iproute2 6.1 does: the same keys in the same order, absent where `ip` leaves
 * them out. Reads the model, changes nothing. Bridge and bridge port details, qdisc timers and statistics are left out.
 */
import type { Device } from './device.ts';
import { linkedIndex, linkFlags, operState } from './link-state.ts';
import { usedBcQueueLen } from './macvlan.ts';
import type { Namespace } from './namespace.ts';

/** Offload limits that no rule of this model touches (seen on kernel 6.18). */
const LIMITS = {
  gso_max_size: 65536,
  gso_max_segs: 65535,
  tso_max_size: 524280,
  tso_max_segs: 65535,
  gro_max_size: 65536,
};

export function linkObjects(net: Namespace, devices: readonly Device[]): Record<string, unknown>[] {
  return devices.map((device) => linkObject(net, device));
}

function linkObject(net: Namespace, device: Device): Record<string, unknown> {
  const linked = linkedIndex(device);
  const loopback = device.kind === 'loopback';
  return withoutAbsent({
    ifindex: device.ifindex,
    link: linked === undefined ? undefined : net.get(linked).name,
    ifname: device.name,
    flags: linkFlags(net, device),
    mtu: device.mtu,
    qdisc: qdisc(device),
    master: device.master === undefined ? undefined : net.get(device.master).name,
    operstate: operState(net, device),
    linkmode: 'DEFAULT',
    group: device.group === 0 ? 'default' : String(device.group),
    // `ip` reads the length as a signed number and leaves out zero.
    txqlen: device.txqlen === 0 ? undefined : device.txqlen | 0,
    link_type: loopback ? 'loopback' : 'ether',
    address: loopback ? '00:00:00:00:00:00' : device.address,
    broadcast: loopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff',
    promiscuity: device.promiscuity,
    allmulti: device.allmulti,
    min_mtu: device.minMtu,
    max_mtu: device.maxMtu,
    linkinfo: loopback ? undefined : linkInfo(net, device),
    inet6_addr_gen_mode: device.addrGenMode,
    num_tx_queues: device.txQueues,
    num_rx_queues: device.rxQueues,
    ...LIMITS,
    ifalias: device.alias === '' ? undefined : device.alias,
    altnames: device.altnames.length === 0 ? undefined : [...device.altnames],
  });
}

function linkInfo(net: Namespace, device: Device): Record<string, unknown> {
  return withoutAbsent({
    info_kind: device.kind,
    info_data: device.macvlan === undefined ? undefined : macvlanInfo(net, device),
    info_slave_kind: device.master === undefined ? undefined : 'bridge',
  });
}

function macvlanInfo(net: Namespace, device: Device): Record<string, unknown> | undefined {
  const macvlan = device.macvlan;
  if (macvlan === undefined) return undefined;
  const { sources } = macvlan;
  return withoutAbsent({
    mode: macvlan.mode,
    nopromisc: macvlan.nopromisc ? true : undefined,
    nodst: macvlan.nodst ? true : undefined,
    bcqueuelen: macvlan.bcQueueLen,
    usedbcqueuelen: usedBcQueueLen(net, device),
    macaddr_count: macvlan.mode === 'source' ? sources.length : undefined,
    macaddr_data: sources.length === 0 ? undefined : [...sources],
  });
}

function qdisc(device: Device): string {
  if (!device.up) return 'noop';
  return device.kind === 'macvtap' || device.kind === 'ifb' ? 'pfifo_fast' : 'noqueue';
}

function withoutAbsent(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
