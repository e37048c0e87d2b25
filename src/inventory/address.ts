/**
 * Is this word a host's name or address, and does it carry a port? Answers as Ansible does for inventory names and
 * patterns, where a colon may begin a port, belong to IPv6, stand in a range or part two patterns. Resolves nothing.
 */
import { isIPv6 } from 'node:net';

export interface Address {
  /** A name, IPv4 or IPv6 address, ranges such as `[01:50]` still in it. */
  readonly host: string;
  readonly port?: number;
}

const RANGE = String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`;
const LABEL = new RegExp(String.raw`^(?:[\p{L}\p{N}_]|${RANGE})(?:[\p{L}\p{N}_-]|${RANGE})*(?<![_-])$`, 'iu');
const HEX_RANGE = /\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\]/gi;
/** Longer than any DNS name with ranges in it; keeps what is matched below small. */
const MAX_ADDRESS_CHARS = 1024;

/**
 * The parts of `name`, `name:22`, `[fe80::1]:22`, `hv[01:50].example`; undefined where Ansible 2.14 would not take the
 * word for an address (its patterns then split it at colons). An IPv6 address carries a port only in brackets.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_ADDRESS_CHARS) return undefined;
  const bracketed = /^\[(.+)\]:([0-9]+)$/.exec(text);
  const [, host = text, port] = bracketed ?? /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/.exec(text) ?? [];
  if (!isIPv6WithRanges(host) && !isName(host)) return undefined;
  return port === undefined ? { host } : { host, port: Number(port) };
}

function isIPv6WithRanges(host: string): boolean {
  // Only then asked: node makes the pattern of all such addresses when it is asked first, which takes some milliseconds.
  return host.includes(':') && !host.includes('%') && isIPv6(host.replace(HEX_RANGE, '0'));
}

function isName(host: string): boolean {
  return host.split('.').every((label) => LABEL.test(label));
}
