/**
 * One line of `ip -d -o link show` held against another of the same link: what of it is different, in the words of a
 * playbook. For messages; whether a link moved is told by the lines themselves. Pure.
 */
import { FIELD_NAMES, type FieldName, type FieldValue } from '../model/macvtap.ts';
import { readMark } from '../model/mark.ts';
import { parseLinksText } from './links-text.ts';

/** `mtu 1500 → 1400`, a word or two for each; empty where the difference has no name of ours. */
export function differencesOf(before: string, now: string): readonly string[] {
  const [a, b] = [readLine(before), readLine(now)];
  if (!a || !b) return [];
  const pairs: [string, FieldValue | undefined, FieldValue | undefined][] =
    a.macvtap && b.macvtap
      ? FIELD_NAMES.filter((name) => name !== 'alias').map((name) => [
          name,
          a.macvtap?.[name],
          b.macvtap?.[name],
        ])
      : [
          ['kind', a.kind, b.kind],
          ['mac', a.mac, b.mac],
          ['mtu', a.mtu, b.mtu],
          ['master', a.master, b.master],
          ['state', a.up ? 'up' : 'down', b.up ? 'up' : 'down'],
        ];
  return [
    ...(a.ifindex === b.ifindex ? [] : ['made anew']),
    ...pairs.flatMap(([name, was, is]) =>
      text(was) === text(is) ? [] : [`${name} ${text(was)} → ${text(is)}`],
    ),
    // What they say is long, and of little use here.
    ...(markAlone(a.alias) === markAlone(b.alias) ? [] : ['its mark']),
    ...(textAlone(a.alias) === textAlone(b.alias) ? [] : ['its alias']),
  ];
}

function readLine(line: string) {
  const [link] = parseLinksText(line, new Map());
  return link && { ...link, alias: aliasOf(line) };
}

function text(value: FieldValue | undefined): string {
  if (value === undefined) return 'none';
  return Array.isArray(value) ? value.join(' ') || 'none' : String(value);
}

/**
 * How each field stands in the line, before the alias; behind what stays, where there is a group. Nothing here looks back
 * over text of any length from every place of the line: a host may send a line of megabytes.
 */
const PLACES: Readonly<Record<Exclude<FieldName, 'alias'>, RegExp>> = {
  lower: /^(\d+: [^\s@:]+)@[^\s:]+/,
  mode: /(\\\s{1,9}macvtap )mode \S+/,
  mac: /(link\/\S{1,32} )[0-9a-f:]{17}/,
  mtu: /(\s)mtu \d+/,
  txqueuelen: /(\s)qlen -?\d+/,
  bcqueuelen: /(\s)bcqueuelen \d+/,
  queues: /numtxqueues \d+ numrxqueues \d+/,
  source_macs: /remotes \(\d+\)(?: [0-9a-f:]{17})*/,
  nopromisc: /nopromisc /,
  promisc: flagPlace('PROMISC'),
  allmulticast: flagPlace('ALLMULTI'),
  addrgenmode: /addrgenmode \S+/,
  state: flagPlace('UP'),
};

function flagPlace(flag: string): RegExp {
  return new RegExp(`^([^<]*<[^>]*?),${flag}\\b`);
}

/** The line without these fields: two that differ in nothing else are then the same. */
export function withoutFields(line: string, fields: ReadonlySet<FieldName>): string {
  const alias = aliasOf(line);
  let rest = line.slice(0, line.length - alias.length);
  for (const field of fields) {
    if (field === 'alias') continue;
    const found = PLACES[field].exec(rest);
    if (!found) continue;
    const [place, stays = ''] = found;
    rest = rest.slice(0, found.index) + stays + rest.slice(found.index + place.length);
  }
  return rest + (fields.has('alias') ? markAlone(alias) : alias);
}

/** It is printed raw and last: what looks like anything else in it is part of it. */
function aliasOf(line: string): string {
  const head = /\\\s{1,9}alias /.exec(line);
  return head ? line.slice(head.index + head[0].length) : '';
}

function markAlone(alias: string): string {
  return alias.slice(0, alias.length - textAlone(alias).length);
}

/** What people have written: behind the mark, or all of it. */
function textAlone(alias: string): string {
  return readMark(alias)?.text ?? alias;
}
