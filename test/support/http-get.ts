/** What a server in a network namespace answers: a request made from inside it. */

import { runProcess } from './cli.ts';
import { must } from './sshd-commands.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** One connection, one request, as it is written here. */
const SCRIPT = `
const [port, method, path] = process.argv.slice(1);
const request = require('node:http').request({ host: '127.0.0.1', port, method, path, agent: false }, (answer) => {
  const parts = [];
  answer.on('data', (part) => parts.push(part));
  answer.on('end', () => {
    const { statusCode: status, headers } = answer;
    console.log(JSON.stringify({ status, headers, text: Buffer.concat(parts).toString() }));
  });
});
request.end();
`;

export async function httpGet(
  netns: string,
  port: number,
  path: string,
  method = 'GET',
): Promise<HttpAnswer> {
  const argv = ['ip', 'netns', 'exec', netns, process.execPath, '-e', SCRIPT, String(port), method, path];
  return JSON.parse(must(await runProcess(argv), `${method} ${path}`)) as HttpAnswer;
}
