/**
 * How does the program start without being compiled first? It is one file, and beside it lies what V8 made of it when it
 * was built (`scripts/warm-up.mjs`): with it a plan begins 80 ms sooner. V8 itself looks whether that is of its own
 * version, of its flags and of this file; where not, the file is compiled as any other. Nothing is ever written here.
 */
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

export interface CompiledProgram<Exports> {
  /** Whether V8 took what was compiled before. */
  readonly isCompiled: boolean;
  start(): Exports;
  /** All that V8 has compiled of it so far: functions are compiled when they are first called. */
  compiled(): Buffer;
}

export const PROGRAM_FILE = 'program.cjs';
export const COMPILED_FILE = 'program.v8';

/** The program of a folder that `scripts/build.mjs` made. `Exports`: of its first module. */
export function compiledProgram<Exports>(folder: string): CompiledProgram<Exports> {
  const filename = join(folder, PROGRAM_FILE);
  const cachedData = readCompiled(join(folder, COMPILED_FILE));
  // The bundler writes ASCII, which is read fastest as Latin-1.
  const source = Module.wrap(readFileSync(filename, 'latin1'));
  const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
  return {
    isCompiled: script.cachedDataRejected === false,
    start() {
      const module = { exports: {} };
      script.runInThisContext()(module.exports, Module.createRequire(filename), module, filename, folder);
      return module.exports as Exports;
    },
    compiled: () => script.createCachedData(),
  };
}

function readCompiled(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
