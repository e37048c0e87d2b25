/** Which variables of a file that was encrypted as a whole are secrets? Those that are named so; the others may be shown. */
import type { Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import { SECRET_NAME } from '../model/secret-name.ts';
import type { Vault } from './vault.ts';

/** The same variables with the secrets among them marked; every text in those is kept off screens from now on. */
export function markSecrets(variables: Variables, vault: Vault): Variables {
  return new Map(
    [...variables].map(([name, located]) => {
      const secret = SECRET_NAME.test(name);
      hideSecretTexts(located.value, secret, vault);
      return [name, secret ? { ...located, secret } : located];
    }),
  );
}

function hideSecretTexts(value: Json, secret: boolean, vault: Vault): void {
  if (typeof value === 'string') {
    if (secret) vault.hide(value);
  } else if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) hideSecretTexts(item, secret, vault);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      hideSecretTexts(item, secret || SECRET_NAME.test(key), vault);
    }
  }
}
