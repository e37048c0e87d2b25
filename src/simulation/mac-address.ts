/**
 * Link-layer addresses as iproute2 reads them and the kernel judges them. An address is its lower-case bytes joined by
 * colons, of whatever length the author wrote.
 */
import { IpRefusal, KernelRefusal } from './errors.ts';

export interface ParsedAddress {
  readonly address: string;
  readonly length: number;
  /** The first byte as it was written: `ip` cuts the word there, which shows in later messages. */
  readonly firstWord: string;
}

/**
 * `ll_addr_a2n` with room for `room` bytes: each part is read as `%x` reads, so `0G` is 0 and `2` is 02; dots make it
 * an IPv4 address. Refuses with rc 1 what is no number or above 255.
 */
export function parseLinkAddress(text: string, room = 32): ParsedAddress {
  if (text.includes('.')) return parseDotted(text);
  const words = text.split(':');
  const bytes: string[] = [];
  for (const [i, word] of words.entries()) {
    if (i === room) return { address: bytes.join(':'), length: room + 1, firstWord: words[0] ?? '' };
    const match = /^\s*\+?(?:0[xX])?([0-9a-fA-F]+)/.exec(word);
    const value = match?.[1] === undefined ? Number.NaN : Number.parseInt(match[1], 16);
    if (!(value >= 0 && value <= 255)) throw new IpRefusal(1, `"${word}" is invalid lladdr.\n`);
    bytes.push(value.toString(16).padStart(2, '0'));
  }
  return { address: bytes.join(':'), length: bytes.length, firstWord: words[0] ?? '' };
}

function parseDotted(text: string): ParsedAddress {
  const parts = text.split('.').map(Number);
  if (parts.length > 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw new IpRefusal(1, `"${text}" is invalid lladdr.\n`);
  }
  const bytes = [0, 1, 2, 3].map((i) => (parts[i] ?? 0).toString(16).padStart(2, '0'));
  return { address: bytes.join(':'), length: 4, firstWord: text };
}

/** `is_valid_ether_addr`: refuses multicast, broadcast and zero with EADDRNOTAVAIL. */
export function assertUsableAddress(address: string): void {
  const first = Number.parseInt(address.slice(0, 2), 16);
  if (first % 2 === 1 || address === '00:00:00:00:00:00') throw new KernelRefusal('EADDRNOTAVAIL');
}

/** Stands in for `eth_random_addr`: locally administered, unicast, the same for the same ifindex. */
export function madeUpAddress(ifindex: number): string {
  const hex = ifindex.toString(16).padStart(10, '0');
  return `0a:${hex.replace(/..(?=.)/g, '$&:')}`;
}
