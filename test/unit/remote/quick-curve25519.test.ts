/** Is the quick way through X25519 the same arithmetic as any other, and the same refusals? */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Exchange,
  exchangeQuickly,
  mpint,
  publicHalf,
  secretWith,
} from '../../../src/remote/quick-curve25519.ts';
import { Client } from '../../../src/remote/ssh2.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

/** RFC 7748, section 6.1. */
const ALICE = '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a';
const ALICE_PUBLIC = '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a';
const BOB_PUBLIC = 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f';
const SHARED = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';

function exchangeOf(secret: string, half: string): Exchange {
  const key = {
    kty: 'OKP',
    crv: 'X25519',
    d: hex(secret).toString('base64url'),
    x: hex(half).toString('base64url'),
  };
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  return {
    type: '25519',
    _keys: { privateKey, publicKey: createPublicKey(privateKey) },
    generateKeys() {},
    getPublicKey: publicHalf,
    computeSecret: secretWith,
  };
}

describe('the arithmetic', () => {
  const alice = () => exchangeOf(ALICE, ALICE_PUBLIC);

  test('is that of RFC 7748', () => {
    expect(alice().getPublicKey().toString('hex')).toBe(ALICE_PUBLIC);
    expect(alice().computeSecret(hex(BOB_PUBLIC))).toEqual(hex(SHARED));
  });

  test.each([
    ['a point that gives nothing', Buffer.alloc(32)],
    ['too few bytes', hex(BOB_PUBLIC).subarray(1)],
    ['too many bytes', Buffer.concat([hex(BOB_PUBLIC), Buffer.alloc(1)])],
  ])('refuses %s', (_title, other) => {
    expect(alice().computeSecret(other)).toBeInstanceOf(Error);
  });

  test.each([
    ['01ff', '01ff'],
    ['0000017f', '017f'],
    ['00ff', '00ff'],
    ['ff01', '00ff01'],
  ])('writes the number %s as %s', (number, written) => {
    expect(mpint(hex(number)).toString('hex')).toBe(written);
  });
});

describe('with the package ssh2 on the other side', () => {
  let server: ssh2.Server;
  beforeAll(async () => {
    const hostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;
    server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
      client.on('authentication', (context) => context.accept()).on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  test('both come to one secret, before the class is known and after', async () => {
    const names: string[] = [];
    for (let round = 0; round < 3; round++) {
      const client = new Client();
      const { port } = server.address() as AddressInfo;
      client.connect({ host: '127.0.0.1', port, username: 'root', password: 'any' });
      exchangeQuickly(client);
      await once(client, 'handshake');
      const { _kex: kex } = (client as unknown as { _protocol: { _kex: Exchange } })._protocol;
      names.push(`${kex.type} ${kex._half ? 'quick' : 'as it comes'}`);
      await once(client, 'ready');
      client.end();
      await once(client, 'close');
    }
    expect(names).toEqual(['25519 as it comes', '25519 quick', '25519 quick']);
  });
});
