/**
 * Reads the words of `ip link add|set|del` (`iplink_parse` of iproute2 6.1) up to `type`. Names of devices are looked
 * up as `ip` looks them up; nothing is changed.
 */
import type { AddrGenMode } from './device.ts';
import { IpRefusal, invalidArgument } from './errors.ts';
import { abbreviates, integerArgument, type Words } from './ip-words.ts';
import type { LinkAttributes } from './link-attributes.ts';
import { parseLinkAddress } from './mac-address.ts';
import type { Namespace } from './namespace.ts';

const ADDR_GEN_MODES: readonly string[] = ['eui64', 'none', 'stable_secret', 'random'];
const MAX_ALIAS_BYTES = 255;
const MAX_ALTNAME_BYTES = 127;
const MAX_NAME_BYTES = 15;

/** What `ip` knows of but this model does not; met in a line, it is a gap to fill, not an error of the line. */
const NOT_MODELLED = new Set(
  'broadcast brd xdp netns multicast trailers arp carrier vf vrf dynamic mode state link-netnsid protodown'.split(
    ' ',
  ),
);

export interface LinkArguments {
  readonly attributes: LinkAttributes;
  /** The word given as device, and the device if there is one. */
  dev?: string;
  /** The word given as lower device. */
  link?: string;
}

/** Reads until `type KIND` or the end; the kind's own options stay in `words`. */
export function parseLinkArguments(net: Namespace, words: Words): LinkArguments {
  const draft: LinkArguments = { attributes: {} };
  while (!words.done && draft.attributes.kind === undefined) parseArgument(net, words, draft);
  assertAddressLength(net, draft);
  return draft;
}

function parseArgument(net: Namespace, words: Words, draft: LinkArguments): void {
  const { attributes } = draft;
  const word = words.next();
  if (word === 'up' || word === 'down') attributes.up = word === 'up';
  else if (word === 'name') attributes.name = parseName(words.next());
  else if (word === 'index') attributes.index = parseIndex(attributes, words.next());
  else if (abbreviates(word, 'link')) draft.link = words.next();
  else if (abbreviates(word, 'address')) attributes.address = parseLinkAddress(words.next());
  else if (NOT_MODELLED.has(word)) throw new Error(`simulation: "${word}" of ip link is not modelled`);
  else if (isTxqueuelen(word)) setNumber(attributes, 'txqlen', 'txqueuelen', words.next());
  else if (word === 'mtu') setNumber(attributes, 'mtu', 'mtu', words.next());
  else if (word === 'allmulticast') attributes.allmulti = onOff(word, words.next());
  else if (word === 'promisc') attributes.promisc = onOff(word, words.next());
  else if (abbreviates(word, 'master')) attributes.master = parseMaster(net, words.next());
  else if (abbreviates(word, 'nomaster')) attributes.master = 0;
  else if (abbreviates(word, 'type')) attributes.kind = words.next();
  else if (abbreviates(word, 'alias')) attributes.alias = parseAlias(words.next());
  else if (word === 'group') attributes.group = parseGroup(attributes, words.next());
  else if (abbreviates(word, 'numtxqueues')) setNumber(attributes, 'txQueues', 'numtxqueues', words.next());
  else if (abbreviates(word, 'numrxqueues')) setNumber(attributes, 'rxQueues', 'numrxqueues', words.next());
  else if (abbreviates(word, 'addrgenmode')) attributes.addrGenMode = parseAddrGenMode(words.next());
  else setDev(draft, word === 'dev' ? words.next() : word);
}

function isTxqueuelen(word: string): boolean {
  return abbreviates(word, 'txqueuelen') || word === 'qlen' || abbreviates(word, 'txqlen');
}

function setNumber(
  attributes: LinkAttributes,
  field: 'txqlen' | 'mtu' | 'txQueues' | 'rxQueues',
  keyword: string,
  word: string,
): void {
  if (attributes[field] !== undefined) throw duplicate(keyword, word);
  attributes[field] = integerArgument(keyword, word);
}

function setDev(draft: LinkArguments, word: string): void {
  if (draft.dev !== undefined) {
    throw new IpRefusal(255, `Error: either "dev" is duplicate, or "${word}" is a garbage.\n`);
  }
  if (!isName(word, MAX_ALTNAME_BYTES)) throw invalidArgument('"dev" not a valid ifname', word);
  draft.dev = word;
}

/** `check_ifname`. */
export function parseName(word: string): string {
  if (!isName(word, MAX_NAME_BYTES)) throw invalidArgument('"name" not a valid ifname', word);
  return word;
}

/** `check_altifname`. */
export function parseAltname(word: string): string {
  if (!isName(word, MAX_ALTNAME_BYTES)) throw invalidArgument('not a valid altname', word);
  return word;
}

function isName(word: string, maxBytes: number): boolean {
  return word !== '' && Buffer.byteLength(word) <= maxBytes && !/[/\s]/.test(word);
}

function parseIndex(attributes: LinkAttributes, word: string): number {
  if (attributes.index !== undefined) throw duplicate('index', word);
  const value = Number.parseInt(word, 10);
  if (!(value > 0)) throw invalidArgument('Invalid "index" value', word);
  return value;
}

function onOff(keyword: string, word: string): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw new IpRefusal(1, `Error: argument of "${keyword}" must be "on" or "off", not "${word}"\n`);
}

function parseMaster(net: Namespace, word: string): number {
  const master = net.find(word);
  if (master === undefined) throw invalidArgument('Device does not exist\n', word);
  return master.ifindex;
}

function parseAlias(word: string): string {
  if (Buffer.byteLength(word) > MAX_ALIAS_BYTES) throw invalidArgument('alias too long\n', word);
  return word;
}

/** `rtnl_group_a2n`, knowing the one name that every group file has. */
function parseGroup(attributes: LinkAttributes, word: string): number {
  if (attributes.group !== undefined) throw duplicate('group', word);
  if (word === 'default') return 0;
  const value = /^\s*[+-]?\d+$/.test(word) ? Number(word) : Number.NaN;
  if (!(value >= 0 && value < 2 ** 31)) throw invalidArgument('Invalid "group" value\n', word);
  return value;
}

function parseAddrGenMode(word: string): AddrGenMode {
  const mode = word.toLowerCase();
  if (!ADDR_GEN_MODES.includes(mode)) throw invalidArgument('Invalid address generation mode\n', word);
  return mode as AddrGenMode;
}

/** Compared with the device's own length only where that device is known: not in `ip link add`. */
function assertAddressLength(net: Namespace, { dev, attributes }: LinkArguments): void {
  const length = attributes.address?.length;
  if (dev === undefined || length === undefined || length === 6 || net.find(dev) === undefined) return;
  throw new IpRefusal(1, `Invalid address length ${length} - must be 6 bytes\n`);
}

function duplicate(keyword: string, word: string): IpRefusal {
  return new IpRefusal(255, `Error: duplicate "${keyword}": "${word}" is the second value.\n`);
}
