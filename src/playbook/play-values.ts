/** Are the values that a play itself gives (not its macvtaps) right, and what are they when settled? Pure. */
import type { Json } from '../model/json.ts';
import { OWNER_NAME } from '../model/names.ts';
import { type BatchSize, HOST_ORDERS, type HostOrder } from '../model/rollout.ts';
import { readBoolean, readInteger } from './check-field.ts';
import { quote } from './quote.ts';

/** Hears a mistake; `item` is the index in a list. */
export type SayError = (summary: string, hint: string, item?: number) => void;

/** Judges a play's value under `key` of PLAY_KEYS that is no name, map or list of interfaces. */
export function checkPlayValue(key: string, value: Json, say: SayError): void {
  if (key === 'hosts') readHosts(value, say);
  else if (key === 'serial') readSerial(value, say);
  else if (key === 'max_fail_percentage') readMaxFailPercentage(value, say);
  else if (key === 'any_errors_fatal') readAnyErrorsFatal(value, say);
  else if (key === 'throttle_by') readThrottleBy(value, say);
  else if (key === 'order') readOrder(value, say);
  else if (key === 'become') readBecome(value, say);
  else if (key === 'owner') readOwner(value, say);
  else if (key === 'prune') readPrune(value, say);
}

/** One pattern of the string or the list, joined with commas; undefined where it is wrong. */
export function readHosts(value: Json, say: SayError): string | undefined {
  const hint = 'write a host pattern, such as all or rack_a:!spare, or a list of them';
  const list: readonly Json[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) {
    say('hosts is an empty list', hint);
    return undefined;
  }
  let right = true;
  for (const [index, one] of list.entries()) {
    if (typeof one === 'string' && one.trim() !== '') continue;
    const wrong = one === null ? 'hosts has no value' : `hosts is ${quote(one)}, not a pattern`;
    say(wrong, hint, Array.isArray(value) ? index : undefined);
    right = false;
  }
  return right ? list.map((one) => String(one).trim()).join(',') : undefined;
}

/** Batch sizes, or undefined where one is wrong. */
export function readSerial(value: Json, say: SayError): readonly BatchSize[] | undefined {
  const list: readonly Json[] = Array.isArray(value) ? value : [value];
  const hint =
    'write a number of hosts (1 or more), a percentage such as "25%" (1 to 100), or a list of those';
  if (list.length === 0) {
    say('serial is an empty list', hint);
    return undefined;
  }
  const sizes = list.map((one, index) => {
    const size = readBatchSize(one);
    if (!size)
      say(`serial ${quote(one)} is not a batch size`, hint, Array.isArray(value) ? index : undefined);
    return size;
  });
  return sizes.every((size) => size !== undefined) ? sizes : undefined;
}

/** A percentage from 0 to 100, fractions allowed. */
export function readMaxFailPercentage(value: Json, say: SayError): number | undefined {
  const text = typeof value === 'string' && /^\s*\d{1,3}(?:\.\d{1,6})?\s*%?\s*$/.test(value);
  const number = text ? Number.parseFloat(value) : value;
  if (typeof number === 'number' && number >= 0 && number <= 100) return number;
  say(`max_fail_percentage ${quote(value)} is not a percentage`, 'write a number from 0 to 100');
  return undefined;
}

export function readAnyErrorsFatal(value: Json, say: SayError): boolean | undefined {
  const read = readBoolean(value);
  if (read === undefined)
    say(`any_errors_fatal is ${quote(value)}, not true or false`, 'write true or false');
  return read;
}

/** `{var: NAME, limit: N}`; the limit is 1 where it is left out. */
export function readThrottleBy(
  value: Json,
  say: SayError,
): { readonly variable: string; readonly limit: number } | undefined {
  const hint = 'write the name of a variable and how many hosts at once: {var: rack, limit: 1}';
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    say(`throttle_by is ${quote(value)}, not a map`, hint);
    return undefined;
  }
  const { var: variable, limit = 1, ...rest } = value as { readonly [key: string]: Json };
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) say(`throttle_by has ${quote(unknown)}, which means nothing there`, hint);
  else if (typeof variable !== 'string' || !/^[A-Za-z_]\w*$/.test(variable)) {
    say(`var of throttle_by is ${quote(variable ?? null)}, not the name of a variable`, hint);
  } else {
    const number = readInteger(limit);
    if (number !== undefined && number >= 1) return { variable, limit: number };
    say(`limit of throttle_by is ${quote(limit)}, not a number of hosts`, hint);
  }
  return undefined;
}

/** Ansible's words, and `reverse` for `reverse_inventory`. */
export function readOrder(value: Json, say: SayError): HostOrder | undefined {
  const order = HOST_ORDERS.find((one) => one === (value === 'reverse' ? 'reverse_inventory' : value));
  if (order === undefined) say(`order is ${quote(value)}`, `write one of ${HOST_ORDERS.join(', ')}`);
  return order;
}

export function readBecome(value: Json, say: SayError): boolean | undefined {
  const read = readBoolean(value);
  if (read === undefined) say(`become is ${quote(value)}, not true or false`, 'write true or false');
  return read;
}

export function readOwner(value: Json, say: SayError): string | undefined {
  if (typeof value === 'string' && OWNER_NAME.test(value)) return value;
  say(
    `owner ${quote(value)} is not a name: it takes 1 to 32 letters, digits, ".", "_" or "-", the first a letter or digit`,
    typeof value === 'number' || typeof value === 'boolean' ? `quote it: "${value}"` : 'choose another name',
  );
  return undefined;
}

export function readPrune(value: Json, say: SayError): 'owned' | 'none' | undefined {
  if (value === 'owned' || value === 'none') return value;
  say(`prune is ${quote(value)}; it must be owned or none`, 'write owned or none');
  return undefined;
}

function readBatchSize(value: Json): BatchSize | undefined {
  const percent = typeof value === 'string' ? /^\s*(\d{1,3})\s*%\s*$/.exec(value)?.[1] : undefined;
  if (percent !== undefined) {
    const number = Number(percent);
    return number >= 1 && number <= 100 ? { percent: number } : undefined;
  }
  const count = readInteger(value);
  return count !== undefined && count >= 1 ? { count } : undefined;
}
