/**
 * The mark: what tapfleet writes into an interface's alias, so that ownership and drift can be told from the host
 * alone. Written and read here and nowhere else; pure.
 *
 *     tapfleet:1 owner=default lower=eno1 mode=bridge mac=52:54:00:10:00:01 mtu=1500 agm=none allmulti=1 state=up -- text
 *     └ version  └ owner       └ what was last applied, field by field; a field not declared is not there   └ alias
 *
 * It must survive `ip -batch` (no quote, backslash or `#`: iproute2 has no escapes and `#` cuts a line even inside
 * quotes) and the kernel's 255 bytes (IFALIASZ − 1). A mark with the owner alone is a claim: made by tapfleet, nothing
 * finished yet.
 */
import { createHash } from 'node:crypto';
import { FIELD_NAMES, type FieldName, type FieldValue, type MacvtapFields } from './macvtap.ts';
import { escapeText, unescapeText } from './mark-text.ts';

/** Bytes of an interface alias (IFALIASZ − 1). */
export const MAX_ALIAS_BYTES = 255;

export interface Mark {
  readonly version: number;
  readonly owner: string;
  /** What was last applied, encoded as in the mark; compare with `encodeField`. */
  readonly applied: ReadonlyMap<FieldName, string>;
  /** The description after the mark. */
  readonly text: string;
}

const VERSION = 1;
const PREFIX = 'tapfleet:';
const SEPARATOR = ' -- ';

/** Short keys where a long one would eat the description's room. `alias` is not among them: it is the text itself. */
const KEYS: Partial<Record<FieldName, string>> = {
  lower: 'lower',
  mode: 'mode',
  nopromisc: 'nopromisc',
  mac: 'mac',
  source_macs: 'src',
  mtu: 'mtu',
  txqueuelen: 'txq',
  bcqueuelen: 'bcq',
  queues: 'queues',
  addrgenmode: 'agm',
  allmulticast: 'allmulti',
  promisc: 'promisc',
  state: 'state',
  alias: 'alias',
};
const FIELDS = new Map(Object.entries(KEYS).map(([field, key]) => [key, field as FieldName]));

/** One value as the mark holds it: readable, without spaces, a digest where it could grow without bound. */
export function encodeField(field: FieldName, value: FieldValue): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (Array.isArray(value)) {
    if (value.length === 0) return '0';
    const list = value.join(',');
    return value.length === 1 ? list : `${value.length}:${digest(list)}`;
  }
  if (field === 'alias') return digest(String(value));
  return String(value);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

/**
 * The alias for an interface: the mark and, after it, the description.
 * `fields` undefined writes a claim. `kept`: entries of an earlier mark that go on as they were, for fields that were
 * not applied now. Throws RangeError past 255 bytes: check with `aliasRoom` first.
 */
export function writeMark(
  owner: string,
  fields: Partial<MacvtapFields> | undefined,
  text: string,
  kept?: Mark['applied'],
): string {
  const alias = head(owner, fields, kept) + (text === '' ? '' : SEPARATOR + escapeText(text));
  if (Buffer.byteLength(alias) > MAX_ALIAS_BYTES) {
    throw new RangeError(`the alias would take ${Buffer.byteLength(alias)} bytes of ${MAX_ALIAS_BYTES}`);
  }
  return alias;
}

function head(owner: string, fields: Partial<MacvtapFields> | undefined, kept?: Mark['applied']): string {
  const words = [`${PREFIX}${VERSION}`, `owner=${owner}`];
  for (const field of fields ? FIELD_NAMES : []) {
    const value = fields?.[field];
    const entry = value === undefined ? kept?.get(field) : encodeField(field, value);
    if (entry !== undefined && (value !== undefined || CARRIED.test(entry))) {
      words.push(`${KEYS[field]}=${entry}`);
    }
  }
  return words.join(' ');
}

/** An entry that came from a host goes back into a line of `ip -batch`: nothing that could end its quotes may pass. */
const CARRIED = /^[!$-&(-[\]-~]*$/;

/** Bytes left for a description beside the mark of these fields, and the bytes that `text` takes. */
export function aliasRoom(
  owner: string,
  fields: Partial<MacvtapFields>,
  text: string,
): { readonly room: number; readonly needed: number } {
  return {
    room: MAX_ALIAS_BYTES - Buffer.byteLength(head(owner, fields)) - SEPARATOR.length,
    needed: Buffer.byteLength(escapeText(text)),
  };
}

/** The mark of an alias, or undefined where it has none that we can read: then the interface is foreign. */
export function readMark(alias: string): Mark | undefined {
  if (!alias.startsWith(PREFIX)) return undefined;
  const cut = alias.indexOf(SEPARATOR);
  const marked = cut < 0 ? alias : alias.slice(0, cut);
  const text = cut < 0 ? '' : unescapeText(alias.slice(cut + SEPARATOR.length));
  const [first = '', ...words] = marked.split(' ');
  if (!/^[1-9]\d{0,5}$/.test(first.slice(PREFIX.length))) return undefined;
  const version = Number(first.slice(PREFIX.length));
  let owner: string | undefined;
  const applied = new Map<FieldName, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    const key = word.slice(0, equals);
    const value = word.slice(equals + 1);
    const field = FIELDS.get(key);
    if (key === 'owner') owner = value;
    else if (equals > 0 && field) applied.set(field, value);
  }
  return owner ? { version, owner, applied, text } : undefined;
}

/** The alias with another text after its mark; without a mark all of it is text. Not to be written to a host. */
export function changeText(alias: string, change: (text: string) => string): string {
  const mark = readMark(alias);
  if (!mark) return change(alias);
  const changed = change(mark.text);
  return changed === mark.text ? alias : alias.slice(0, alias.indexOf(SEPARATOR)) + SEPARATOR + changed;
}
