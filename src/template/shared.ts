/**
 * Which values are the same for every host? Those stay in the sandbox instead of being copied for each template, and
 * are told apart by a number, so that results can be remembered by it.
 */
import type { Json } from '../model/json.ts';
import type { engine } from './sandbox.ts';

type Engine = ReturnType<typeof engine>;

interface Shared {
  readonly id: number;
  /** Rough bytes. */
  readonly size: number;
  uses: number;
}

/** Bytes that may stay: a part of the sandbox's memory, which the values of a template and its work need too. */
const MAX_KEPT = 16 * 1024 * 1024;
const BYTES_PER_VALUE = 96;

const shared = new WeakMap<object, Shared>();
/** What stays in the sandbox, the longest there first. */
const kept = new Map<number, number>();
let keptBytes = 0;
let lastId = 0;

/** Marks a value that is never changed and serves many hosts. */
export function share<T extends object>(value: T): T {
  if (!shared.has(value)) {
    lastId += 1;
    shared.set(value, { id: lastId, size: sizeOf(value as Json), uses: 0 });
  }
  return value;
}

/** The number of a value that was marked; undefined for every other. */
export function sharedId(value: Json): number | undefined {
  return value !== null && typeof value === 'object' ? shared.get(value)?.id : undefined;
}

/** Renders a template. A shared value is copied into the sandbox when it is used a second time, and then stays. */
export function renderShared(
  engine: Engine,
  template: string,
  context: { readonly [name: string]: Json },
): string {
  const own: Record<string, Json> = {};
  let known = '';
  for (const [name, value] of Object.entries(context)) {
    const global = value !== null && typeof value === 'object' ? keep(engine, value) : undefined;
    if (global === undefined) own[name] = value;
    else known += `{% set ${name} = ${global} %}`;
  }
  return engine.renderStr(known + template, own);
}

/** The name under which the sandbox has the value. */
function keep(engine: Engine, value: object): string | undefined {
  const one = shared.get(value);
  if (!one) return undefined;
  const name = `__shared_${one.id}`;
  if (kept.has(one.id)) return name;
  one.uses += 1;
  if (one.uses < 2 || one.size > MAX_KEPT) return undefined;
  for (const [id, size] of kept) {
    if (keptBytes + one.size <= MAX_KEPT) break;
    engine.removeGlobal(`__shared_${id}`);
    kept.delete(id);
    keptBytes -= size;
  }
  engine.addGlobal(name, value);
  kept.set(one.id, one.size);
  keptBytes += one.size;
  return name;
}

function sizeOf(value: Json): number {
  if (typeof value === 'string') return BYTES_PER_VALUE + value.length;
  if (value === null || typeof value !== 'object') return BYTES_PER_VALUE;
  let size = BYTES_PER_VALUE;
  for (const [key, item] of Object.entries(value)) size += key.length + sizeOf(item);
  return size;
}
