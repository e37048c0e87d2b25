#!/usr/bin/env node
/** What `tapfleet` runs: it tells V8 how to behave and starts the program. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { boundGarbage, makeRoom, optimizeLate } from './cli/v8-flags.ts';
import { compiledProgram } from './files/compiled-program.ts';

// Before the program is read: V8 takes what it compiled at build time only where it is told the same.
boundGarbage();
makeRoom();
optimizeLate();
compiledProgram<typeof import('./cli/main.ts')>(dirname(fileURLToPath(import.meta.url)))
  .start()
  .main();
