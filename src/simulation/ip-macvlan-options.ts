/**
 * Reads what follows `type macvtap` or `type macvlan` (`macvlan_parse_opt` of iproute2 6.1). Only the shape is judged
 * here; whether the kernel takes it is not known yet.
 */
import type { MacvlanMode } from './device.ts';
import { IpRefusal } from './errors.ts';
import { abbreviates, readUnsigned, type Words } from './ip-words.ts';
import { parseLinkAddress } from './mac-address.ts';
import type { MacvlanOptions, SourceEdit } from './macvlan.ts';

const MODES: readonly string[] = ['private', 'vepa', 'bridge', 'passthru', 'source'];
const ADDRESS_BYTES = 6;

/** Source addresses that fit into the message of 1024 bytes; `ip` says so and sends the ones before (rc 0). */
const SOURCES_PER_MESSAGE = 80;

type Draft = { -readonly [Key in keyof MacvlanOptions]: MacvlanOptions[Key] } & { warnings: string };

/** Returns the options and what `ip` prints to stderr while it goes on. */
export function parseMacvlanOptions(
  kind: string,
  words: Words,
): { options: MacvlanOptions; warnings: string } {
  const draft: Draft = { warnings: '' };
  while (!words.done) parseOption(kind, words, draft);
  const { warnings, ...options } = draft;
  if (options.flags?.nopromisc === true && options.mode !== 'passthru') {
    const text = `${kind}: nopromisc flag only valid in passthru mode\n`;
    throw new IpRefusal(1, warnings + text + usage(kind));
  }
  return { options, warnings };
}

function parseOption(kind: string, words: Words, draft: Draft): void {
  const word = words.next();
  if (abbreviates(word, 'mode')) draft.mode = parseMode(words.next());
  else if (abbreviates(word, 'flag')) addFlag(draft, words.next());
  else if (abbreviates(word, 'macaddr')) parseSources(kind, words, draft);
  else if (abbreviates(word, 'nopromisc')) addFlag(draft, 'nopromisc');
  else if (abbreviates(word, 'nodst')) addFlag(draft, 'nodst');
  else if (abbreviates(word, 'bcqueuelen')) draft.bcQueueLen = parseQueueLength(words.next());
  else if (abbreviates(word, 'help')) throw new IpRefusal(1, usage(kind));
  else throw unknownOption(kind, word, draft);
}

function parseMode(word: string): MacvlanMode {
  if (MODES.includes(word)) return word as MacvlanMode;
  const allowed = '"private", "vepa", "bridge", "passthru" or "source"';
  throw new IpRefusal(1, `Error: argument of "mode" must be ${allowed}, not "${word}"\n`);
}

function addFlag(draft: Draft, word: string): void {
  if (word !== 'nopromisc' && word !== 'nodst' && word !== 'null') {
    const allowed = '"nopromisc", "nodst" or "null"';
    throw new IpRefusal(1, `Error: argument of "flag" must be ${allowed}, not "${word}"\n`);
  }
  draft.flags = {
    nopromisc: word === 'nopromisc' || draft.flags?.nopromisc === true,
    nodst: word === 'nodst' || draft.flags?.nodst === true,
  };
}

function parseQueueLength(word: string): number {
  const value = readUnsigned(word);
  if (value !== undefined) return value;
  const allowed = 'a positive integer [0-4294967295]';
  throw new IpRefusal(1, `Error: argument of "bcqueuelen" must be ${allowed}, not "${word}"\n`);
}

function parseSources(kind: string, words: Words, draft: Draft): void {
  const action = words.next();
  if (action === 'flush') draft.sources = { action, addresses: [] };
  else if (action === 'set') draft.sources = { action, addresses: parseSourceList(words, draft) };
  else if (action === 'add' || action === 'del') draft.sources = { action, addresses: [oneSource(words)] };
  else throw new IpRefusal(1, usage(kind));
}

function oneSource(words: Words): string {
  const parsed = parseLinkAddress(words.next(), ADDRESS_BYTES);
  if (parsed.length !== ADDRESS_BYTES) throw new IpRefusal(1, '');
  return parsed.address;
}

/** The list ends at the first word that is no address; that word is then read as an option, after a complaint, and `ip` has cut it at its first colon. */
function parseSourceList(words: Words, draft: Draft): SourceEdit['addresses'] {
  const addresses: string[] = [];
  for (let word = words.peek(); word !== undefined; word = words.peek()) {
    const read = readSource(word, draft);
    if (read.address === undefined) {
      words.replace(read.rest);
      break;
    }
    words.skip();
    if (addresses.length < SOURCES_PER_MESSAGE) addresses.push(read.address);
    else draft.warnings += 'addattr_l ERROR: message exceeded bound of 1024\n';
  }
  return addresses;
}

function readSource(word: string, draft: Draft): { address?: string; rest: string } {
  try {
    const parsed = parseLinkAddress(word, ADDRESS_BYTES);
    return parsed.length === ADDRESS_BYTES
      ? { address: parsed.address, rest: word }
      : { rest: parsed.firstWord };
  } catch (error) {
    if (!(error instanceof IpRefusal)) throw error;
    draft.warnings += error.stderr;
    return { rest: word.split(':')[0] ?? word };
  }
}

function unknownOption(kind: string, word: string, draft: Draft): IpRefusal {
  return new IpRefusal(1, `${draft.warnings}${kind}: unknown option "${word}"?\n${usage(kind)}`);
}

function usage(kind: string): string {
  return [
    `Usage: ... ${kind} mode MODE [flag MODE_FLAG] MODE_OPTS [bcqueuelen BC_QUEUE_LEN]`,
    '',
    'MODE: private | vepa | bridge | passthru | source',
    'MODE_FLAG: null | nopromisc | nodst',
    'MODE_OPTS: for mode "source":',
    '\tmacaddr { { add | del } <macaddr> | set [ <macaddr> [ <macaddr>  ... ] ] | flush }',
    'BC_QUEUE_LEN: Length of the rx queue for broadcast/multicast: [0-4294967295]',
    '',
  ].join('\n');
}
