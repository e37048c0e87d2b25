/**
 * Which hosts does an inventory name such as `hv[01:50]` or `rack[a:d]-[1:9:2]:2222` stand for? Expands it by
 * Ansible's rules; knows nothing of files, groups or patterns (in patterns brackets mean something else).
 */
import { parseAddress } from './address.ts';

/** More hosts than this from one inventory are a mistake or an attack: a few bytes of range can ask for billions. */
export const MAX_HOSTS = 100_000;

/** With its ranges; a host's name has at most 253. */
const MAX_NAME_CHARS = 1024;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

export interface NamedHosts {
  readonly names: readonly string[];
  readonly port?: number;
}

/** The hosts of an inventory name in order, or `problem`: what is wrong with it, fit to follow the name. */
export function expandHostName(written: string): NamedHosts | { readonly problem: string } {
  if (written.length > MAX_NAME_CHARS) return { problem: `is longer than ${MAX_NAME_CHARS} characters` };
  const address = parseAddress(written) ?? { host: written };
  const names = expand(address.host);
  if ('problem' in names) return names;
  const odd = names.find((name) => name === '' || /[\s\p{Cc}]/u.test(name));
  if (odd !== undefined) return { problem: 'is empty or holds spaces or control characters' };
  if (address.port === undefined) return { names };
  if (address.port < 1 || address.port > 65_535) return { problem: 'has a port outside 1–65535' };
  return { names, port: address.port };
}

function expand(name: string): string[] | { problem: string } {
  let heads = [''];
  let rest = name;
  for (let open = rest.indexOf('['); open >= 0; open = rest.indexOf('[')) {
    const close = rest.indexOf(']', open);
    if (close < 0) return { problem: 'has a [ without its ]' };
    const steps = expandRange(rest.slice(open + 1, close));
    if ('problem' in steps) return steps;
    if (heads.length * steps.length > MAX_HOSTS)
      return { problem: `stands for more than ${MAX_HOSTS} hosts` };
    const before = rest.slice(0, open);
    heads = heads.flatMap((head) => steps.map((step) => head + before + step));
    rest = rest.slice(close + 1);
  }
  return heads.map((head) => head + rest);
}

function expandRange(range: string): string[] | { problem: string } {
  const bounds = range.split(':');
  const [written = '', end = '', stepText = '1'] = bounds;
  if (bounds.length !== 2 && bounds.length !== 3)
    return { problem: `has the range [${range}], which is not [begin:end] or [begin:end:step]` };
  if (end === '') return { problem: `has the range [${range}] without an end` };
  const step = /^[0-9]{1,6}$/.test(stepText) ? Number(stepText) : 0;
  if (step < 1) return { problem: `has the range [${range}], whose step is not a number from 1 on` };
  const begin = written === '' ? '0' : written;
  const letters = expandLetters(begin, end, step);
  if (letters)
    return letters.length > 0 ? letters : { problem: `has the range [${range}], which runs backwards` };
  if (!/^[0-9]{1,15}$/.test(begin) || !/^[0-9]{1,15}$/.test(end))
    return { problem: `has the range [${range}], whose ends are neither numbers nor single letters` };
  const padded = begin.length > 1 && begin.startsWith('0');
  if (padded && begin.length !== end.length)
    return { problem: `has the range [${range}], whose ends must have the same number of digits` };
  const [first, last] = [Number(begin), Number(end)];
  if (first > last) return { problem: `has the range [${range}], which runs backwards` };
  const count = Math.floor((last - first) / step) + 1;
  if (count > MAX_HOSTS) return { problem: `stands for more than ${MAX_HOSTS} hosts` };
  return Array.from({ length: count }, (_, i) =>
    String(first + i * step).padStart(padded ? begin.length : 0, '0'),
  );
}

/** Undefined where the ends are not letters; empty where they run backwards. */
function expandLetters(begin: string, end: string, step: number): string[] | undefined {
  const [first, last] = [LETTERS.indexOf(begin), LETTERS.indexOf(end)];
  if (begin.length !== 1 || end.length !== 1 || first < 0 || last < 0) return undefined;
  return [...LETTERS.slice(first, last + 1)].filter((_, i) => i % step === 0);
}
