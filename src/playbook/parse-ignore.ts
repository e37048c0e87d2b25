/** Reads a play's `ignore`: its rules with their places, and what can be judged before templates are evaluated. */
import type { Diagnostics } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import { isTemplate } from '../template/evaluate.ts';
import { type SourceEntry, type SourceNode, toPlain } from '../yaml/source.ts';
import { RULE_KEYS, readFields, readGlobs } from './ignore-rules.ts';
import type { Written, WrittenRule } from './play.ts';
import type { SayError } from './play-values.ts';
import { quote } from './quote.ts';
import { reportUnknownKey } from './unknown-key.ts';
import { writtenValue } from './written.ts';

const HINT = 'write a list of rules, such as [{interfaces: "web*", fields: [mtu]}]';

/** A template in place of the list, or of one rule, stays as it is until a host is known. */
export function parseIgnore({ value }: SourceEntry, diagnostics: Diagnostics): (WrittenRule | Written)[] {
  if (isTemplateNode(value)) return [writtenValue(value, diagnostics)];
  if (value.kind !== 'list') {
    const what = value.kind === 'map' ? 'a map' : quote(toPlain(value));
    diagnostics.error(`ignore is ${what}, not a list`, { hint: HINT, where: value.where });
    return [];
  }
  return value.items.flatMap((item): (WrittenRule | Written)[] => {
    if (isTemplateNode(item)) return [writtenValue(item, diagnostics)];
    const rule = parseRule(item, diagnostics);
    return rule ? [rule] : [];
  });
}

function parseRule(node: SourceNode, diagnostics: Diagnostics): WrittenRule | undefined {
  if (node.kind !== 'map') {
    diagnostics.error(`an ignore rule is a map, not ${quote(toPlain(node))}`, {
      hint: HINT,
      where: node.where,
    });
    return undefined;
  }
  let interfaces: Written | undefined;
  let fields: Written | undefined;
  for (const entry of node.entries) {
    if (entry.key === 'interfaces') interfaces = parseValue(entry, readGlobs, diagnostics);
    else if (entry.key === 'fields') fields = parseValue(entry, readFields, diagnostics);
    else {
      reportUnknownKey(entry, 'an ignore rule', Object.keys(RULE_KEYS), diagnostics, {
        name: 'interfaces are named under interfaces',
        hosts: 'a rule holds on the hosts of its play',
        owner: 'a rule holds for the owner of its play',
      });
    }
  }
  if (!interfaces) {
    diagnostics.error('the ignore rule names no interfaces', {
      hint: 'say which: interfaces: "web*", or "*" for all of the play’s owner',
      where: node.where,
    });
    return undefined;
  }
  return { where: node.where, interfaces, fields };
}

function parseValue(
  entry: SourceEntry,
  read: (value: Json, say: SayError) => unknown,
  diagnostics: Diagnostics,
): Written {
  const written = writtenValue(entry.value, diagnostics);
  if (!written.template) {
    read(written.value, (summary, hint, item) => {
      const where = item === undefined ? written.where : (written.items?.[item] ?? written.where);
      diagnostics.error(summary, { hint, where });
    });
  }
  return written;
}

function isTemplateNode(node: SourceNode): boolean {
  return node.kind === 'scalar' && typeof node.value === 'string' && isTemplate(node.value);
}
