/** What does one entry of `macvtaps` ask of one host? Loop, conditions, templates, defaults, rules between fields. */
import type { Position } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import { autoMac } from '../model/mac.ts';
import { FIELD_NAMES, type MacvtapFields } from '../model/macvtap.ts';
import type { WantedAbsent, WantedMacvtap } from '../model/manifest.ts';
import { aliasRoom } from '../model/mark.ts';
import { extendLookup, type Lookup } from '../template/evaluate.ts';
import { checkField, type Say } from './check-field.ts';
import { conditionsHold, evaluateWritten, type Report } from './evaluate-written.ts';
import { FIELD_DEFAULTS, type FieldKey, type FieldResult } from './fields.ts';
import { appliesIn, judgeTogether } from './judge-together.ts';
import type { Entry, Written, WrittenField } from './play.ts';
import { quote } from './quote.ts';

/** One interface as one entry asks for it. */
export type Declaration =
  | {
      readonly present: true;
      readonly wanted: WantedMacvtap;
      readonly entry: Entry;
      /** The playbook writes the address out. */
      readonly explicitMac: boolean;
    }
  | { readonly present: false; readonly wanted: WantedAbsent; readonly entry: Entry };

export interface EntryContext {
  readonly host: string;
  readonly owner: string;
  readonly lookup: Lookup;
  readonly report: Report;
}

/** Interfaces that plays may ask of one host: a loop gone wrong passes this at once. */
export const MAX_INTERFACES = 4096;

/** What `omit` is while templates are evaluated: `mtu: "{{ mtu | default(omit) }}"` leaves the field out. */
const OMIT = '__tapfleet_omit__';

/** The declarations of an entry; items whose values are wrong are reported and left out. `room`: how many may come. */
export function resolveEntry(entry: Entry, context: EntryContext, room: number): Declaration[] {
  const declarations: Declaration[] = [];
  if (!entry.name || (!entry.name.template && !entry.name.checked)) return declarations;
  const lookup = extendLookup(context.lookup, { omit: OMIT });
  if (!entry.loop) return resolveOne(entry, { ...context, lookup }) ?? [];
  const items = loopItems(entry.loop, lookup, context.report);
  for (const item of items ?? []) {
    const perItem = extendLookup(lookup, { item });
    declarations.push(...(resolveOne(entry, { ...context, lookup: perItem }) ?? []));
    if (declarations.length > room) return declarations;
  }
  return declarations;
}

function loopItems(loop: Written, lookup: Lookup, report: Report): readonly Json[] | undefined {
  const items = evaluateWritten(loop, lookup, report);
  if (items === undefined) return undefined;
  const at = { severity: 'error', where: loop.where } as const;
  if (!Array.isArray(items)) {
    if (!loop.template) return undefined;
    report({ ...at, summary: `loop gives ${quote(items)}, not a list`, hint: 'end it with "| list"' });
    return undefined;
  }
  if (items.length > MAX_INTERFACES) {
    report({
      ...at,
      summary: `loop has ${items.length} items, and ${MAX_INTERFACES} interfaces are the most for a host`,
      hint: 'shorten the list',
    });
    return undefined;
  }
  return items;
}

function resolveOne(entry: Entry, context: EntryContext): [Declaration] | undefined {
  const { lookup, report, host, owner } = context;
  if (!conditionsHold(entry.when, lookup, report)) return undefined;
  let right = true;
  const settle = (key: FieldKey | 'name', field: WrittenField): FieldResult | undefined => {
    const result = settleField(key, field, lookup, report);
    if (result === 'wrong') right = false;
    else if (result !== 'omitted') return result.value;
    return undefined;
  };
  const name = entry.name && settle('name', entry.name);
  const settled = new Map<string, FieldResult>(Object.entries(FIELD_DEFAULTS));
  for (const [key, field] of entry.fields) {
    const value = settle(key, field);
    if (value !== undefined) settled.set(key, value);
  }
  if (!right || typeof name !== 'string') return undefined;
  const where = entry.where;
  if (!entry.judgedTogether) {
    judgeTogether(
      (key) => settled.get(key),
      entry.own,
      (severity, key, summary, hint) => {
        if (severity === 'error') right = false;
        report({
          severity,
          summary: `${name}: ${summary}`,
          hint,
          where: entry.fields.get(key)?.where ?? where,
        });
      },
    );
  }
  const disruption = settled.get('disruption') === 'allow' ? 'allow' : 'refuse';
  if (settled.get('state') === 'absent') {
    return [{ present: false, wanted: { name, owner, disruption, where }, entry }];
  }
  if (!settled.has('lower')) {
    const hint = 'name it here or in defaults: "lower: eno1"';
    if (entry.fields.has('lower') || entry.fields.get('state')?.template) {
      report({ severity: 'error', summary: `${name} has no lower device`, hint, where });
    }
    return undefined;
  }
  const mode = String(settled.get('mode'));
  const written = settled.get('mac');
  if (written === 'auto' || (written === undefined && mode !== 'passthru')) {
    settled.set('mac', autoMac(host, name));
  }
  const fields: Record<string, FieldResult> = {};
  for (const field of FIELD_NAMES) {
    const value = settled.get(field);
    if (value !== undefined && appliesIn(field, mode)) fields[field] = value;
  }
  // Each value was settled by its rule in FIELDS, whose keys are those of MacvtapFields. No spread: V8 gives each object
  // that is spread and added to a shape of its own, which takes more memory than the object (seen in node 20).
  const wanted: WantedMacvtap = {
    name,
    owner,
    disruption,
    where,
    fields: fields as unknown as MacvtapFields,
  };
  if (!right || !fitsAlias(wanted, entry.fields.get('alias')?.where ?? where, report)) return undefined;
  const explicitMac = written !== undefined && written !== 'auto';
  return [{ present: true, wanted, entry, explicitMac }];
}

function settleField(
  key: FieldKey | 'name',
  field: WrittenField,
  lookup: Lookup,
  report: Report,
): { readonly value: FieldResult } | 'omitted' | 'wrong' {
  if (!field.template) return field.checked ?? 'wrong';
  const raw = evaluateWritten(field, lookup, report);
  if (raw === undefined) return 'wrong';
  if (raw === OMIT) return 'omitted';
  const say: Say = (severity, summary, hint, item) => {
    const where = item === undefined ? field.where : (field.items?.[item] ?? field.where);
    report({ severity, summary, hint, where });
  };
  const value = checkField(key, raw, 'template', say);
  return value === undefined ? 'wrong' : { value };
}

/** The mark and the description share the 255 bytes of the kernel's alias. */
function fitsAlias(wanted: WantedMacvtap, where: Position, report: Report): boolean {
  const { alias, ...fields } = wanted.fields;
  if (!alias && wanted.owner.length + fields.lower.length < 50) return true;
  const summary = (what: string) => ({
    severity: 'error' as const,
    summary: `${wanted.name}: ${what}`,
    where,
  });
  try {
    const { room, needed } = aliasRoom(wanted.owner, wanted.fields, alias ?? '');
    if (needed === 0 || needed <= room) return true;
    const takes = `the alias takes ${needed} bytes, and beside the mark there is room for ${Math.max(0, room)}`;
    report({ ...summary(takes), hint: 'shorten the alias' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = 'use a shorter owner, or a shorter name of the lower device';
    report({ ...summary('the mark alone is longer than the 255 bytes of an interface alias'), hint });
  }
  return false;
}
