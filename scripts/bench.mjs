// How fast is tapfleet, next to what? Prints a table, part by part: `npm run bench -- [PART...] [--hosts N] [--json FILE]`.
// What counts are the ratios, each of contestants that took turns within one run: machines differ and are noisy. It
// asserts nothing; a part whose needs are missing says why and is left out.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { version } from '../dist/index.js';
import { Findings } from './bench/findings.mjs';
import { missing, versionOf } from './bench/needs.mjs';

const PARTS = ['parts', 'templates', 'page', 'plan', 'apply', 'roundtrips', 'scale', 'watch', 'thousand'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    hosts: { type: 'string', default: '100' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const hosts = Number(values.hosts);
const unknown = positionals.find((name) => !PARTS.includes(name));
if (values.help || unknown !== undefined || !Number.isInteger(hosts) || hosts < 1) {
  process.stderr.write(
    `npm run bench -- [PART...] [--hosts N] [--json FILE]\nparts: ${PARTS.join(' ')}; default: all\n` +
      '--hosts: real hosts (default 100); simulated ones are 100 times, macvtaps of the one big host 10 times as many\n',
  );
  process.exit(values.help ? 0 : 1);
}

const machine = {
  tapfleet: version,
  node: process.version,
  processor: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  kernel: versionOf('uname', '-sr'),
  iproute2: versionOf('ip', '-V'),
  ssh: versionOf('ssh', '-V'),
  ansible: versionOf('ansible', '--version'),
};
process.stdout.write(
  `${Object.entries(machine)
    .map(([what, is]) => `${what}: ${is ?? 'not there'}\n`)
    .join('')}\n`,
);

const findings = new Findings();
for (const name of PARTS.filter((one) => positionals.length === 0 || positionals.includes(one))) {
  const part = await import(`./bench/${name}.mjs`);
  const reason = missing(part.needs);
  if (reason === undefined) await part.run(findings, { hosts });
  else findings.part(name, `${name}: left out: ${reason}`);
  process.stdout.write(findings.lastAsText());
}
if (values.json !== undefined) {
  const data = { machine, hosts, parts: findings.asData() };
  writeFileSync(values.json, `${JSON.stringify(data, null, 2)}\n`);
}
