/** ProxyJump's value → the hosts to go through. Looks nothing up. */

export interface Hop {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

/** `[user@]host[:port]` and ssh:// URIs with commas between; `none` is the empty list. Undefined: not such a list. */
export function parseJump(text: string): readonly Hop[] | undefined {
  const list = (text.split('#', 1)[0] ?? '').trim();
  if (list.toLowerCase() === 'none') return [];
  const hops = list.split(',').map((one) => parseHop(one));
  return hops.every((hop) => hop !== undefined) ? hops : undefined;
}

/**
 * One destination: `[user@]host[:port]` as ProxyJump has it; with `port: false` as ssh(1) has it, where a port stands only in
 * a URI and a colon is part of an IPv6 address.
 */
export function parseHop(text: string, { port: takesPort = true } = {}): Hop | undefined {
  const uri = /^ssh:\/\//i.test(text);
  const plain = uri ? text.slice(6).replace(/\/$/, '') : text;
  const at = plain.lastIndexOf('@');
  const user = at < 0 ? undefined : uri ? decode(plain.slice(0, at)) : plain.slice(0, at);
  const place = plain.slice(at + 1);
  if (!uri && !takesPort) return plainHop(user, place);
  const [, bracketed, bare, port] = /^(?:\[([^\]\s]+)\]|([^:\s[\]/]+))(?::([0-9]{1,5}))?$/.exec(place) ?? [];
  const host = bracketed ?? bare;
  if (host === undefined || host.startsWith('-') || user === '' || user?.startsWith('-')) return undefined;
  if (port !== undefined && !isPort(port)) return undefined;
  return {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

function plainHop(user: string | undefined, host: string): Hop | undefined {
  if (!/^[^\s[\]/-][^\s[\]/]*$/.test(host) || user === '' || user?.startsWith('-')) return undefined;
  return { host, ...(user === undefined ? {} : { user }) };
}

export function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
