/**
 * `ip -d -o link show` of versions without JSON (4.13 and older: EL7) → the links of a host. Aliases come from sysfs,
 * for one with a line break could forge a link here.
 */
import { observedMac } from '../model/mac.ts';
import type { Mode } from '../model/macvtap.ts';
import { NO_IPV6, type ReadLink, sortedMacs, withoutUndefined } from './links-json.ts';
import { isText } from './raw-link.ts';

/** Links in the order printed; lines that are none are passed over. `aliases` by interface name. */
export function parseLinksText(text: string, aliases: ReadonlyMap<string, string>): ReadLink[] {
  return text.split('\n').flatMap((line) => {
    const link = parseLine(line, aliases);
    return link ? [link] : [];
  });
}

/** `NAME ALIAS` lines, as the gather program prints them from sysfs. */
export function parseAliases(text: string): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) aliases.set(line.slice(0, space), line.slice(space + 1));
  }
  return aliases;
}

const HEAD = /^(\d{1,10}): ([^\s@:]+)(?:@([^\s:]+))?: <([A-Z0-9_,-]*)> (.*)$/;
/** Kinds as `ip -d` prints them first in their part of the line; enough to tell what a lower device may be. */
const KINDS = /^(macvtap|macvlan|bridge|bond|team|veth|vlan|vxlan|tun|ifb|dummy|ipvlan|vrf|ipoib)\b/;

function parseLine(line: string, aliases: ReadonlyMap<string, string>): ReadLink | undefined {
  const match = HEAD.exec(line);
  const [, index = '', name = '', shownLink, flagText = '', rest = ''] = match ?? [];
  if (!match || !isText(name) || !isText(shownLink)) return undefined;
  const [attributes = '', ...parts] = rest.split('\\');
  // The alias is printed raw and may itself hold what divides the parts: nothing after it can be believed.
  const alias = parts.findIndex((part) => /^\s*alias /.test(part));
  const detail = (alias < 0 ? parts : parts.slice(0, alias)).map((part) => part.trim());
  const all = [attributes, ...detail].join(' ');
  const flags = new Set(flagText.split(','));
  // `NAME@if27` with a namespace's number beside it: index 27 of another network namespace.
  const elsewhere = /(?:^|\s)link-netns/.test(all) && /^if\d+$/.test(shownLink ?? '');
  const link = elsewhere ? `@${shownLink}` : shownLink;
  const kind = detail.map((part) => KINDS.exec(part)?.[1]).find((found) => found !== undefined);
  const word = (key: string) => believed(new RegExp(`(?:^|\\s)${key} (\\S+)`).exec(all)?.[1]);
  const number = (key: string) => {
    const found = word(key);
    return found !== undefined && /^\d{1,10}$/.test(found) ? Number(found) : undefined;
  };
  // Printed as a signed number.
  const txqueuelen = Number(/^-?\d{1,10}$/.exec(word('qlen') ?? '')?.[0] ?? 0) >>> 0;
  const linkPart = /link\/(\S+)(?: ([0-9a-f:]{17}))?/.exec(all);
  const mac = linkPart?.[2] === undefined ? undefined : observedMac(linkPart[2]);
  const kindPart = detail.find((part) => KINDS.test(part)) ?? '';
  const mode =
    kind === 'macvtap' || kind === 'macvlan'
      ? /\bmode ([A-Za-z0-9_-]{1,32})(?:\s|$)/.exec(kindPart)?.[1]
      : undefined;
  const up = flags.has('UP');
  const tx = number('numtxqueues');
  const rx = number('numrxqueues');
  return {
    name,
    ifindex: Number(index),
    altnames: [],
    kind,
    master: word('master'),
    linkType: believed(linkPart?.[1]) ?? '',
    mac,
    mtu: number('mtu') ?? 0,
    maxMtu: number('maxmtu') || undefined,
    up,
    promiscuity: number('promiscuity'),
    group: word('group') ?? 'default',
    lower: link,
    mode,
    addrgenmode: word('addrgenmode'),
    alias: aliases.get(name) ?? '',
    macvtap:
      kind === 'macvtap'
        ? withoutUndefined({
            lower: link,
            mode: mode as Mode | undefined,
            nopromisc: /\bnopromisc\b/.test(kindPart),
            mac,
            source_macs: sortedMacs(
              /\bremotes \(\d+\)((?: [0-9a-f:]{17})*)/
                .exec(kindPart)?.[1]
                ?.trim()
                .split(' ')
                .filter(Boolean) ?? [],
            ),
            mtu: number('mtu'),
            txqueuelen,
            bcqueuelen: number('bcqueuelen'),
            queues: tx === rx ? tx : `${tx}/${rx}`,
            addrgenmode: word('addrgenmode') ?? NO_IPV6,
            allmulticast: flags.has('ALLMULTI'),
            promisc: flags.has('PROMISC'),
            state: up ? 'up' : 'down',
          })
        : undefined,
  };
}

/** A word of any length is no word of `ip`. */
function believed(word: string | undefined): string | undefined {
  return isText(word) ? word : undefined;
}
