/**
 * Does anything that was encrypted, or a password, ever come out of the program? Secrets are planted wherever a vault
 * can be, and looked for in all that every command prints.
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, PROGRAM, runCli, runProcess } from '../support/cli.ts';
import { describeWith } from '../support/needs.ts';
import { seal, sealedYaml } from '../support/seal.ts';

const PASSWORD = 'opens-The-Vault-9';
/** Each in a place of its own; no one is found in another, nor in any honest word. */
const SECRETS = {
  inFile: 'plantedInFile-1',
  nested: 'plantedNested-2',
  variable: 'plantedVariable-3',
  odd: `plänted "odd" \\ it's: {x} #4`,
  field: 'plantedField-5',
  mac: '52-54-00-5E-C2-E7',
  extra: 'plantedExtra-6',
  playVariable: 'plantedPlayVariable-7 {{ 1 + 1 }}',
  connection: 'plantedConnection-8',
  become: 'plantedBecome-9',
  inventory: 'plantedInventory-10',
  long: 'plantedLong-11-'.repeat(12),
  playbook: 'plantedPlaybook-12',
};
const WORDS = [PASSWORD, ...Object.values(SECRETS), '52:54:00:5e:c2:e7', 'plantedLong-11'];

let folder: string;
const at = (name: string) => join(folder, name);

/** What was printed, in small letters as text and as JSON has it; with everything that must not be in it. */
function expectNothingIn({ stdout, stderr }: CliResult): void {
  const printed = `${stdout}\n${stderr}`.toLowerCase();
  const shapes = WORDS.flatMap((word) => [word, JSON.stringify(word).slice(1, -1), word.slice(0, 40)]);
  expect(shapes.filter((shape) => printed.includes(shape.toLowerCase()))).toEqual([]);
}

const sealed = (secret: string, indent: number) => sealedYaml(secret, PASSWORD, indent);
const play = (macvtap: string) => `- hosts: localhost\n  macvtaps:\n    - ${macvtap}\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tft-vault-'));
  await mkdir(at('group_vars'));
  await mkdir(at('host_vars'));
  const files = {
    'password.txt': `${PASSWORD}\n`,
    'wrong.txt': 'another one\n',
    'connection.txt': `${SECRETS.connection}\n`,
    'become.txt': `${SECRETS.become}\n`,
    hosts: 'localhost ansible_connection=local\n',
    'more.yml': seal(`all: {hosts: {localhost: {inv_secret: ${SECRETS.inventory}}}}`, PASSWORD),
    'group_vars/all.yml': seal(
      `db_password: ${SECRETS.inFile}\ndata: {token: [${SECRETS.nested}]}\nshown: may-be-seen\n`,
      PASSWORD,
    ),
    'host_vars/localhost.yml': [
      `room: ${sealed(SECRETS.variable, 0)}`,
      `odd: ${sealed(SECRETS.odd, 0)}`,
      `long: ${sealed(SECRETS.long, 0)}`,
      '',
    ].join('\n'),
    'extra.yml': seal(`extra_key: ${SECRETS.extra}\n`, PASSWORD),
    'site.yml': [
      '- hosts: localhost',
      `  vars:\n    own: ${sealed(SECRETS.playVariable, 4)}`,
      '  defaults: {lower: eno1, mode: bridge}',
      '  macvtaps:',
      `    - {name: t0, alias: "{{ shown }}"}`,
      `    - name: t1\n      mac: ${sealed(SECRETS.mac, 6)}\n      alias: ${sealed(SECRETS.field, 6)}`,
      ...[
        '{{ room }}',
        'x {{ odd }} y',
        '{{ odd }}',
        '{{ db_password }} {{ data.token[0] }}',
        '{{ room | upper }}{{ db_password | lower }}',
        '{{ extra_key }}',
        '{{ own }}',
        '{{ inv_secret }}',
        '{{ data | tojson }}',
      ].map((alias, n) => `    - {name: a${n}, alias: '${alias}'}`),
      '',
    ].join('\n'),
    'encrypted.yml': seal(
      `- hosts: localhost\n  vars: {play_secret: ${SECRETS.playbook}}\n` +
        '  macvtaps: [{name: p0, lower: eno1, alias: "{{ play_secret }}"}]\n',
      PASSWORD,
    ),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(at(name), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SOURCES = () => ['-i', at('hosts'), '-i', at('more.yml'), '-e', `@${at('extra.yml')}`];
const OPENED = () => [...SOURCES(), '--vault-password-file', at('password.txt')];

describe('what reads files alone', () => {
  it.each([
    [['inventory', '--list']],
    [['inventory', '--host', 'localhost']],
    [['inventory', '--graph']],
    [['validate', 'site.yml', '-vvv']],
    [['manifest', 'site.yml']],
    [['manifest', 'site.yml', '--format', 'json']],
    [['manifest', 'encrypted.yml']],
  ])('%j', async ([command = '', ...args]) => {
    const words = args.map((word) => (word.endsWith('.yml') ? at(word) : word));
    const result = await runCli([command, ...words, ...OPENED()]);
    expect([result.code, result.stderr]).toEqual([0, '']);
    expectNothingIn(result);
    if (command === 'manifest') expect(result.stdout).toContain('********');
  });

  it('shows what is no secret, though it was encrypted', async () => {
    const { stdout } = await runCli(['manifest', at('site.yml'), ...OPENED()]);
    expect(stdout).toContain('alias: may-be-seen');
  });
});

describe('what a playbook gets wrong with a secret', () => {
  const MISTAKES = {
    'a number': 'mtu: "{{ room }}"',
    'an unknown field of it': 'alias: "{{ room.nothing }}"',
    'a name': 'lower: "{{ odd }}/"',
    'an unknown variable': 'alias: "{{ nothing[room] }}"',
    'two types': 'alias: "{{ room + 1 }}"',
    'no filter': 'alias: "{{ room | nosuch }}"',
    'a key that is not there': 'alias: "{{ data[room] }}"',
    'a condition': 'when: "{{ room }}"',
    'a condition of a list': 'when: "{{ data }}"',
    'a loop': 'loop: "{{ db_password }}"',
    'a long one, which the message cuts off': 'mtu: "{{ long }}"',
    'a long one in a list': 'mtu: "{{ [long] }}"',
    'a long one in a text': 'mtu: "here: {{ long }}"',
    'a map': 'mtu: "{{ data }}"',
  };

  it.each(Object.entries(MISTAKES))('%s', async (_title, field) => {
    await writeFile(at('mistake.yml'), play(`{name: t0, lower: eno1, ${field}}`));
    const result = await runCli(['validate', at('mistake.yml'), ...OPENED()]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(`${at('mistake.yml')}:3:`);
    expectNothingIn(result);
  });

  it('a literal of the playbook', async () => {
    await writeFile(
      at('mistake.yml'),
      play(`name: t0\n      lower: eno1\n      mtu: ${sealed(SECRETS.long, 6)}`),
    );
    const result = await runCli(['validate', at('mistake.yml'), ...OPENED()]);
    expect([result.code, result.stderr.split('\n')[0]]).toEqual([
      1,
      expect.stringContaining('mtu is "********…", not a whole number'),
    ]);
    expectNothingIn(result);
  });
});

describe('a vault password that opens nothing', () => {
  it.each([
    [
      'wrong',
      () => ['--vault-password-file', at('wrong.txt')],
      'no password given opens it (tried: default)',
    ],
    ['missing', () => [], 'no vault password was given'],
  ])('%s: names the files', async (_title, options, why) => {
    const result = await runCli(['validate', at('encrypted.yml'), ...SOURCES(), ...options()]);
    expect(result.code).toBe(1);
    for (const file of ['more.yml', 'extra.yml', 'encrypted.yml', 'group_vars/all.yml']) {
      expect(result.stderr).toContain(`${at(file)}:1:1: error: ${at(file)} is encrypted with Ansible Vault`);
    }
    expect(result.stderr).toContain(why);
    expect(result.stderr).toContain('--vault-password-file FILE');
    expectNothingIn(result);
  });

  it('says where the value is that stays closed', async () => {
    const bare = at('bare');
    await mkdir(bare);
    // Beside them would be a file that nothing opens either.
    for (const name of ['hosts', 'site.yml', 'host_vars'])
      await cp(at(name), join(bare, name), { recursive: true });
    const sources = ['-i', join(bare, 'hosts'), '--vault-password-file', at('wrong.txt')];
    const result = await runCli(['validate', join(bare, 'site.yml'), ...sources]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/site\.yml:\d+:\d+: error: the value of "alias" is encrypted/);
    expect(result.stderr).toMatch(/the variable "room" \(.*host_vars\/localhost\.yml:1\) is encrypted/);
    expect(result.stderr).toMatch(/the variable "own" \(.*site\.yml:3\) is encrypted/);
    expectNothingIn(result);
  });
});

describeWith(['root', 'macvtap', 'unshare', 'ip'], 'what a host is asked for', () => {
  /** In a network namespace that lives as long as the command. */
  const SCRIPT = 'ip link add eno1 type veth peer name eno1p && ip link set eno1 up && exec "$@"';
  const CONNECTION = () => [
    ...['--connection-password-file', at('connection.txt'), '--become-password-file', at('become.txt')],
  ];

  it.each([
    [['plan']],
    [['plan', '-vvv', '--diff']],
    [['plan', '--format', 'json', '-vvv']],
    [['plan', '--format', 'json', '--diff']],
    [['apply', '--yes', '--diff', '-vvv']],
    [['apply', '--yes', '--format', 'json']],
    [['drift', '--diff']],
  ])('%j', async ([command = '', ...args]) => {
    const tapfleet = [
      process.execPath,
      PROGRAM,
      command,
      at('site.yml'),
      ...OPENED(),
      ...CONNECTION(),
      ...args,
    ];
    const result = await runProcess(['unshare', '--net', 'sh', '-c', SCRIPT, 'sh', ...tapfleet], {
      env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8', HOME: '/nonexistent' },
    });
    expect([result.code, result.stderr]).toEqual([command === 'drift' ? 2 : 0, expect.any(String)]);
    expect(result.stdout).toContain('********');
    expect(result.stdout).toContain('may-be-seen');
    expectNothingIn(result);
  });
});
