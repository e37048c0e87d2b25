/**
 * What a lab host looks like: its name, its devices, their addresses, as the lines of one `ip -batch` that a real
 * namespace and the simulated kernel both understand. Pure; it makes nothing.
 */

/** Names have two digits, and burning indexes (below) grows with the square of the number of hosts. */
export const MAX_HOSTS = 50;

/**
 * How far apart the interface indexes of two hosts begin. /dev/tapN is shared by all namespaces of a machine while
 * indexes are counted per namespace: of two macvtaps with the same index only the first has a device node. So host
 * number k (from 0) starts at 64·k. A host that has created more than about 50 macvtaps in its life enters the range
 * of the next one; so does a second lab on the same machine, which starts at the same indexes.
 */
export const INDEX_STRIDE = 64;

const BURN_GROUP = 4242;

/** `lab01` … `lab50`; `number` counts from 1. */
export function hostName(number: number): string {
  return `lab${String(number).padStart(2, '0')}`;
}

/** The address of a host's device `n` in `part` (0: uplinks, 1: switch ports, 2: bridges); the same in every lab. */
export function labMac(hostNumber: number, part: number, n: number): string {
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  return `02:7f:00:${hex(hostNumber)}:${hex(part)}:${hex(n)}`;
}

/**
 * Moves the namespace's index counter by `count` (rounded up to an even number): creating a link does, `index N` does
 * not (kernel 6.18). A veth pair costs two indexes; deleting all by group is one wait for the kernel instead of many,
 * and bridges would each pay their own (8 s for 500).
 */
export function burnIndexesBatch(count: number): string {
  if (count <= 0) return '';
  const pairs = Array.from(
    { length: Math.ceil(count / 2) },
    (_, i) => `link add burn${i} group ${BURN_GROUP} type veth peer name nrub${i}`,
  );
  return `${[...pairs, `link del group ${BURN_GROUP}`].join('\n')}\n`;
}

/**
 * Uplinks eno1–eno3 whose other ends are ports of the bridge `sw0`, which acts as the switch (`ip link set sw0p1 type
 * bridge_slave hairpin on` makes it a VEPA switch), and eno4, a port of the host's own bridge `br0`: a lower device
 * that cannot carry a macvtap. eno3 takes jumbo frames. No device gets an IPv6 address: the lab is quiet.
 */
export function hostBatch(hostNumber: number): string {
  const lines = ['link set lo up'];
  for (const [bridge, n] of [
    ['sw0', 0],
    ['br0', 1],
  ] as const) {
    lines.push(
      `link add ${bridge} address ${labMac(hostNumber, 2, n)} type bridge`,
      `link set ${bridge} addrgenmode none`,
      `link set ${bridge} up`,
    );
  }
  for (let n = 1; n <= 4; n += 1) {
    const uplink = `eno${n}`;
    const port = `sw0p${n}`;
    lines.push(
      `link add ${uplink} address ${labMac(hostNumber, 0, n)} type veth peer name ${port}`,
      `link set ${port} address ${labMac(hostNumber, 1, n)}`,
    );
    for (const end of [uplink, port]) {
      if (n === 3) lines.push(`link set ${end} mtu 9000`);
      lines.push(`link set ${end} addrgenmode none`);
    }
    lines.push(`link set ${port} master sw0`);
    if (n === 4) lines.push(`link set ${uplink} master br0`);
    lines.push(`link set ${port} up`, `link set ${uplink} up`);
  }
  return `${lines.join('\n')}\n`;
}
