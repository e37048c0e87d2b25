/** What is served, to whom, and which addresses may be listened on? */
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { parseListen, serve } from '../../../src/watch/serve.ts';

test.each([
  ['127.0.0.1:9719', { address: '127.0.0.1', port: 9719 }],
  ['0.0.0.0:80', { address: '0.0.0.0', port: 80 }],
  ['[::1]:9719', { address: '::1', port: 9719 }],
  ['localhost:0', { address: 'localhost', port: 0 }],
  [':9719', undefined],
  ['9719', undefined],
  ['*:9719', undefined],
  ['::1:9719', undefined],
  ['[127.0.0.1]:9719', undefined],
  ['hv01.example:9719', undefined],
  ['127.0.0.1:65536', undefined],
  ['127.0.0.1:', undefined],
])('--listen %s', (text, address) => {
  expect(parseListen(text)).toEqual(address);
});

test('serves its pages to GET and HEAD, and refuses whatever is too long', async () => {
  const pages = new Map([['/a', () => ({ status: 200, type: 'text/plain', text: 'hello\n' }) as const]]);
  const served = await serve({ address: '127.0.0.1', port: 0 }, pages);
  try {
    expect(await ask(served.port, 'GET', '/a?x=1')).toEqual([200, 'hello\n']);
    expect(await ask(served.port, 'HEAD', '/a')).toEqual([200, '']);
    expect(await ask(served.port, 'GET', '/b')).toEqual([404, 'there is /a\n']);
    expect(await ask(served.port, 'DELETE', '/a')).toEqual([405, 'only GET and HEAD\n']);
    expect(await ask(served.port, 'GET', '/a', { long: 'x'.repeat(8_000) })).toEqual([431, '']);
    // What is no HTTP at all ends with the connection, and with nothing else.
    const noise = connect(served.port, '127.0.0.1', () => noise.end('\0\0\0\n\n'));
    await new Promise((resolve) => noise.resume().once('close', resolve));
    expect(await ask(served.port, 'GET', '/a')).toEqual([200, 'hello\n']);
    await expect(serve({ address: '127.0.0.1', port: served.port }, pages)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  } finally {
    served.close();
  }
});

function ask(port: number, method: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<[number | undefined, string]>((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => {
        text += part.toString();
      });
      answer.on('end', () => resolve([answer.statusCode, text]));
    });
    asked.on('error', reject).end();
  });
}
