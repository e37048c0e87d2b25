/** Answers how an interface's fields become plain data for people to read: FIELD_NAMES order, only what is known. */
import { FIELD_NAMES, type FieldValue, type MacvtapFields } from './macvtap.ts';

export function fieldsDocument(fields: Partial<MacvtapFields>): Record<string, FieldValue> {
  const document: Record<string, FieldValue> = {};
  for (const name of FIELD_NAMES) {
    const value = fields[name];
    if (value !== undefined) document[name] = value;
  }
  return document;
}
