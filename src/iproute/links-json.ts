/**
 * `ip -j -d link show` of any version from 4.14 on → the links of a host. Reads what old versions print broken (one
 * foreign interface's alias must not blind us); decides nothing about it.
 */
import { type Mac, observedMac } from '../model/mac.ts';
import type { MacvtapFields, Mode } from '../model/macvtap.ts';
import type { ObservedLink } from '../model/observed.ts';
import { parseMended } from './mend-json.ts';
import { isAsPrinted, type RawLink } from './raw-link.ts';

/** A link as read, with the macvtap's fields where it is one. */
export interface ReadLink extends ObservedLink {
  readonly alias: string;
  readonly macvtap: Partial<MacvtapFields> | undefined;
}

/** The links, or undefined where the text is no JSON even when mended, or not what `ip` prints. */
export function parseLinksJson(text: string): ReadLink[] | undefined {
  const documents = parseMended(text);
  if (!Array.isArray(documents)) return undefined;
  // `ip … group N` and `up` print {} for what they filter out; whatever has no name is no link.
  const objects = documents.filter((one): one is RawLink => typeof one?.ifname === 'string');
  return objects.every(isAsPrinted) ? objects.map(readLink) : undefined;
}

/**
 * `ip -j -d -batch` of `link show` and `addr show to ADDRESS` → the text of the first, and the device that the second
 * names; undefined where it names none. An alias of the links is no end of them: the last line is the second's.
 */
export function splitAddress(text: string): { readonly links: string; readonly device: string | undefined } {
  const end = text.lastIndexOf(']\n[');
  const found = end < 0 ? undefined : parseMended(text.slice(end + 2));
  if (!Array.isArray(found)) return { links: text, device: undefined };
  // Links without the address are {} here, or left out.
  const device = found.find((one) => Array.isArray(one?.addr_info) && one.addr_info.length > 0)?.ifname;
  return { links: text.slice(0, end + 1), device: typeof device === 'string' ? device : undefined };
}

/**
 * An interface without IPv6 (an MTU below 1280, or a host where IPv6 is off) shows no mode, and no address can come of
 * it, which is what `none` asks for. Every version that has JSON shows the mode where there is one (4.14 on).
 */
export const NO_IPV6 = 'none';

function readLink(raw: RawLink): ReadLink {
  const kind = raw.linkinfo?.info_kind;
  const flags = new Set(raw.flags ?? []);
  const lower = raw.link ?? (raw.link_index === undefined ? undefined : `@if${raw.link_index}`);
  const mode = kind === 'macvtap' || kind === 'macvlan' ? raw.linkinfo?.info_data?.mode : undefined;
  return {
    name: raw.ifname,
    ifindex: raw.ifindex,
    altnames: raw.altnames ?? [],
    kind,
    master: raw.master,
    linkType: raw.link_type ?? '',
    mac: raw.address === undefined ? undefined : observedMac(raw.address),
    mtu: raw.mtu ?? 0,
    maxMtu: raw.max_mtu || undefined,
    up: flags.has('UP'),
    promiscuity: raw.promiscuity,
    group: raw.group ?? 'default',
    lower,
    mode,
    addrgenmode: raw.inet6_addr_gen_mode,
    alias: raw.ifalias ?? '',
    macvtap: kind === 'macvtap' ? macvtapFields(raw, flags, lower) : undefined,
  };
}

function macvtapFields(
  raw: RawLink,
  flags: ReadonlySet<string>,
  lower: string | undefined,
): Partial<MacvtapFields> {
  const info = raw.linkinfo?.info_data ?? {};
  const { num_tx_queues: tx, num_rx_queues: rx } = raw;
  return withoutUndefined({
    lower,
    mode: info.mode as Mode | undefined,
    nopromisc: info.nopromisc === true,
    mac: raw.address === undefined ? undefined : observedMac(raw.address),
    source_macs: sortedMacs(info.macaddr_data ?? []),
    mtu: raw.mtu,
    // iproute2 leaves txqlen out when it is 0, and prints it as a signed number.
    txqueuelen: (raw.txqlen ?? 0) >>> 0,
    bcqueuelen: info.bcqueuelen,
    queues: tx === rx ? tx : `${tx}/${rx}`,
    addrgenmode: raw.inet6_addr_gen_mode ?? NO_IPV6,
    allmulticast: flags.has('ALLMULTI'),
    promisc: flags.has('PROMISC'),
    state: flags.has('UP') ? ('up' as const) : ('down' as const),
  });
}

export function sortedMacs(list: readonly string[]): Mac[] {
  return list.map(observedMac).sort();
}

/** Drops what this host did not show: a missing key is "unknown", an undefined one is nothing. */
export function withoutUndefined(
  fields: { [K in keyof MacvtapFields]?: MacvtapFields[K] | undefined },
): Partial<MacvtapFields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<MacvtapFields>;
}
