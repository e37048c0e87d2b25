// Which functions of the program does a run need? Those of a small run on a simulated host: all that V8 has compiled by
// its end is written beside the program, and need not be compiled again when it starts. Arguments: the folder dist/.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setStartFlags } from '../src/cli/v8-flags.ts';
import { COMPILED_FILE, compiledProgram } from '../src/files/compiled-program.ts';

const PLAY = [
  {
    name: 'Warm-up',
    hosts: 'hypervisors',
    defaults: { lower: 'eno1', mode: 'bridge' },
    macvtaps: [{ name: 'tap0', mtu: 1500 }, { name: 'tap1' }],
  },
];

const folder = process.argv[2];
setStartFlags();
const program = compiledProgram(folder);
const { runCommandLine } = program.start();

const place = mkdtempSync(join(tmpdir(), 'tapfleet-build-'));
process.chdir(place);
writeFileSync('playbook.yml', JSON.stringify(PLAY));
const target = ['playbook.yml', '-i', '.tapfleet/lab/inventory.yml'];
try {
  lab('up', '--hosts', '1', '--kind', 'simulated', '--port-base', String(await freePort()));
  await run('validate', ...target);
  await run('plan', ...target);
  await run('apply', ...target, '--yes');
  await run('drift', ...target);
} finally {
  lab('down');
  process.chdir('/');
  rmSync(place, { recursive: true, force: true });
}
writeFileSync(join(folder, COMPILED_FILE), program.compiled());
if (!compiledProgram(folder).isCompiled) throw new Error('V8 does not take what it has just compiled');
process.exit(0);

/** In another process: what a lab needs, other runs do not. */
function lab(...words) {
  execFileSync(process.execPath, [join(folder, 'main.js'), 'lab', ...words], { stdio: 'inherit' });
}

async function run(...words) {
  const code = await runCommandLine(words);
  if (code !== 0) throw new Error(`tapfleet ${words.join(' ')}: exit code ${code}`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
