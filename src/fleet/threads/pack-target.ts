/**
 * A target on its way to another thread, and back: a structured clone would make an empty object of every secret, without a
 * word. Whatever of the settings is a secret is found, whichever field it is in. Pure.
 */
import type { ConnectionSettings } from '../../model/connection.ts';
import { Secret } from '../../model/secret.ts';
import type { Target } from '../target.ts';

/** No settings have a field of this name. */
interface PackedSecret {
  readonly secretText: string;
}

type Packed<T> = T extends Secret
  ? PackedSecret
  : T extends object
    ? { readonly [K in keyof T]: Packed<T[K]> }
    : T;

export type PackedTarget = Omit<Target, 'settings'> & { readonly settings: Packed<ConnectionSettings> };

export function packTarget(target: Target): PackedTarget {
  const settings = walk(target.settings, (value) =>
    value instanceof Secret ? ({ secretText: value.reveal() } satisfies PackedSecret) : undefined,
  );
  return { ...target, settings: settings as Packed<ConnectionSettings> };
}

export function unpackTarget(target: PackedTarget): Target {
  const settings = walk(target.settings, (value) =>
    'secretText' in value ? new Secret((value as PackedSecret).secretText) : undefined,
  );
  return { ...target, settings: settings as ConnectionSettings };
}

/** The same data, with objects replaced for which `replace` has another. */
function walk(value: unknown, replace: (value: object) => object | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const other = replace(value);
  if (other) return other;
  if (Array.isArray(value)) return value.map((one) => walk(one, replace));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner, replace)]));
}
