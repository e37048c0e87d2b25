/**
 * Which wires lie between the hosts of a test fleet? The lines for `ip -batch` that make a controller namespace and one
 * namespace per host, all on one management network that exists nowhere else.
 */

export const NETWORK = '10.213.77';
export const CONTROLLER_ADDRESS = `${NETWORK}.1`;

/** Lower devices of each host; the other ends are ports of the bridge `sw0`, the switch. */
export const UPLINKS = ['eno1', 'eno2', 'eno3'] as const;

/** Interface indexes that the links of one host get for themselves. */
const INDEXES_PER_HOST = 64;
/** A group that only throw-away links are ever in. */
const BURN_GROUP = 4242;

export function hostAddress(index: number): string {
  return `${NETWORK}.${11 + index}`;
}

export function uplinkMac(index: number, uplink: number): string {
  return `02:aa:00:00:${hex(index + 1)}:${hex(uplink)}`;
}

/** The port of the switch that an uplink is plugged into. */
export function switchPort(uplink: string): string {
  return uplink.replace('eno', 'sw0p');
}

/**
 * /dev/tapN is named after the interface index, which each namespace counts for itself while the folder is shared. An
 * explicit index does not move the kernel's counter; making links and deleting them does.
 */
function burnIndexes(index: number): string[] {
  const pairs = (index * INDEXES_PER_HOST) / 2;
  if (pairs === 0) return [];
  const lines = Array.from(
    { length: pairs },
    (_, n) => `link add name b${n} group ${BURN_GROUP} type veth peer name c${n}`,
  );
  return [...lines, `link del group ${BURN_GROUP}`];
}

/** Run in the host's namespace. */
export function hostLines(index: number, controller: string): string[] {
  const up = (name: string) => [`link set dev ${name} addrgenmode none`, `link set dev ${name} up`];
  return [
    ...burnIndexes(index),
    'link set dev lo up',
    `link add name mgmt0 type veth peer name m${index} netns ${controller}`,
    ...up('mgmt0'),
    `addr add ${hostAddress(index)}/24 dev mgmt0`,
    'link add name sw0 type bridge',
    ...up('sw0'),
    ...UPLINKS.flatMap((uplink, n) => [
      `link add name ${uplink} address ${uplinkMac(index, n + 1)} type veth peer name ${switchPort(uplink)}`,
      `link set dev ${switchPort(uplink)} master sw0`,
      ...up(switchPort(uplink)),
      ...up(uplink),
    ]),
  ];
}

/** Run in the controller's namespace, when every host has its wire. */
export function controllerLines(hosts: number): string[] {
  return [
    'link set dev lo up',
    'link add name br0 type bridge',
    'link set dev br0 addrgenmode none',
    'link set dev br0 up',
    `addr add ${CONTROLLER_ADDRESS}/24 dev br0`,
    ...Array.from({ length: hosts }, (_, n) => [
      `link set dev m${n} addrgenmode none`,
      `link set dev m${n} master br0`,
      `link set dev m${n} up`,
    ]).flat(),
  ];
}

/** A link as `ip -j -d link show` prints it, as far as `resetLines` needs it. */
export interface ListedLink {
  readonly ifname: string;
  readonly address: string;
  readonly mtu: number;
  readonly master?: string;
  readonly altnames?: readonly string[];
  readonly linkinfo?: { readonly info_kind?: string };
}

/** Bring a host's links back to what `hostLines` made; nothing where they are. */
export function resetLines(links: readonly ListedLink[]): string[] {
  const uplinkOf = (link: ListedLink) =>
    link.linkinfo?.info_kind === 'veth' ? /^02:aa:00:00:..:0(\d)$/.exec(link.address)?.[1] : undefined;
  const extra = links.filter((link) => !/^(lo|mgmt0|sw0|sw0p\d)$/.test(link.ifname) && !uplinkOf(link));
  return [
    ...extra.map((link) => `link set dev ${link.ifname} group ${BURN_GROUP}`),
    ...(extra.length > 0 ? [`link del group ${BURN_GROUP}`] : []),
    ...links.flatMap((link) => {
      const number = uplinkOf(link);
      if (number === undefined) return [];
      const name = `eno${number}`;
      return [
        ...(link.altnames ?? []).map((other) => `link property del dev ${link.ifname} altname ${other}`),
        ...(link.ifname === name ? [] : [`link set dev ${link.ifname} name ${name}`]),
        ...(link.master === undefined ? [] : [`link set dev ${name} nomaster`]),
        ...(link.mtu === 1500 ? [] : [`link set dev ${name} mtu 1500`]),
      ];
    }),
  ];
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
