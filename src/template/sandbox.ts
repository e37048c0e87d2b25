/**
 * The one door to `minijinja-js`: an engine that a hostile playbook can neither escape, nor hang, nor make eat the
 * machine. Jinja's own author wrote it in Rust; it runs as WebAssembly, where a template sees only the data it is
 * given. Three limits: fuel (instructions of the template), memory (the WebAssembly memory may not grow past
 * MEMORY_PAGES) and time (a watchdog thread stops what fuel does not count, such as `|sum` over a lazy range).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import {
  type Environment,
  initSync,
  Environment as WebEnvironment,
} from 'minijinja-js/dist/web/minijinja_js.js';

/** 64 MiB in WebAssembly's 64 KiB pages: a thousand times what an honest template needs. */
const MEMORY_PAGES = 1024;
const FUEL = 200_000;

/** What an engine answers when it may not be used again: its memory is exhausted or it was stopped in mid-call. */
export class SandboxSpent extends Error {}

let environment: Environment | undefined;
let spent: string | undefined;

/** The shared environment: strict about undefined variables, Python's string methods, no loader, no includes. */
export function engine(): Environment {
  if (spent) throw new SandboxSpent(spent);
  if (!environment) {
    // Compile what is called, once and simply: most runs render a few templates, and V8's optimiser would take longer
    // than all of them (150 ms of CPU of a `validate`, node 20.20).
    setFlagsFromString('--wasm-lazy-validation');
    setFlagsFromString('--liftoff-only');
    const wasm = createRequire(import.meta.url).resolve('minijinja-js/dist/web/minijinja_js_bg.wasm');
    initSync({ module: capMemory(readFileSync(wasm), MEMORY_PAGES) });
    environment = new WebEnvironment();
    environment.undefinedBehavior = 'strict';
    environment.fuel = FUEL;
    environment.enablePyCompat();
  }
  return environment;
}

/** Marks the engine unusable for the rest of this process, with the reason every later use will give. */
export function spend(reason: string): SandboxSpent {
  spent = reason;
  return new SandboxSpent(reason);
}

/**
 * Runs `work` and stops it after `timeoutMs`, even inside WebAssembly: V8's termination, by way of `node:vm`'s
 * watchdog thread (about 0.1 ms a call, so wrap many evaluations in one). Throws SandboxSpent where it had to stop.
 */
export function withDeadline<T>(timeoutMs: number, work: () => T): T {
  const slot = globalThis as { __tapfleetWork?: (() => T) | undefined };
  const outer = slot.__tapfleetWork;
  slot.__tapfleetWork = work;
  try {
    return runInThisContext('__tapfleetWork()', { timeout: timeoutMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      throw spend(`a template ran longer than ${timeoutMs / 1000} s and was stopped`);
    }
    throw error;
  } finally {
    slot.__tapfleetWork = outer;
  }
}

/**
 * The module with a maximum in its memory section (WebAssembly core spec, binary format, section 5), which the
 * toolchain leaves open: past it `memory.grow` fails and the template traps instead of taking gigabytes.
 */
function capMemory(module: Uint8Array, maxPages: number): Uint8Array {
  const memorySection = 5;
  const parts: Uint8Array[] = [module.subarray(0, 8)];
  let capped = false;
  for (let at = 8; at < module.length; ) {
    const id = module[at];
    const [length, body] = readLeb(module, at + 1);
    if (id === memorySection) {
      const [count, flags] = readLeb(module, body);
      if (count !== 1) throw new Error(`minijinja-js: expected one memory, found ${count}`);
      const [min] = readLeb(module, flags + 1);
      const section = [1, 1, ...writeLeb(min), ...writeLeb(maxPages)];
      parts.push(Uint8Array.from([memorySection, ...writeLeb(section.length), ...section]));
      capped = true;
    } else {
      parts.push(module.subarray(at, body + length));
    }
    at = body + length;
  }
  if (!capped) throw new Error('minijinja-js: its module declares no memory to cap');
  return Buffer.concat(parts);
}

function readLeb(bytes: Uint8Array, start: number): [value: number, next: number] {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) === 0) return [value, at];
  }
}

function writeLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest ? byte | 0x80 : byte);
  } while (rest);
  return bytes;
}
