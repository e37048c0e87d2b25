/** How a wrong value is shown inside a message: JSON, short, and without one character a terminal would obey. */
import type { Json } from '../model/json.ts';
import { printable } from '../render/printable.ts';

const MAX_CHARS = 60;

/** Quoted text, or the data as JSON; cut after MAX_CHARS characters. */
export function quote(value: Json): string {
  if (typeof value === 'string') {
    return printable(JSON.stringify(value.length > MAX_CHARS ? `${value.slice(0, MAX_CHARS - 1)}…` : value));
  }
  const text = JSON.stringify(clip(value));
  return printable(text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text);
}

/** `"a", "b" or "c"`, for messages that list what is allowed. */
export function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A long list costs as much to print as to build: only its beginning is ever shown. */
function clip(value: Json): Json {
  if (Array.isArray(value)) return value.slice(0, MAX_CHARS);
  return value;
}
