/** What does a play's `ignore` leave to others on one host? Templates evaluated, each rule judged at its place. */
import type { Position } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import type { IgnoreRule } from '../model/manifest.ts';
import type { Lookup } from '../template/evaluate.ts';
import { evaluateWritten, type Report } from './evaluate-written.ts';
import { RULE_KEYS, readFields, readGlobs } from './ignore-rules.ts';
import type { Play, Written, WrittenRule } from './play.ts';
import { sayAt } from './play-scope.ts';
import type { SayError } from './play-values.ts';
import { oneOf, quote } from './quote.ts';

/** The rules of one play, for the interfaces of its owner; a rule that is wrong is reported and left out. */
export function resolveIgnore(play: Play, owner: string, lookup: Lookup, report: Report): IgnoreRule[] {
  return play.ignore.flatMap((item) =>
    'interfaces' in item
      ? resolveRule(item, owner, lookup, report)
      : resolveTemplate(item, owner, lookup, report),
  );
}

function resolveRule(
  { where, interfaces, fields }: WrittenRule,
  owner: string,
  lookup: Lookup,
  report: Report,
): IgnoreRule[] {
  const read = <T>(written: Written, reader: (value: Json, say: SayError) => T | undefined) => {
    const value = evaluateWritten(written, lookup, report);
    return value === undefined ? undefined : reader(value, sayAt(written, report));
  };
  const globs = read(interfaces, readGlobs);
  const names = fields && read(fields, readFields);
  // A wrong list of fields must not become "every field".
  if (!globs || (fields && !names)) return [];
  return [{ owner, interfaces: globs, fields: names, where }];
}

/** A template gives a rule, or a list of rules: data of an inventory, whose mistakes are told where it is used. */
function resolveTemplate(written: Written, owner: string, lookup: Lookup, report: Report): IgnoreRule[] {
  const value = evaluateWritten(written, lookup, report);
  if (value === undefined) return [];
  const say = sayAt(written, report);
  const rules: readonly Json[] = Array.isArray(value) ? value : [value];
  return rules.flatMap((rule) => readRule(rule, owner, written.where, (summary, hint) => say(summary, hint)));
}

function readRule(value: Json, owner: string, where: Position, say: SayError): IgnoreRule[] {
  const known = Object.keys(RULE_KEYS);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    say(
      `ignore gives ${quote(value)}, not a rule`,
      'give maps with interfaces, and fields where not all are meant',
    );
    return [];
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    say(`ignore gives a rule with the unknown key ${quote(unknown)}`, `known keys: ${oneOf(known)}`);
    return [];
  }
  const { interfaces, fields } = value as { readonly [key: string]: Json };
  if (interfaces === undefined) {
    say(
      `ignore gives ${quote(value)}, a rule that names no interfaces`,
      'give it interfaces, such as "web*"',
    );
    return [];
  }
  const globs = readGlobs(interfaces, say);
  const names = fields === undefined ? undefined : readFields(fields, say);
  if (!globs || (fields !== undefined && !names)) return [];
  return [{ owner, interfaces: globs, fields: names, where }];
}
