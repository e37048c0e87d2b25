/** What is said without waiting, and what is not? Held against the server of the package ssh2. */
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { takeShortcuts } from '../../../src/remote/shortcuts.ts';
import { Client } from '../../../src/remote/ssh2.ts';

let hostKey: string;
let server: ssh2.Server;
/** The logins that the server was asked for: with a signature, or whether a key would do. */
let asked: string[];

beforeAll(() => {
  hostKey = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 }).private;
});
beforeEach(async () => {
  asked = [];
  server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) => {
      const signed = context.method === 'publickey' && context.signature ? ' signed' : '';
      asked.push(`${context.method}${signed}`);
      context.accept();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

const keyOf = (type: 'ecdsa' | 'rsa') => {
  const { private: text } = ssh2.utils.generateKeyPairSync(type as 'rsa', {
    bits: type === 'rsa' ? 2048 : 256,
  });
  return ssh2.utils.parseKey(text) as ParsedKey;
};

/** Logs in; gives the logins that were asked for before the server could say a word to the finished key exchange. */
async function login(method: AnyAuthMethod): Promise<number> {
  const { port } = server.address() as AddressInfo;
  const sock = connect(port, '127.0.0.1');
  const client = new Client();
  client.connect({ sock, username: 'root', authHandler: [method] });
  takeShortcuts(client, sock, method);
  const ready = once(client, 'ready');
  await once(client, 'handshake');
  await new Promise((resolve) => process.nextTick(resolve));
  const { _authsQueue: queue } = (client as unknown as { _protocol: { _authsQueue: unknown[] } })._protocol;
  const early = queue.length;
  await ready;
  client.end();
  await once(client, 'close');
  return early;
}

test('a key signs at once, behind the service that was asked for', async () => {
  expect(await login({ type: 'publickey', username: 'root', key: keyOf('ecdsa') as never })).toBe(1);
  expect(asked).toEqual(['publickey signed']);
});

test('RSA waits for the hashes that the server takes', async () => {
  expect(await login({ type: 'publickey', username: 'root', key: keyOf('rsa') as never })).toBe(0);
  expect(asked).toEqual(['publickey signed']);
});

test('a password is told when the service is there', async () => {
  expect(await login({ type: 'password', username: 'root', password: 'any' })).toBe(0);
  expect(asked).toEqual(['password']);
});

test.each([
  ['no protocol', {}],
  ['a protocol without a handler', { _protocol: { parse() {}, service() {}, authPK() {}, _handlers: {} } }],
])('a client with %s is left as it is', (_title, client) => {
  const protocol = '_protocol' in client ? { ...client._protocol } : undefined;
  takeShortcuts(
    client as never,
    connect({ port: 1, autoSelectFamily: false }).on('error', () => {}),
    undefined,
  );
  expect('_protocol' in client ? client._protocol : undefined).toEqual(protocol);
});
