/** Reads one entry of `macvtaps`, and `defaults`: keys, literal values, and `defaults` merged under the entry. */
import type { Diagnostics } from '../model/diagnostic.ts';
import { type SourceEntry, type SourceNode, toPlain } from '../yaml/source.ts';
import { checkField, readBoolean, type Say } from './check-field.ts';
import { FIELD_KEYS, type FieldKey, isFieldKey } from './fields.ts';
import { FIELDS_JUDGED_TOGETHER, judgeTogether } from './judge-together.ts';
import type { Entry, Written, WrittenField } from './play.ts';
import { quote } from './quote.ts';
import { reportUnknownKey } from './unknown-key.ts';
import { writtenValue } from './written.ts';

const ENTRY_KEYS = ['name', 'loop', 'when', ...FIELD_KEYS];
const ELSEWHERE = {
  owner: 'owner is a key of the play',
  prune: 'prune is a key of the play',
  hosts: 'hosts is a key of the play',
  vars: 'vars is a key of the play',
  link: 'the device below is named by lower',
  parent: 'the device below is named by lower',
  address: 'the MAC address is given by mac',
};

export type Defaults = ReadonlyMap<FieldKey, WrittenField>;

export function parseDefaults(node: SourceNode, diagnostics: Diagnostics): Defaults {
  const fields = new Map<FieldKey, WrittenField>();
  if (node.kind === 'scalar' && node.unread) {
    // A field that is there and wrong, so that no entry is blamed for lacking it.
    return fields.set('lower', { value: null, where: node.where, template: false });
  }
  if (node.kind === 'scalar' && node.value === null) return fields;
  if (node.kind !== 'map') {
    diagnostics.error(`defaults is ${quote(toPlain(node))}, not a map`, {
      hint: 'write fields of a macvtap, such as mode: bridge',
      where: node.where,
    });
    return fields;
  }
  for (const entry of node.entries) {
    if (!isFieldKey(entry.key)) {
      reportUnknownKey(entry, 'defaults', FIELD_KEYS, diagnostics, {
        name: 'each macvtap has a name of its own',
        loop: 'loop belongs to a macvtap',
        when: 'when belongs to a macvtap',
        ...ELSEWHERE,
      });
    } else if (entry.key === 'state' && entry.value.kind === 'scalar' && entry.value.value === 'absent') {
      diagnostics.error('state: absent cannot be a default', {
        hint: 'write it at each macvtap that must not exist',
        where: entry.value.where,
      });
    } else fields.set(entry.key, parseField(entry.key, entry, diagnostics));
  }
  return fields;
}

/** Undefined where it is no map at all. */
export function parseEntry(
  node: SourceNode,
  defaults: Defaults,
  diagnostics: Diagnostics,
): Entry | undefined {
  if (node.kind !== 'map') {
    diagnostics.error(`a macvtap is a map, not ${quote(toPlain(node))}`, {
      hint: 'write it as "- name: web0"',
      where: node.where,
    });
    return undefined;
  }
  let name: WrittenField | undefined;
  let loop: Written | undefined;
  let when: readonly Written[] = [];
  const own = new Map<FieldKey, WrittenField>();
  for (const entry of node.entries) {
    if (entry.key === 'name') name = parseField('name', entry, diagnostics);
    else if (entry.key === 'loop') loop = parseLoop(entry, diagnostics);
    else if (entry.key === 'when') when = parseWhen(entry, diagnostics);
    else if (isFieldKey(entry.key)) own.set(entry.key, parseField(entry.key, entry, diagnostics));
    else reportUnknownKey(entry, 'a macvtap', ENTRY_KEYS, diagnostics, ELSEWHERE);
  }
  if (!name) {
    diagnostics.error('the macvtap has no name', { hint: 'name it: "name: web0"', where: node.where });
  }
  const fields = new Map([...defaults, ...own]);
  const state = fields.get('state');
  const mustExist = !state || (state.checked && state.checked.value !== 'absent');
  if (!fields.has('lower') && mustExist) {
    diagnostics.error('the macvtap has no lower device', {
      hint: 'name it here or in defaults: "lower: eno1"',
      where: node.where,
    });
  }
  const judgedTogether = FIELDS_JUDGED_TOGETHER.every((key) => {
    const field = fields.get(key);
    return !field || (!field.template && field.checked);
  });
  const keys = new Set(own.keys());
  if (judgedTogether) {
    judgeTogether(
      (key) => fields.get(key)?.checked?.value,
      keys,
      (severity, key, summary, hint) => {
        diagnostics[severity](summary, { hint, where: fields.get(key)?.where ?? node.where });
      },
    );
  }
  return { where: node.where, name, fields, own: keys, loop, when, judgedTogether };
}

function parseField(key: FieldKey | 'name', entry: SourceEntry, diagnostics: Diagnostics): WrittenField {
  const written = writtenValue(entry.value, diagnostics);
  if (written.template) return written;
  const value = checkField(key, written.value, 'literal', sayAt(written, diagnostics));
  return value === undefined ? written : { ...written, checked: { value } };
}

function parseLoop(entry: SourceEntry, diagnostics: Diagnostics): Written {
  const written = writtenValue(entry.value, diagnostics);
  if (!Array.isArray(written.value) && !written.template) {
    diagnostics.error(`loop is ${quote(written.value)}, not a list`, {
      hint: 'write a list, or a template that gives one: "{{ range(0, 4) | list }}"',
      where: written.where,
    });
  }
  return written;
}

function parseWhen(entry: SourceEntry, diagnostics: Diagnostics): readonly Written[] {
  const { value } = entry;
  const nodes = value.kind === 'list' ? value.items : [value];
  return nodes.map((node) => {
    const written = writtenValue(node, diagnostics);
    if (node.kind === 'scalar' && node.tag === '!unsafe') {
      diagnostics.error('when is kept from the template engine, by !unsafe or because it was encrypted', {
        hint: 'write the condition as it is; it may compare with a variable that is encrypted',
        where: written.where,
      });
      return { ...written, value: false, template: false };
    }
    const right =
      typeof written.value === 'string' ? written.value.trim() !== '' : readBoolean(written.value);
    if (right === undefined || right === false) {
      if (typeof written.value === 'boolean') return written;
      diagnostics.error(`when is ${quote(written.value)}, not a condition`, {
        hint: "write an expression, such as inventory_hostname != 'hv03', or a list of them",
        where: written.where,
      });
      return { ...written, value: false };
    }
    return written;
  });
}

function sayAt(written: Written, diagnostics: Diagnostics): Say {
  return (severity, summary, hint, item) => {
    const where = item === undefined ? written.where : (written.items?.[item] ?? written.where);
    diagnostics[severity](summary, { hint, where });
  };
}
