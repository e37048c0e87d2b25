/**
 * Answers how secrets are kept out of a run record without taking away what it is for. Somebody's password may be a word or
 * a number of the record: names, words of ours and what an interface was like are to be read back, and stay. Pure.
 */
import type { Json } from '../model/json.ts';
import { changeText } from '../model/mark.ts';
import type { RecordedBefore, RecordLine } from '../model/run-record.ts';
import { hideInRow } from '../render/hide-report-secrets.ts';

type Hide = (text: string) => string;

/** Of what an interface was like, fields whose text anybody may have written. */
const TEXTS: ReadonlySet<string> = new Set(['alias', 'mac', 'source_macs']);

/** The line with every text hidden in which a secret may be on purpose. */
export function hideInLine(line: RecordLine, hide: Hide): RecordLine {
  switch (line.record) {
    case 'start':
      return { ...line, controller: hide(line.controller), inventory: line.inventory.map(hide) };
    case 'changing':
      return { ...line, before: line.before.map((one) => hideInBefore(one, hide)) };
    case 'host':
      return { ...line, row: hideInRow(line.row, hide) };
    case 'end':
      return line;
  }
}

function hideInBefore(given: RecordedBefore, hide: Hide): RecordedBefore {
  const after = given.alias_after;
  const one = after === undefined ? given : { ...given, alias_after: changeText(after, hide) };
  if (!one.before) return one;
  const { fields, alias } = one.before;
  const hidden = Object.entries(fields).map(([name, value]) => [
    name,
    TEXTS.has(name) ? hideInValue(value, hide) : value,
  ]);
  return { ...one, before: { fields: Object.fromEntries(hidden), alias: changeText(alias, hide) } };
}

function hideInValue(value: Json, hide: Hide): Json {
  if (typeof value === 'string') return hide(value);
  return Array.isArray(value) ? value.map((item) => hideInValue(item, hide)) : value;
}
