/** Keys of every kind that ssh-keygen writes, with and without a passphrase. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, verify } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SshSettings } from '../../../src/model/connection.ts';
import { Secret } from '../../../src/model/secret.ts';
import { KeyRing } from '../../../src/remote/identities.ts';
import { describeWith } from '../../support/needs.ts';
import { startAgent, type TestAgent } from '../../support/ssh-agent.ts';
import { sshSettings } from '../../support/ssh-settings.ts';

describeWith(['ssh-keygen', 'ssh-agent', 'ssh-add'], 'locked keys that an agent holds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tft-agent-'));
  let agent: TestAgent;
  beforeAll(async () => {
    agent = await startAgent(join(folder, 'agent'));
  });
  afterAll(async () => {
    await agent.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['ed25519', []],
    ['rsa', ['-b', '2048', '-m', 'PEM']],
    ['ecdsa', ['-b', '256', '-m', 'PKCS8']],
  ] as const)('%s %j: nobody is asked', async (type, args) => {
    const file = join(folder, type);
    execFileSync('ssh-keygen', ['-q', '-t', type, ...args, '-N', '', '-f', file]);
    await agent.add(file);
    execFileSync('ssh-keygen', [
      '-q',
      '-p',
      ...(args.length > 0 ? args.slice(2) : []),
      '-P',
      '',
      '-N',
      'geheim',
      '-f',
      file,
    ]);
    const ring = new KeyRing(() => Promise.reject(new Error('asked')));
    for (const identitiesOnly of [true, false]) {
      const settings = sshSettings({ privateKeyFiles: [file], identitiesOnly, agent: agent.socket });
      const { named, keys, unusable } = await ring.identitiesFor(settings);
      const blob = readFileSync(`${file}.pub`, 'utf8').split(' ')[1];
      expect(named?.keys.map((key) => key.getPublicSSH().toString('base64'))).toEqual([blob]);
      expect([keys, unusable]).toEqual([[], []]);
    }
    await expect(ring.identitiesFor(sshSettings({ privateKeyFiles: [file] }))).rejects.toThrow('asked');
  });
});

describeWith(['ssh-keygen'], 'key files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tft-keys-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const make = (name: string, ...args: string[]) => {
    const file = join(folder, name);
    rmSync(file, { force: true });
    execFileSync('ssh-keygen', ['-q', '-C', 'test', '-f', file, ...args]);
    return file;
  };
  const KINDS = [
    ['ed25519', []],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '384']],
    ['ecdsa', ['-b', '521']],
    ['rsa', ['-b', '2048']],
    ['rsa', ['-b', '2048', '-m', 'PEM']],
    ['ecdsa', ['-b', '256', '-m', 'PEM']],
    ['rsa', ['-b', '2048', '-m', 'PKCS8']],
    ['ecdsa', ['-b', '256', '-m', 'PKCS8']],
    ['ed25519', ['-Z', 'aes256-gcm@openssh.com']],
    ['ed25519', ['-Z', 'aes128-cbc']],
  ] as const;

  it.each(KINDS)('%s %j, plain and with a passphrase that is asked for once', async (type, args) => {
    for (const passphrase of ['', 'geheim 1']) {
      const file = make('key', '-t', type, '-N', passphrase, ...args);
      const asked: string[] = [];
      const ring = new KeyRing(async (one) => {
        asked.push(one);
        return new Secret(asked.length === 1 ? 'wrong' : 'geheim 1');
      });
      const settings = sshSettings({ privateKeyFiles: [file] });
      await ring.identitiesFor(settings);
      const { keys, unusable } = await ring.identitiesFor(settings);
      expect(unusable).toEqual([]);
      const blob = readFileSync(`${file}.pub`, 'utf8').split(' ')[1];
      expect(keys.map((key) => key.getPublicSSH().toString('base64'))).toEqual([blob]);
      expect(asked).toEqual(passphrase === '' ? [] : [file, file]);
    }
  });

  it('asks for no passphrase that does not help', async () => {
    const file = make('foreign', '-t', 'ed25519', '-N', 'geheim', '-Z', 'chacha20-poly1305@openssh.com');
    const ring = new KeyRing(() => Promise.reject(new Error('asked')));
    const { keys, unusable } = await ring.identitiesFor(sshSettings({ privateKeyFiles: [file] }));
    expect([keys, unusable]).toEqual([
      [],
      [
        `the key ${file} is locked with chacha20-poly1305@openssh.com, which only an agent opens: add it to ssh-agent`,
      ],
    ]);
  });

  it.each([undefined, 'geheim'])(
    'reads ed25519 in PKCS #8, as OpenSSH 9.6 writes it: %s',
    async (passphrase) => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const file = join(folder, 'pkcs8');
      const lock = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
      writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem', ...lock }));
      const ring = new KeyRing(async () => new Secret('geheim'));
      const [key] = (await ring.identitiesFor(sshSettings({ privateKeyFiles: [file] }))).keys;
      const half = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
      expect(key?.getPublicSSH().subarray(-32)).toEqual(half);
      expect(verify(null, Buffer.from('x'), publicKey, key?.sign('x') as Buffer)).toBe(true);
    },
  );

  it('says what to do where nobody can be asked', async () => {
    const file = make('locked', '-t', 'ed25519', '-N', 'geheim');
    const { keys, unusable } = await new KeyRing().identitiesFor(sshSettings({ privateKeyFiles: [file] }));
    expect([keys, unusable]).toEqual([[], [`the key ${file} has a passphrase: add it to ssh-agent`]]);
  });

  it('leaves the default keys where none is to be tried, and everything where keys are not', async () => {
    mkdirSync(join(folder, '.ssh'));
    const file = make(join('.ssh', 'id_ed25519'), '-t', 'ed25519', '-N', '');
    vi.stubEnv('HOME', folder);
    const tried = async (some: Partial<SshSettings>) =>
      (await new KeyRing().identitiesFor(sshSettings(some))).keys.length;
    expect(await tried({})).toBe(1);
    expect(await tried({ withoutDefaultKeys: true })).toBe(0);
    expect(await tried({ withoutDefaultKeys: true, privateKeyFiles: [file] })).toBe(1);
    expect(await tried({ withoutMethods: ['publickey'], privateKeyFiles: [file] })).toBe(0);
    vi.unstubAllEnvs();
  });
});
