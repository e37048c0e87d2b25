/** Opens what is sealed inside a value, when the value is used and not before. */
import type { Json } from '../model/json.ts';
import { readMac } from '../model/mac.ts';
import { type Closed, sealedText, type Vault } from './vault.ts';

/** The plain text, from now on kept off screens, also as the address that a plan shows for it. */
export function openHidden(envelope: string, vault: Vault): { readonly text: string } | Closed {
  const opened = vault.open(envelope);
  if ('problem' in opened) return opened;
  vault.hide(opened.text);
  const reading = readMac(opened.text.trim());
  if ('mac' in reading) vault.hide(reading.mac);
  return opened;
}

/** The value with everything opened; `failed` is told why where something cannot be. Opened texts are kept off screens. */
export function unseal(value: Json, vault: Vault, failed: (why: Closed) => never): Json {
  if (value === null || typeof value !== 'object') return value;
  const envelope = sealedText(value);
  if (envelope !== undefined) {
    const opened = openHidden(envelope, vault);
    return 'problem' in opened ? failed(opened) : opened.text;
  }
  if (!holdsSealed(value)) return value;
  if (Array.isArray(value)) return value.map((item: Json) => unseal(item, vault, failed));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unseal(item, vault, failed)]));
}

/** Whatever of it can be opened is from now on kept off screens: where hosts are read whose secrets nothing else asks for. */
export function hideAllSealed(values: Iterable<Json>, vault: Vault): void {
  const envelopes = new Set<string>();
  const look = (value: Json): void => {
    if (value === null || typeof value !== 'object') return;
    const envelope = sealedText(value);
    if (envelope !== undefined) envelopes.add(envelope);
    else for (const inner of Object.values(value)) look(inner);
  };
  for (const value of values) look(value);
  for (const envelope of envelopes) openHidden(envelope, vault);
}

function holdsSealed(value: Json): boolean {
  if (value === null || typeof value !== 'object') return false;
  return sealedText(value) !== undefined || Object.values(value).some(holdsSealed);
}
