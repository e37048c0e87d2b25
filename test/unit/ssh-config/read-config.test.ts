/** What a configuration says to everybody: its mistakes with their places, its limits, what is never run. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Diagnostic, Diagnostics } from '../../../src/model/diagnostic.ts';
import { evaluate } from '../../../src/ssh-config/evaluate.ts';
import { readSshConfig } from '../../../src/ssh-config/read-config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tft-ssh-'));
  mkdirSync(join(folder, '.ssh'));
});
beforeEach(() => rmSync(join(folder, '.ssh', 'config'), { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

async function read(text: string): Promise<{ all: readonly Diagnostic[]; of: (name: string) => Said }> {
  const diagnostics = new Diagnostics();
  const source = { file: write('config', text), trusted: true, home: folder };
  const config = await readSshConfig(source, diagnostics);
  return { all: diagnostics.all, of: (name) => said(evaluate(config, { name, given: [], localUser: 'me' })) };
}

interface Said {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

function said({ settings, troubles }: ReturnType<typeof evaluate>): Said {
  return {
    values: Object.fromEntries([...settings].map(([name, { args }]) => [name, args.join(' ')])),
    problems: troubles.map(({ problem, origin }) => `${origin.where?.line}: ${problem}`),
  };
}

it.each([`touch RAN`, '!exec'])('never runs a Match exec, and says so (%s)', async (criterion) => {
  const ran = join(folder, 'ran');
  const line = criterion === '!exec' ? `!exec "touch ${ran}"` : `exec "${criterion.replace('RAN', ran)}"`;
  const { all, of } = await read(`Match all\n  Port 1\nMatch ${line}\n  User evil\n`);
  expect(of('a').values).toEqual({ port: '1' });
  expect(existsSync(ran)).toBe(false);
  expect(all).toMatchObject([
    {
      severity: 'warning',
      summary: 'Match exec in the ssh configuration is not evaluated',
      where: { line: 3 },
    },
  ]);
});

it('ends where files include each other without end', async () => {
  const twice = join(folder, 'twice.conf');
  write('twice.conf', `User a\nInclude ${twice} ${twice}\n`);
  const { all } = await read(`Include ${twice}\nPort x\n`);
  expect(all).toMatchObject([
    {
      severity: 'error',
      summary: expect.stringContaining('includes 16 deep'),
      where: { file: twice, line: 2, column: 1 },
    },
  ]);
});

it('ends where there are too many files', async () => {
  mkdirSync(join(folder, 'many'));
  for (let n = 0; n < 40; n++) write(`many/${n}.conf`, 'User a\n');
  write('wide.conf', `Include ${folder}/many/*\n`.repeat(30));
  const { all } = await read(`Include ${folder}/wide.conf\n`);
  expect(all).toMatchObject([{ summary: expect.stringContaining('more than 1000 files') }]);
});

it('shows no line of a file that is no configuration', async () => {
  const { all, of } = await read('root:$6$secret:19000\n-----BEGIN\nhunter2\n');
  const problems = [...all.map(({ summary }) => summary), ...of('a').problems].join('\n');
  expect(problems).not.toContain('secret');
  expect(problems).not.toContain('BEGIN');
  expect(problems).toContain('whose name is no word');
});

it('shows no word of a file that an inventory named, nor of one that is included in it', async () => {
  const secret = write('secret', 'hunter2\nhunter3 x\nPort hunter4\nForwardAgent "hunter5\n');
  const text = `Include ${secret}\n`;
  for (const file of [secret, write('config', text)]) {
    for (const [trusted, seen] of [
      [false, []],
      [true, ['hunter2', 'hunter3', 'hunter4']],
    ] as const) {
      const diagnostics = new Diagnostics();
      const config = await readSshConfig({ file, trusted, home: folder }, diagnostics);
      const { troubles } = evaluate(config, { name: 'a', given: [], localUser: 'me' });
      const words = JSON.stringify([diagnostics.all, troubles]);
      expect([...new Set(words.match(/hunter\d/g) ?? [])].sort()).toEqual(seen);
    }
  }
});

it('says what is not supported only of the hosts that ask for it', async () => {
  const { all, of } = await read('Host a\n  CertificateFile x\nHost b\n  CertificateFile none\n');
  expect(all).toEqual([]);
  expect(of('a').problems).toEqual(['2: the ssh option CertificateFile, which is not supported']);
  expect([of('b').problems, of('c').problems]).toEqual([[], []]);
});

it('knows a keyword that is unknown for whom it is ignored', async () => {
  const { of } = await read('Host a\n  IgnoreUnknown Fo*\nHost z\n  Foo x\n');
  expect(of('a').problems).toEqual([]);
  expect(of('b').problems).toEqual(['4: the bad option "foo": ssh has none of this name']);
});

it('has Match tagged as newer OpenSSH does', async () => {
  const { of } = await read('Host a\n  Tag fleet\nMatch tagged fl*\n  Port 7\n');
  expect([of('a').values, of('b').values]).toEqual([{ tag: 'fleet', port: '7' }, {}]);
});

it('reads the user’s own file, its includes beside it, before the system’s', async () => {
  write('.ssh/config', 'Include more\nPort 5\nPort 6\n');
  write('.ssh/more', 'User inside\n');
  const diagnostics = new Diagnostics();
  const config = await readSshConfig({ trusted: true, home: folder }, diagnostics);
  const { values } = said(evaluate(config, { name: 'a', given: [], localUser: 'me' }));
  expect(diagnostics.all).toEqual([]);
  expect(values).toMatchObject({ user: 'inside', port: '5' });
});

it('reads nothing where the file is none', async () => {
  write('.ssh/config', 'Port 5\n');
  expect(await readSshConfig({ file: 'none', trusted: true, home: folder }, new Diagnostics())).toEqual([]);
});

it('misses a file that is named', async () => {
  const diagnostics = new Diagnostics();
  await readSshConfig({ file: join(folder, 'nowhere'), trusted: true, home: folder }, diagnostics);
  expect(diagnostics.all).toMatchObject([{ summary: expect.stringContaining('there is no such file') }]);
});
