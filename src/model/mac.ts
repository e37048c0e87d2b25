/** Ethernet addresses: parse once into lower-case colon form, say what is wrong with one, derive one. Pure. */
import { createHash } from 'node:crypto';

/** Lower case, colons: `52:54:00:10:00:01`. */
export type Mac = string & { readonly __brand: 'Mac' };

/** Why a text is no address an interface may have, or the address. */
export type MacReading = { readonly mac: Mac } | { readonly problem: string };

/**
 * Reads colon and dash form. The kernel refuses multicast, broadcast and zero addresses (is_valid_ether_addr:
 * `Cannot assign requested address`); `ip` wants colons.
 */
export function readMac(text: string): MacReading {
  const parts = text.trim().split(/[:-]/);
  if (!parts.every((part) => /^[0-9A-Fa-f]{2}$/.test(part))) {
    return { problem: 'is not a MAC address: write six pairs of hex digits, such as 52:54:00:10:00:01' };
  }
  if (parts.length !== 6) return { problem: `has ${parts.length} bytes: a MAC address has 6` };
  const mac = parts.join(':').toLowerCase() as Mac;
  if (mac === '00:00:00:00:00:00') return { problem: 'is the zero address, which no interface may have' };
  if (Number.parseInt(parts[0] ?? '', 16) & 1) {
    return { problem: 'is a multicast address: the lowest bit of its first byte must be 0' };
  }
  return { mac };
}

/** An address the kernel printed; trusted to be well formed, only its case is settled. */
export function observedMac(text: string): Mac {
  return text.toLowerCase() as Mac;
}

/** `mac: auto`: the same for a host and an interface in every run; unicast, locally administered (02:…). */
export function autoMac(host: string, interfaceName: string): Mac {
  const digest = createHash('sha256').update(`tapfleet mac\0${host}\0${interfaceName}`).digest();
  const bytes = [((digest[0] ?? 0) & 0xfc) | 0x02, ...digest.subarray(1, 6)];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':') as Mac;
}

/** The `n`-th of the addresses used only while two interfaces swap theirs; stable for a host and interface. */
export function temporaryMac(host: string, interfaceName: string, n: number): Mac {
  return autoMac(host, `${interfaceName}\0temporary ${n}`);
}
