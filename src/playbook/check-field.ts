/**
 * Is this value right for that field, and what is it in its settled form? Judges one value alone; rules between fields
 * are in judge-together.ts. Knows nothing of hosts and positions: the caller adds where the value stands.
 */
import type { Json } from '../model/json.ts';
import { type Mac, readMac } from '../model/mac.ts';
import { INTERFACE_NAME, KERNEL_NAMES, LIBVIRT_PREFIXES, LOWER_NAME } from '../model/names.ts';
import { closestOf } from './closest.ts';
import {
  FIELDS,
  type FieldKey,
  type FieldResult,
  type FieldRule,
  MAX_SOURCE_MACS,
  NAME_RULE,
} from './fields.ts';
import { oneOf, quote } from './quote.ts';

/** Hears a mistake. `item` is the index in a list, where one item is wrong. */
export type Say = (severity: 'error' | 'warning', summary: string, hint: string, item?: number) => void;

/** How the value came about: text made by a template may stand for a number or a boolean. */
export type Origin = 'literal' | 'template';

/** The settled value, or undefined where it is wrong (and `say` has heard why). */
export function checkField(
  key: FieldKey | 'name',
  value: Json,
  origin: Origin,
  say: Say,
): FieldResult | undefined {
  const rule: FieldRule = key === 'name' ? NAME_RULE : FIELDS[key];
  if (value === null) {
    say('error', `${key} has no value`, `give it one, or leave ${key} out`);
    return undefined;
  }
  switch (rule.is.type) {
    case 'interface-name':
      return checkName(value, origin, say);
    case 'lower-name':
      return checkLower(value, origin, say);
    case 'mac':
      return value === 'auto' ? 'auto' : checkMac(key, value, say);
    case 'mac-list':
      return checkMacs(value, say);
    case 'text':
      return checkText(key, value, origin, say);
    case 'boolean':
      return checkBoolean(key, value, say);
    case 'integer':
      return checkInteger(key, value, rule.is, say);
    case 'one-of':
      return checkWord(key, value, rule.is, say);
  }
}

/** `true`/`false`, and the words for them that Ansible takes from templates and extra vars; else undefined. */
export function readBoolean(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  if (/^(?:true|yes|on|1)$/i.test(value.trim())) return true;
  return /^(?:false|no|off|0)$/i.test(value.trim()) ? false : undefined;
}

/** A whole number of at least 0, also as decimal text; else undefined. */
export function readInteger(value: Json): number | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

function checkName(value: Json, origin: Origin, say: Say): string | undefined {
  const name = asText('name', value, origin, say);
  if (name === undefined) return undefined;
  if (KERNEL_NAMES.some((one) => one === name)) {
    const why =
      'the kernel keeps its settings for all interfaces under that name (net.ipv6.conf) and makes none of it';
    say('error', `the interface name ${quote(name)} cannot be used: ${why}`, 'choose another name');
    return undefined;
  }
  if (!INTERFACE_NAME.test(name)) {
    const length =
      name.length > 15 ? ` has ${name.length} characters, and 15 are the most:` : ' is not a name:';
    say(
      'error',
      `the interface name ${quote(name)}${length} it takes 1 to 15 letters, digits, ".", "_" or "-", the first a letter or digit`,
      'choose another name',
    );
    return undefined;
  }
  const prefix = LIBVIRT_PREFIXES.find((one) => name.startsWith(one));
  if (prefix) {
    say(
      'warning',
      `the interface name ${quote(name)} begins with "${prefix}", which libvirt reserves for devices it makes itself`,
      'choose another name: libvirt may take this one, or delete it',
    );
  }
  return name;
}

function checkLower(value: Json, origin: Origin, say: Say): string | undefined {
  const name = asText('lower', value, origin, say);
  if (name === undefined || LOWER_NAME.test(name)) return name;
  say('error', `lower ${quote(name)} is not the name of a device`, 'write its name as `ip link` shows it');
  return undefined;
}

function checkMac(key: string, value: Json, say: Say, item?: number): Mac | undefined {
  if (typeof value === 'number') {
    say(
      'error',
      `${key} is the number ${value}: YAML took the address for a number`,
      'quote it: "52:54:00:10:00:01"',
      item,
    );
    return undefined;
  }
  if (typeof value !== 'string') {
    say('error', `${key} is ${quote(value)}, not a MAC address`, 'write six pairs of hex digits', item);
    return undefined;
  }
  const reading = readMac(value);
  if ('mac' in reading) return reading.mac;
  const auto = key === 'mac' ? ', or auto to derive one from host and name' : '';
  say('error', `${key} ${quote(value)} ${reading.problem}`, `write a unicast address${auto}`, item);
  return undefined;
}

function checkMacs(value: Json, say: Say): readonly Mac[] | undefined {
  if (!Array.isArray(value)) {
    say(
      'error',
      `source_macs is ${quote(value)}, not a list`,
      'write a list of addresses: ["52:54:00:10:00:01"]',
    );
    return undefined;
  }
  if (value.length > MAX_SOURCE_MACS) {
    say(
      'error',
      `source_macs has ${value.length} addresses, and ${MAX_SOURCE_MACS} are the most: the kernel shows a macvtap's list in 65,535 bytes, 12 for each`,
      'let another macvtap take some of them, or use another mode',
    );
    return undefined;
  }
  const macs = new Set<Mac>();
  let right = true;
  for (const [index, item] of value.entries()) {
    const mac = checkMac('source_macs', item as Json, say, index);
    if (mac === undefined) right = false;
    else if (macs.has(mac)) {
      say('warning', `source_macs holds ${mac} twice`, 'leave one of them out: it is a set', index);
    } else macs.add(mac);
  }
  return right ? [...macs].sort() : undefined;
}

function checkText(key: string, value: Json, origin: Origin, say: Say): string | undefined {
  const text = asText(key, value, origin, say);
  if (text === undefined) return undefined;
  if (/\p{Cs}/u.test(text)) {
    say(
      'error',
      `${key} ${quote(text)} holds half of a character (a lone surrogate)`,
      'write the whole character',
    );
    return undefined;
  }
  if (!/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) return text;
  say('error', `${key} ${quote(text)} holds a control character`, 'write it on one line, in plain text');
  return undefined;
}

function checkBoolean(key: string, value: Json, say: Say): boolean | undefined {
  const read = readBoolean(value);
  if (read === undefined) say('error', `${key} is ${quote(value)}, not true or false`, 'write true or false');
  return read;
}

function checkInteger(
  key: string,
  value: Json,
  range: { readonly min: number; readonly max: number; readonly unit: string },
  say: Say,
): number | undefined {
  const number = readInteger(value);
  const hint = `write a whole number from ${range.min} to ${range.max} (${range.unit})`;
  if (number === undefined) {
    say('error', `${key} is ${quote(value)}, not a whole number`, hint);
    return undefined;
  }
  if (number < range.min || number > range.max) {
    say('error', `${key} ${number} is out of range: ${range.min} to ${range.max}`, hint);
    return undefined;
  }
  if (key === 'txqueuelen' && number === 0) {
    say(
      'warning',
      'txqueuelen 0: the guest receives nothing',
      'give it 1 or more; the kernel’s default is 500',
    );
  }
  return number;
}

function checkWord(
  key: string,
  value: Json,
  allowed: { readonly values: readonly string[]; readonly aliases?: { readonly [spelling: string]: string } },
  say: Say,
): string | undefined {
  if (typeof value === 'string') {
    const { aliases = {} } = allowed;
    const settled = Object.hasOwn(aliases, value) ? aliases[value] : value;
    if (settled !== undefined && allowed.values.includes(settled)) return settled;
  }
  const near = typeof value === 'string' ? closestOf(value, allowed.values) : undefined;
  const hint = near ? `did you mean ${near}?` : `write ${oneOf(allowed.values)}`;
  say('error', `${key} is ${quote(value)}; it must be ${oneOf(allowed.values)}`, hint);
  return undefined;
}

/** A literal number or boolean where text belongs has lost its spelling (`0123`, `on`): only a template may give one. */
function asText(key: string, value: Json, origin: Origin, say: Say): string | undefined {
  if (typeof value === 'string') return value;
  if (origin === 'template' && typeof value === 'number') return String(value);
  const scalar = typeof value === 'number' || typeof value === 'boolean';
  const hint = scalar ? `quote it: ${key}: "${value}"` : 'write plain text';
  say('error', `${key} is ${quote(value)}, which YAML reads as ${kindOf(value)}, not as text`, hint);
  return undefined;
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a map';
  return `a ${typeof value}`;
}
