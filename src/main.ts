#!/usr/bin/env node
/** What `tapfleet` runs: it tells V8 how to behave and starts the program. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setStartFlags } from './cli/v8-flags.ts';
import { compiledProgram } from './files/compiled-program.ts';

setStartFlags();
compiledProgram<typeof import('./cli/main.ts')>(dirname(fileURLToPath(import.meta.url)))
  .start()
  .main();
