/**
 * What one `ip` command does to a namespace: finds the command, reads its words, calls the kernel's side. Prints
 * nothing itself and catches nothing: refusals are thrown.
 */

import { addAltnames, dropAltnames } from './altnames.ts';
import type { Device } from './device.ts';
import { IpRefusal, KernelRefusal } from './errors.ts';
import { type LinkArguments, parseAltname, parseLinkArguments } from './ip-link-arguments.ts';
import { parseMacvlanOptions } from './ip-macvlan-options.ts';
import { abbreviates, Words } from './ip-words.ts';
import type { LinkAttributes } from './link-attributes.ts';
import { setLink } from './link-changes.ts';
import { linkObjects } from './link-json.ts';
import { addLink, deleteGroup, deleteLink } from './links.ts';
import type { Namespace } from './namespace.ts';

/** What a command that succeeded printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the words after `ip`. Throws `IpRefusal` or `KernelRefusal`. */
export function runCommand(net: Namespace, list: readonly string[]): Printed {
  const words = new Words(list);
  const options: string[] = [];
  for (let word = words.peek(); word?.startsWith('-'); word = words.peek()) {
    options.push(word.replace(/^--?/, ''));
    words.skip();
  }
  const object = words.next();
  if (object === 'addr') return flushAddresses(net, words);
  if (object === '' || !'link'.startsWith(object) || object === 'l') {
    throw new IpRefusal(1, `Object "${object}" is unknown, try "ip help".\n`);
  }
  return runLink(net, words, options);
}

/** `ip addr flush dev X …`: addresses are not modelled, so there is nothing to take away but the device may be missing. */
function flushAddresses(net: Namespace, words: Words): Printed {
  if (words.next() !== 'flush' || words.next() !== 'dev')
    throw new Error('only "ip addr flush dev X" is modelled');
  find(net, words.next());
  for (; words.peek() !== undefined; ) words.skip();
  return { stdout: '', stderr: '' };
}

function runLink(net: Namespace, words: Words, options: readonly string[]): Printed {
  const command = words.peek() ?? 'show';
  words.skip();
  if (abbreviates(command, 'add')) return add(net, words);
  if (abbreviates(command, 'set') || abbreviates(command, 'change')) return set(net, words);
  if (abbreviates(command, 'delete')) return remove(net, words);
  if (abbreviates(command, 'show') || abbreviates(command, 'list')) return show(net, words, options);
  if (abbreviates(command, 'property')) return property(net, words);
  throw new IpRefusal(255, `Command "${command}" is unknown, try "ip link help".\n`);
}

function add(net: Namespace, words: Words): Printed {
  const { attributes, dev, link } = parseLinkArguments(net, words);
  if (dev !== undefined && attributes.name !== undefined) {
    throw new IpRefusal(255, 'both "name" and "dev" cannot be used when creating devices.\n');
  }
  if (dev !== undefined) attributes.name = dev;
  if (link !== undefined) attributes.link = find(net, link).ifindex;
  if (attributes.kind === undefined) {
    throw new IpRefusal(1, 'Not enough information: "type" argument is required\n');
  }
  const stderr = parseKindOptions(net, attributes.kind, words, attributes);
  return afterWarnings(stderr, () => addLink(net, attributes));
}

function set(net: Namespace, words: Words): Printed {
  const parsed = parseLinkArguments(net, words);
  if (parsed.dev === undefined && parsed.attributes.group !== undefined) return setGroup(net, words, parsed);
  const device = target(net, parsed);
  const { attributes } = parsed;
  // `ip` does not send a name that is the word the device was given by, be it an alternative name.
  if (attributes.name === parsed.dev) delete attributes.name;
  const stderr =
    attributes.kind === undefined ? '' : parseKindOptions(net, attributes.kind, words, attributes);
  return afterWarnings(stderr, () => setLink(net, device, attributes));
}

function setGroup(net: Namespace, words: Words, { attributes }: LinkArguments): Printed {
  if (!words.done) throw garbage(255, words);
  for (const device of net.all()) if (device.group === attributes.group) setLink(net, device, attributes);
  return silent();
}

function remove(net: Namespace, words: Words): Printed {
  const parsed = parseLinkArguments(net, words);
  const { group, kind } = parsed.attributes;
  if (parsed.dev === undefined && group !== undefined) {
    if (!words.done) throw garbage(255, words);
    deleteGroup(net, group);
    return silent();
  }
  const device = target(net, parsed);
  if (kind !== undefined) parseKindOptions(net, kind, words, {});
  deleteLink(net, device);
  return silent();
}

/** The device a line is about. Its absence is an argument error, an unknown name is not. */
function target(net: Namespace, { dev, attributes }: LinkArguments): Device {
  if (dev === undefined) {
    throw new IpRefusal(255, 'Not enough information: "dev" argument is required.\n');
  }
  if (attributes.index !== undefined) {
    const when = 'creating devices or when moving device to another netns';
    throw new IpRefusal(255, `index can be used only when ${when}.\n`);
  }
  return find(net, dev);
}

function find(net: Namespace, name: string): Device {
  const device = net.find(name);
  if (device === undefined) throw new IpRefusal(1, `Cannot find device "${name}"\n`);
  return device;
}

/** Reads the words after `type KIND` into `attributes`; returns what `ip` complained of without stopping. */
function parseKindOptions(net: Namespace, kind: string, words: Words, attributes: LinkAttributes): string {
  if (words.done) return '';
  if (kind === 'macvtap' || kind === 'macvlan') {
    const { options, warnings } = parseMacvlanOptions(kind, words);
    attributes.macvlan = options;
    return warnings;
  }
  if (kind === 'veth' && words.peek() === 'peer') {
    words.skip();
    const peer = parseLinkArguments(net, words);
    attributes.peer = peer.dev === undefined ? peer.attributes : { ...peer.attributes, name: peer.dev };
    return '';
  }
  // Whatever follows `type ifb` is passed over (seen with iproute2 6.1).
  if (kind === 'ifb') return '';
  if (kind === 'veth' || kind === 'bridge')
    throw new Error(`simulation: options of ${kind} are not modelled`);
  throw garbage(1, words);
}

function garbage(rc: 1 | 255, words: Words): IpRefusal {
  return new IpRefusal(rc, `Garbage instead of arguments "${words.peek()} ...". Try "ip link help".\n`);
}

function property(net: Namespace, words: Words): Printed {
  const action = words.next();
  const names: string[] = [];
  let dev: string | undefined;
  while (!words.done) {
    const word = words.next();
    if (word === 'altname') names.push(parseAltname(words.next()));
    else if (dev === undefined) dev = word === 'dev' ? words.next() : word;
    else throw new IpRefusal(255, `Error: either "dev" is duplicate, or "${word}" is a garbage.\n`);
  }
  const device = find(net, dev ?? '');
  if (abbreviates(action, 'add')) addAltnames(net, device, names);
  else dropAltnames(net, device, names);
  return silent();
}

/** `-j -d link show [dev X] [type KIND]`; the text form is not modelled. */
function show(net: Namespace, words: Words, options: readonly string[]): Printed {
  if (!options.some((option) => abbreviates(option, 'json'))) {
    throw new Error('simulation: ip link show is modelled as JSON only (-j)');
  }
  let dev: string | undefined;
  let kind: string | undefined;
  while (!words.done) {
    const word = words.next();
    if (abbreviates(word, 'type')) kind = words.next();
    else dev = word === 'dev' ? words.next() : word;
  }
  const only = dev === undefined ? undefined : net.find(dev);
  if (dev !== undefined && only === undefined) throw new IpRefusal(1, `Device "${dev}" does not exist.\n`);
  const shown = (only === undefined ? net.all() : [only]).filter(
    (d) => kind === undefined || d.kind === kind,
  );
  return { stdout: `${JSON.stringify(linkObjects(net, shown))}\n`, stderr: '' };
}

/** What `ip` complained of while reading comes before what the kernel answers. */
function afterWarnings(warnings: string, act: () => void): Printed {
  try {
    act();
  } catch (error) {
    if (error instanceof KernelRefusal) error.stderr = warnings + error.stderr;
    throw error;
  }
  return { stdout: '', stderr: warnings };
}

function silent(): Printed {
  return { stdout: '', stderr: '' };
}
