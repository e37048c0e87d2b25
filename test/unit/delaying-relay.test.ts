/** Does the slow link of the tests take its time, and lose nothing? */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { delayingRelay, type Relay } from '../support/delaying-relay.ts';

const DELAY_MS = 200;
let server: Server;
let relay: Relay;
let client: Socket;

beforeEach(async () => {
  // The clock of the relay alone: sockets have their own.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  relay = await delayingRelay({ target: { host: '127.0.0.1', port }, delayMs: DELAY_MS });
  client = connect({ host: relay.host, port: relay.port, allowHalfOpen: true });
});
afterEach(async () => {
  vi.useRealTimers();
  client.destroy();
  await relay.close();
  server.close();
});

const waiting = (count: number) =>
  new Promise<void>((resolve) => {
    const look = () => (vi.getTimerCount() === count ? resolve() : setImmediate(look));
    look();
  });

/** Unlike the consumers of node:stream it leaves the other direction open. */
function all(socket: Socket): Promise<string> {
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  return once(socket, 'end').then(() => heard);
}

async function connected(): Promise<Socket> {
  const arrival = once(server, 'connection') as Promise<[Socket]>;
  await waiting(1);
  vi.advanceTimersByTime(2 * DELAY_MS);
  const [far] = await arrival;
  return far;
}

test('nobody is called before a handshake could have been', async () => {
  await waiting(1);
  vi.advanceTimersByTime(2 * DELAY_MS - 1);
  expect([vi.getTimerCount(), relay.connections]).toEqual([1, 1]);
  const arrival = once(server, 'connection');
  vi.advanceTimersByTime(1);
  await arrival;
});

test.each(['there', 'back'])('bytes take their time on the way %s', async (way) => {
  const far = await connected();
  const [from, to] = way === 'there' ? [client, far] : [far, client];
  let heard = '';
  to.on('data', (chunk) => {
    heard += chunk;
  });
  from.write('one');
  await waiting(1);
  vi.advanceTimersByTime(DELAY_MS - 1);
  from.write('two');
  await waiting(2);
  expect(heard).toBe('');
  let arrival = once(to, 'data');
  vi.advanceTimersByTime(1);
  await arrival;
  expect(heard).toBe('one');
  arrival = once(to, 'data');
  vi.advanceTimersByTime(DELAY_MS - 1);
  await arrival;
  expect([heard, vi.getTimerCount()]).toEqual(['onetwo', 0]);
});

test('what was said before the end is heard, and the other side may go on', async () => {
  const far = await connected();
  vi.useRealTimers();
  const big = 'x'.repeat(300_000);
  const [there, back] = [all(far), all(client)];
  client.end(big);
  expect(await there).toBe(big);
  far.end(`${big}y`);
  expect(await back).toBe(`${big}y`);
});

test('closing breaks what is open', async () => {
  const far = await connected();
  const ends = [once(far, 'close'), once(client, 'close')];
  for (const socket of [far, client]) socket.resume().on('end', () => socket.destroy());
  await relay.close();
  await Promise.all(ends);
});
