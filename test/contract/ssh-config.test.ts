/** Does a configuration give a host the connection that the real ssh gives it? `ssh -G` is the oracle, word for word. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../support/needs.ts';
import { asShown, ours } from '../support/our-ssh.ts';
import { askSsh } from '../support/real-ssh.ts';

const { username } = userInfo();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tft-ssh-'));
  mkdirSync(join(folder, 'd'));
  mkdirSync(join(folder, 'e1'));
  mkdirSync(join(folder, 'e2'));
  writeFileSync(join(folder, 'd', 'a.conf'), 'Host inc*\n  Port 2201\n');
  writeFileSync(join(folder, 'd', 'b.conf'), 'User included\n');
  writeFileSync(join(folder, 'd', '.hidden.conf'), 'HostKeyAlias hidden\n');
  writeFileSync(join(folder, 'e1', 'x.conf'), 'Port 31\nHost other\n  User fromother\n');
  writeFileSync(join(folder, 'e2', 'x.conf'), 'Port 32\nUser e2\n');
  writeFileSync(join(folder, 'bad.conf'), 'Host never\n  Port 0\n');
  writeFileSync(join(folder, 'loop.conf'), `Include ${folder}/loop.conf\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const fill = (text: string) => text.replaceAll('DIR', folder);
function write(text: string): string {
  const file = join(folder, 'config');
  writeFileSync(file, fill(text));
  return file;
}

async function expectSame(text: string, host: string, args: readonly string[] = []): Promise<void> {
  const file = write(text);
  const real = askSsh(file, host, args);
  expect([real.refused, real.refused ? real.stderr : '']).toEqual([false, '']);
  const mine = await ours(file, host, args);
  expect([mine.diagnostics, mine.troubles]).toEqual([[], []]);
  const shown = asShown(mine, askSsh('none', 'nobody'));
  const theirs = Object.fromEntries(Object.keys(shown).map((key) => [key, real.values.get(key) ?? []]));
  expect(shown).toEqual(theirs);
}

describeWith(['ssh'], 'what ssh -G says', () => {
  it.each<[title: string, text: string, host: string, ...args: string[]]>([
    ['nothing at all', '', 'hv01'],
    ['the first value wins', 'Host hv01\n  User a\n  User b\nHost *\n  User c\n  Port 7\n', 'hv01'],
    ['patterns', 'Host hv?? !hv02\n  Port 2222\n  User a\nHost hv*\n  User b\n', 'hv02'],
    ['patterns that hold', 'Host hv?? !hv02\n  Port 2222\n  User a\nHost hv*\n  User b\n', 'hv03'],
    ['a comma in a Host line is no list', 'Host hv01,hv02\n  User a\n', 'hv01'],
    ['only a negated pattern', 'Host !hv02\n  User a\n', 'hv01'],
    ['before any block', 'Port 2222\nHost x\n  Port 1\n', 'x'],
    ['equals and quotes', 'Host="hv01"\n  User = "some one"\n  Port=2200\n', 'hv01'],
    ['escapes in quotes', `Host hv01\n  User "a\\"b"\n  IdentityFile '/a b/\\'c'\n`, 'hv01'],
    ['keywords in any case', 'HOST hv01\n  hOsTnAmE 10.0.0.7\n', 'hv01'],
    ['a comment behind', '# one\nHost hv01 # mine\n  Port 2200 # odd\n  User a#b\n', 'hv01'],
    ['CRLF', 'Host hv01\r\n  Port 2200\r\n', 'hv01'],
    ['tabs and a form feed', '\tHost\thv01\n\tPort\t2200\f\n', 'hv01'],
    ['HostName with %h', 'Host hv*\n  HostName %h.example\n', 'hv01'],
    ['HostName with %%', 'HostName a%%b\n', 'hv01'],
    ['HostName lowered', 'HostName REAL.Example\n', 'hv01'],
    ['a name lowered', 'Host hv01\n  User low\n', 'HV01'],
    ['Host lines see the case', 'Host hv01\n  User low\nHost HV01\n  User high\n', 'HV01'],
    ['Match host does not', 'Match host hv01\n  User low\nMatch originalhost Hv*\n  Port 9\n', 'HV01'],
    ['Match host after HostName', 'Host hv01\n  HostName real\nMatch host real\n  User m\n', 'hv01'],
    ['Match host before HostName', 'Match host real\n  User m\nHost hv01\n  HostName real\n', 'hv01'],
    ['Match originalhost', 'Host hv01\n  HostName real\nMatch originalhost hv01\n  User m\n', 'hv01'],
    ['Match user', 'Host hv01\n  User ops\nMatch user ops\n  Port 99\n', 'hv01'],
    ['Match user sees the case', 'User Ops\nMatch user ops\n  Port 99\n', 'hv01'],
    ['Match user of nobody', 'Match user nobody\n  Port 99\n', 'hv01'],
    ['Match user of -l', 'Match user ops\n  Port 99\n', 'hv01', '-l', 'ops'],
    ['Match all', 'Host other\n  Port 1\nMatch all\n  Port 99\n', 'hv01'],
    ['Match !all', 'Match !all\n  Port 99\n', 'hv01'],
    ['Match with two criteria', `Match originalhost hv* user ${username}\n  Port 99\n`, 'hv01'],
    ['Match with a list', 'Match host a,hv*,!hv02\n  Port 99\nMatch host b,!hv01\n  User n\n', 'hv01'],
    ['Match negated', 'Match !originalhost hv01\n  Port 99\nMatch !user nobody\n  User x\n', 'hv01'],
    [
      'Match localuser',
      `Match localuser ${username}\n  Port 99\nMatch !localuser ${username}\n  User x\n`,
      'hv01',
    ],
    ['Match with quotes, equals and a comment', 'Match host="hv01" # x\n  Port 99\n', 'hv01'],
    ['Match final', 'Match final\n  User last\nHost hv01\n  HostName real\nHost real\n  Port 7\n', 'hv01'],
    ['Match final host', 'Match final host real\n  User last\nHost hv01\n  HostName real\n', 'hv01'],
    ['Match !final', 'Match !final\n  User first\n', 'hv01'],
    [
      'Match final that never holds',
      'Match host x final\n  User a\nHost hv01\n  HostName r\nHost r\n  Port 7\n',
      'hv01',
    ],
    ['Match final all', 'Match final all\n  Port 99\n', 'hv01'],
    ['Match canonical', 'Match canonical\n  User c\nHost hv01\n  HostName r\nHost r\n  Port 7\n', 'hv01'],
    ['Match final and keys', 'IdentityFile a\nMatch final\n  IdentityFile b\n  IdentityFile a\n', 'hv01'],
    ['includes', 'Include DIR/d/*.conf\nHost *\n  User late\n', 'inc1'],
    ['includes in a block that does not hold', 'Host other\n  Include DIR/d/b.conf\n', 'hv01'],
    ['includes in a block that holds', 'Host hv01\n  Include DIR/d/b.conf\n  Port 7\n', 'hv01'],
    ['what an include began ends with it', 'Include DIR/e1/x.conf\nUser after\n', 'hv01'],
    ['stars and brackets in folders', 'Include DIR/e[12]/x.c?nf\n', 'other'],
    ['several includes, one missing', 'Include DIR/none.conf DIR/d/b.conf\n', 'hv01'],
    ['an include that is a folder', 'Include DIR/d\nUser a\n', 'hv01'],
    ['IgnoreUnknown', 'IgnoreUnknown Foo*,bar\nFooBar yes\nBAR 7\nUser a\n', 'hv01'],
    ['jumps', 'Host hv*\n  ProxyJump ops@bastion:2222\nHost bastion\n  Port 1\n', 'hv01'],
    ['several jumps', 'Host hv*\n  ProxyJump a,ops@b:22 # c\n', 'hv01'],
    ['a jump with tokens', 'Host hv01\n  ProxyJump %r@%h-gw\n', 'hv01'],
    ['no jump', 'Host hv01\n  ProxyJump none\nHost *\n  ProxyJump b\n', 'hv01'],
    ['a jump, then a command', 'Host hv01\n  ProxyJump b\n  ProxyCommand nc %h %p\n', 'hv01'],
    ['a command, then a jump', 'ProxyCommand nc %h %p\nProxyJump b\n', 'hv01'],
    ['no jump, then a command', 'ProxyJump none\nProxyCommand nc %h\n', 'hv01'],
    ['no command, then a jump', 'ProxyCommand none\nProxyJump b\n', 'hv01'],
    ['a command to the end of the line', 'ProxyCommand = nc "%h"  %p # x\n', 'hv01'],
    [
      'several keys',
      'IdentityFile ~/.ssh/%u\nIdentityFile "a b"\nIdentityFile ~/.ssh/%u\nIdentitiesOnly yes\n',
      'hv01',
    ],
    ['no key', 'IdentityFile none\n', 'hv01'],
    ['an agent', 'IdentityAgent ~/%r-%h-%%.sock\n', 'hv01'],
    ['an agent in a variable', 'IdentityAgent ${TFT_SET}/sock\n', 'hv01'],
    [
      'every token',
      'Port 7\nUser u\nUserKnownHostsFile ~/%C %d/%h %i-%k-%L-%l %n.%p.%r.%u.%%\nHostName R\n',
      'Hv01',
    ],
    ['%k with an alias', 'HostKeyAlias Box\nUserKnownHostsFile %k\n', 'hv01'],
    ['${VARIABLE}', 'UserKnownHostsFile ${HOME}/x ${TFT_SET}-%h-${TFT_SET}\n', 'hv01'],
    ['known hosts nowhere', 'UserKnownHostsFile none\nGlobalKnownHostsFile none\n', 'hv01'],
    ['global known hosts as written', 'GlobalKnownHostsFile ~/%h /b\n', 'hv01'],
    [
      'an alias and times',
      'HostKeyAlias BOX\nConnectTimeout 1m1\nServerAliveInterval 2m\nServerAliveCountMax 9\n',
      'hv01',
    ],
    ['a time of none lets another in', 'ConnectTimeout none\nConnectTimeout 7\n', 'hv01'],
    ...['yes', 'no', 'off', 'ask', 'accept-new', 'True'].map((how): [string, string, string] => [
      `StrictHostKeyChecking ${how}`,
      `StrictHostKeyChecking ${how}\n`,
      'hv01',
    ]),
    ['ciphers', 'Ciphers aes256-ctr,aes128-cbc\n', 'hv01'],
    ['ciphers appended', 'Ciphers +aes128-cbc,aes128-ctr\nMACs +hmac-md5\n', 'hv01'],
    ['ciphers taken away', 'Ciphers -aes*,nothing\nMACs -*etm*\nKexAlgorithms -diffie*\n', 'hv01'],
    [
      'ciphers put first',
      'Ciphers ^aes256-ctr,3des-cbc\nKexAlgorithms ^diffie-hellman-group1-sha1\n',
      'hv01',
    ],
    ['key types with patterns', 'HostKeyAlgorithms ^ssh-rsa\n', 'hv01'],
    [
      'ways to log in',
      'PreferredAuthentications publickey,password\nAddressFamily INET6\nBindAddress ::1\n',
      'hv01',
    ],
    ['-o before the file', 'Port 1\nUser a\n', 'hv01', '-o', 'Port=2', '-oUser b', '-p', '3', '-l', 'c'],
    ['-i before the file', 'IdentityFile a\n', 'hv01', '-o', 'IdentityFile="b c"', '-o', 'IdentityFile=a'],
    ['-J before the file', 'ProxyCommand nc\n', 'hv01', '-J', 'u@b'],
    ['flags', '', 'hv01', '-4', '-qTC', '-b', '127.0.0.1', '-c', 'aes128-ctr', '-m', 'hmac-sha2-256'],
    ['an obsolete keyword', 'Protocol 2\nCipher 3des\nUser a\n', 'hv01'],
    ['an old name of a keyword', 'IdentityFile2 x\nKeepAlive yes\nProtocolKeepAlives 7\n', 'hv01'],
  ])('%s', (_title, text, host, ...args) => expectSame(text, host, args));

  describe('what ssh refuses is refused', () => {
    it.each<[title: string, text: string]>([
      ['a keyword that it does not know', 'Port 22\nFoo x\nBar y\n'],
      ['a keyword that is ignored too late', 'Foo x\nIgnoreUnknown Foo\n'],
      ['a keyword that is ignored for another host', 'Host other\n  IgnoreUnknown Foo\nHost *\n  Foo x\n'],
      ['values that are wrong, all of them', 'Port 0\nUser a\nIdentitiesOnly maybe\nCiphers foo\n'],
      ['wrong values in a block that does not hold', 'Host other\n  Port x\n'],
      ['no value', 'Port\nHost\nMatch\nUser =\n'],
      ['an open quote', 'User "a\nProxyCommand don\'t\n'],
      ['words too many', 'User a b\nIdentityFile a b\nPort 1 2\n'],
      ['a criterion that it does not know', 'Match foo x\nMatch host\nMatch all user x\n'],
      ['all with another', 'Match all final\nMatch host a user b all\n'],
      ['an empty pattern', 'Host ""\nInclude ""\n'],
      ['a jump that is none', 'ProxyJump a,,b\nProxyJump :22\n'],
      ['none and more', 'UserKnownHostsFile none b\n'],
    ])('%s', async (_title, text) => {
      const file = write(text);
      const real = askSsh(file, 'hv01');
      expect(real.refused).toBe(true);
      const { diagnostics, troubles } = await ours(file, 'hv01');
      const lines = [...diagnostics, ...troubles.map(({ origin }) => origin)].map(
        ({ where }) => where?.line ?? 0,
      );
      expect([...new Set(lines)].sort((a, b) => a - b)).toEqual(real.badLines);
      expect(real.badLines.length).toBeGreaterThan(0);
    });

    it.each<[title: string, text: string, problem: string]>([
      ['a token that means nothing', 'UserKnownHostsFile %z\n', '"%z" means nothing here'],
      ['a token of another keyword', 'HostName %n\n', '"%n" means nothing here'],
      [
        'a variable that is not set',
        'UserKnownHostsFile ${TFT_UNSET}\n',
        'the environment has no "TFT_UNSET"',
      ],
      ['a jump to itself', 'ProxyJump hv01\n', 'a jump in a circle'],
      ['a file that includes itself', 'Include DIR/loop.conf\n', 'includes 16 deep'],
      ['a mistake in an included file', 'Host other\n  Include DIR/bad.conf\n', 'Port "0"'],
    ])('%s', async (_title, text, problem) => {
      const file = write(text);
      expect(askSsh(file, 'hv01').refused).toBe(true);
      const { diagnostics, troubles } = await ours(file, 'hv01');
      const found = [...diagnostics.map(({ summary }) => summary), ...troubles.map((one) => one.problem)];
      expect(found).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
    });
  });
});

describeWith(['ssh', 'root'], 'who may write the configuration', () => {
  it.each<[title: string, mode: number, owner: number, group: number]>([
    ['the owner alone', 0o600, 0, 0],
    ['a group of the owner alone', 0o664, 0, 0],
    ['a group of many', 0o664, 0, 65534],
    ['everybody', 0o666, 0, 0],
    ['somebody else', 0o600, 1, 0],
  ])('%s', async (_title, mode, owner, group) => {
    const included = join(folder, 'perm.conf');
    writeFileSync(included, 'Port 7\n');
    chmodSync(included, mode);
    chownSync(included, owner, group);
    const file = write('Include DIR/perm.conf\n');
    const real = askSsh(file, 'hv01');
    const { diagnostics, settled } = await ours(file, 'hv01');
    expect(diagnostics.map(({ summary }) => summary)).toEqual(
      real.refused ? [`bad owner or permissions on the ssh configuration ${included}`] : [],
    );
    expect(settled.login.port).toBe(real.refused ? 22 : 7);
  });
});
