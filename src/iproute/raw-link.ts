/**
 * A link as `ip -j -d link show` prints it, as far as it is read here: which types its values have, and whether a host
 * has kept to them. What passes here can be compared, printed and summed up without a further look.
 */
import { MODE_WORD } from '../model/names.ts';

export interface RawLink {
  ifindex: number;
  ifname: string;
  link?: string;
  link_index?: number;
  flags?: string[];
  mtu?: number;
  max_mtu?: number;
  group?: string;
  /** Printed as a signed number: -1 is 4294967295. */
  txqlen?: number;
  address?: string;
  master?: string;
  link_type?: string;
  promiscuity?: number;
  linkinfo?: { info_kind?: string; info_slave_kind?: string; info_data?: RawInfo };
  inet6_addr_gen_mode?: string;
  num_tx_queues?: number;
  num_rx_queues?: number;
  ifalias?: string;
  altnames?: string[];
}

export interface RawInfo {
  mode?: string;
  nopromisc?: boolean;
  bcqueuelen?: number;
  macaddr_data?: string[];
}

/** Longer than anything the kernel holds: a name has 15 bytes, an alternative one 127, an alias 255. */
const MAX_CHARS = 512;

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** Whether what is read of it has the type that `ip` gives it: a host may say anything. Words may be of later kernels. */
export function isAsPrinted(raw: RawLink): boolean {
  const { linkinfo } = raw;
  const info = linkinfo?.info_data;
  return (
    raw.ifname !== '' &&
    isText(raw.ifname) &&
    raw.ifindex !== undefined &&
    isCount(raw.ifindex) &&
    isText(raw.link) &&
    isCount(raw.link_index) &&
    areTexts(raw.flags) &&
    isCount(raw.mtu) &&
    isCount(raw.max_mtu) &&
    isText(raw.group) &&
    (raw.txqlen === undefined || Number.isSafeInteger(raw.txqlen)) &&
    isText(raw.address) &&
    isText(raw.master) &&
    isText(raw.link_type) &&
    isCount(raw.promiscuity) &&
    isModeWord(raw.inet6_addr_gen_mode) &&
    isCount(raw.num_tx_queues) &&
    isCount(raw.num_rx_queues) &&
    isText(raw.ifalias) &&
    areTexts(raw.altnames) &&
    isText(linkinfo?.info_kind) &&
    (linkinfo?.info_kind !== 'macvtap' || raw.address === undefined || MAC.test(raw.address)) &&
    isModeWord(info?.mode) &&
    isCount(info?.bcqueuelen) &&
    areMacs(info?.macaddr_data)
  );
}

/** A text that is short enough, or none. */
export function isText(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.length <= MAX_CHARS);
}

function isCount(value: unknown): boolean {
  return value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function isModeWord(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && MODE_WORD.test(value));
}

function areTexts(value: unknown): boolean {
  return (
    value === undefined || (Array.isArray(value) && value.every((one) => one !== undefined && isText(one)))
  );
}

function areMacs(value: unknown): boolean {
  return (
    value === undefined ||
    (Array.isArray(value) && value.every((one) => typeof one === 'string' && MAC.test(one)))
  );
}
