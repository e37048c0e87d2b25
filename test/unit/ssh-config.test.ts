/** What OpenSSH's client configuration gives a host; the real `ssh -G` is the oracle where there is one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Diagnostics } from '../../src/model/diagnostic.ts';
import { optionsFor } from '../../src/ssh-config/evaluate.ts';
import { splitArguments } from '../../src/ssh-config/line.ts';
import { readSshConfig } from '../../src/ssh-config/read-config.ts';
import { describeWith } from '../support/needs.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tft-ssh-'));
  mkdirSync(join(folder, 'd'));
  writeFileSync(join(folder, 'd', 'a.conf'), 'Host inc*\n  Port 2201\n');
  writeFileSync(join(folder, 'd', 'b.conf'), 'User included\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The first value of each keyword that is compared, in the words of `ssh -G`. */
const KEYWORDS = [
  'hostname',
  'user',
  'port',
  'proxyjump',
  'hostkeyalias',
  'connecttimeout',
  'ciphers',
] as const;

async function ours(text: string, name: string): Promise<Record<string, string>> {
  const file = join(folder, 'config');
  writeFileSync(file, text);
  const diagnostics = new Diagnostics();
  const config = await readSshConfig(file, folder, diagnostics);
  expect(diagnostics.all.filter(({ severity }) => severity === 'error')).toEqual([]);
  const found: Record<string, string> = {};
  for (const { keyword, rest } of optionsFor(config, { name, user: undefined, localUser: 'root' })) {
    if ((KEYWORDS as readonly string[]).includes(keyword)) found[keyword] ??= splitArguments(rest)?.[0] ?? '';
  }
  return found;
}

function theirs(name: string): Record<string, string> {
  const text = execFileSync('ssh', ['-G', '-F', join(folder, 'config'), name], { encoding: 'utf8' });
  return Object.fromEntries(
    text.split('\n').map((line) => line.split(/ (.*)/s).slice(0, 2) as [string, string]),
  );
}

describeWith(['ssh'], 'the client configuration, as ssh -G has it', () => {
  it.each([
    ['the first value wins', 'Host hv01\n  User a\n  User b\nHost *\n  User c\n  Port 7\n', 'hv01'],
    ['patterns', 'Host hv?? !hv02\n  Port 22\n  User a\nHost hv*\n  User b\n', 'hv02'],
    ['before any block', 'Port 2222\nHost x\n  Port 1\n', 'x'],
    ['equals and quotes', 'Host="hv01"\n  User = "some one"\n  Port=2200\n', 'hv01'],
    ['keywords in any case', 'HOST hv01\n  hOsTnAmE 10.0.0.7\n', 'hv01'],
    ['HostName with %h', 'Host hv*\n  HostName %h.example\n', 'hv01'],
    ['Match host after HostName', 'Host hv01\n  HostName real\nMatch host real\n  User m\n', 'hv01'],
    ['Match originalhost', 'Host hv01\n  HostName real\nMatch originalhost hv01\n  User m\n', 'hv01'],
    ['Match user', 'Host hv01\n  User ops\nMatch user ops\n  Port 99\n', 'hv01'],
    ['Match user of nobody', 'Match user nobody\n  Port 99\n', 'hv01'],
    ['Match all', 'Host other\n  Port 1\nMatch all\n  Port 99\n', 'hv01'],
    ['Match with two criteria', 'Match originalhost hv* user root\n  Port 99\n', 'hv01'],
    ['Match negated', 'Match !originalhost hv01\n  Port 99\n', 'hv01'],
    ['Match localuser', 'Match localuser root\n  Port 99\n', 'hv01'],
    ['includes', 'Include DIR/d/*.conf\nHost *\n  User late\n', 'inc1'],
    ['includes in a block that does not hold', 'Host other\n  Include DIR/d/b.conf\n', 'hv01'],
    ['a comment behind', 'Host hv01 # mine\n  Port 2200 # odd\n', 'hv01'],
    ['jumps', 'Host hv*\n  ProxyJump ops@bastion:2222\nHost bastion\n  Port 1\n', 'hv01'],
    ['CRLF', 'Host hv01\r\n  Port 2200\r\n', 'hv01'],
    ['an alias and a timeout', 'Host hv01\n  HostKeyAlias box\n  ConnectTimeout 7\n', 'hv01'],
  ])('%s', async (_title, text, name) => {
    const mine = await ours(text.replaceAll('DIR', folder), name);
    const real = theirs(name);
    const hostname = (mine.hostname ?? name).replaceAll('%h', name);
    expect({ port: '22', user: 'root', ...mine, hostname }).toEqual({
      ...Object.fromEntries(Object.keys(mine).map((key) => [key, real[key]])),
      port: real.port,
      user: real.user,
      hostname: real.hostname,
    });
  });
});

it('says that Match exec is never run', async () => {
  const file = join(folder, 'exec');
  writeFileSync(file, `Match exec "touch ${folder}/ran"\n  User evil\n`);
  const diagnostics = new Diagnostics();
  const config = await readSshConfig(file, folder, diagnostics);
  expect(optionsFor(config, { name: 'a', user: undefined, localUser: 'me' })).toEqual([]);
  expect(diagnostics.all).toMatchObject([
    {
      severity: 'warning',
      summary: 'Match exec in the ssh configuration is not evaluated',
      where: { line: 1 },
    },
  ]);
});
