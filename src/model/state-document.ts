/** Answers how an interface's fields become plain data for people to read: FIELD_NAMES order, only what is known. */
import type { Json } from './json.ts';
import { FIELD_NAMES, type MacvtapFields } from './macvtap.ts';

export function fieldsDocument(fields: Partial<MacvtapFields>): Record<string, Json> {
  const document: Record<string, Json> = {};
  for (const name of FIELD_NAMES) {
    const value = fields[name];
    if (value !== undefined) document[name] = value;
  }
  return document;
}
