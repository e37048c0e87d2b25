/** Is a rule of a play's `ignore` right, and what does it leave to others when settled? Judges values, knows no place. */
import type { Json } from '../model/json.ts';
import { FIELD_NAMES, type FieldName } from '../model/macvtap.ts';
import { closestOf } from './closest.ts';
import type { SayError } from './play-values.ts';
import { oneOf, quote } from './quote.ts';

/** The keys of a rule with what each is for; the JSON Schema has them from here too. */
export const RULE_KEYS = {
  interfaces: 'The interfaces it is about: a glob of names (*, ?, [0-9], [!a]), or a list of them.',
  fields:
    'The fields that are left to others. Left out: every difference, also that the interface is missing or should not be there.',
} as const;

/** What may stand in a glob of interface names: their letters, and the signs of a shell glob. */
export const INTERFACE_GLOB = /^[A-Za-z0-9._*?[\]!-]{1,64}$/;

const GLOBS_HINT = 'write a glob of interface names, such as "web*", or a list of them';

/** Undefined where one is wrong. */
export function readGlobs(value: Json, say: SayError): readonly string[] | undefined {
  return readWords('interfaces', value, GLOBS_HINT, say, (one, index) => {
    if (typeof one === 'string' && INTERFACE_GLOB.test(one)) return one;
    say(`interfaces is ${quote(one)}, which no interface name can match`, GLOBS_HINT, index);
    return undefined;
  });
}

/** Undefined where one is wrong. A name alone is a list of one. */
export function readFields(value: Json, say: SayError): readonly FieldName[] | undefined {
  const hint = 'write a list of fields, such as [mtu, txqueuelen], or leave it out for every difference';
  const fields = readWords('fields', value, hint, say, (one, index) => {
    const field = FIELD_NAMES.find((name) => name === one);
    if (field) return field;
    const [summary, way] = notAField(one);
    say(summary, way, index);
    return undefined;
  });
  return fields && [...new Set(fields)];
}

function notAField(written: Json): [summary: string, hint: string] {
  if (typeof written === 'string' && Object.hasOwn(NEVER_DIFFER, written)) {
    return [`${written} is nothing a host can differ in`, NEVER_DIFFER[written] ?? ''];
  }
  const near = typeof written === 'string' ? closestOf(written, FIELD_NAMES) : undefined;
  return [
    `fields names ${quote(written)}, which is no field of a macvtap`,
    near ? `did you mean ${near}?` : `write some of ${oneOf(FIELD_NAMES)}`,
  ];
}

/** Keys of a macvtap entry that describe no state of the host. */
const NEVER_DIFFER: { readonly [key: string]: string } = {
  name: 'name interfaces under interfaces',
  disruption: 'leave it out; it says what may be done, not what a host has',
};

function readWords<T>(
  key: keyof typeof RULE_KEYS,
  value: Json,
  hint: string,
  say: SayError,
  read: (one: Json, index: number | undefined) => T | undefined,
): readonly T[] | undefined {
  if (value === null) {
    say(`${key} has no value`, hint);
    return undefined;
  }
  const list = Array.isArray(value) ? (value as readonly Json[]) : undefined;
  if (list?.length === 0) {
    say(`${key} is an empty list`, hint);
    return undefined;
  }
  const words = (list ?? [value]).map((one, index) => read(one, list ? index : undefined));
  return words.every((one) => one !== undefined) ? words : undefined;
}
