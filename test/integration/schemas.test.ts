/** Do the schemas that the program prints fit what it reads and writes? Asked of a validator that is not ours. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapfleet-schemas-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function schemaOf(what: string) {
  const { code, stdout, stderr } = await runCli(['schema', what]);
  expect([code, stderr]).toEqual([0, '']);
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(stdout));
}

test.each(['plan', 'drift', 'apply'])(
  'the report of %s over hosts that cannot be reached',
  async (command) => {
    const playbook = join(folder, 'play.yml');
    writeFileSync(playbook, '- {hosts: all, macvtaps: [{name: web0, lower: eno1}]}\n');
    const inventory = join(folder, 'hosts.yml');
    // Nothing listens on port 1, and the name is reserved never to resolve (RFC 6761).
    writeFileSync(
      inventory,
      'all:\n  hosts:\n    hv01: {ansible_host: 127.0.0.1, ansible_port: 1}\n    hv02: {ansible_host: no.invalid}\n',
    );
    const validate = await schemaOf('report');
    const options = ['-i', inventory, '--format', 'json', '-u', 'root', '--ssh-config', 'none'];
    const { code, stdout } = await runCli([
      command,
      playbook,
      ...options,
      ...(command === 'apply' ? ['-y'] : []),
    ]);
    const report = JSON.parse(stdout);
    expect(code).toBe(4);
    expect(report.hosts.map(({ status }: { status: string }) => status)).toEqual([
      'unreachable',
      'unreachable',
    ]);
    expect(validate(report) || validate.errors).toBe(true);
    expect(validate({ ...report, outcome: 'fine' })).toBe(false);
  },
);

test('the schema of a playbook is one that editors can read', async () => {
  const validate = await schemaOf('playbook');
  const entry = { name: 'web0', lower: 'eno1', mtu: '{{ mtu }}' };
  expect(validate([{ hosts: 'all', macvtaps: [entry] }])).toBe(true);
  expect(validate([{ hosts: 'all', macvtaps: [{ ...entry, mtuu: 1 }] }])).toBe(false);
});
