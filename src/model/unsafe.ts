/**
 * How is a text kept that no template may be looked for in? As Ansible writes it in JSON: so ansible-inventory prints
 * what is under `!unsafe`, and so inventories in JSON hold it.
 */
import type { Json } from './json.ts';

export function unsafeValue(text: string): Json {
  return { __ansible_unsafe: text };
}

/** The text of such a value; undefined where it is another one. */
export function unsafeText(value: Json): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const { __ansible_unsafe: text } = value as { readonly [key: string]: Json };
  return typeof text === 'string' && Object.keys(value).length === 1 ? text : undefined;
}
