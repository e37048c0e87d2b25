/** A port on the loopback of a network namespace that leads to a socket of this process, so that what runs in there can ask it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const RELAY = `
const net = require('node:net');
const server = net.createServer((one) => {
  const other = net.connect(process.argv[1]);
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
  one.pipe(other).pipe(one);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(server.address().port + '\\n'));
process.stdin.on('end', () => process.exit()).resume();
`;

export interface Relay {
  readonly port: number;
  close(): Promise<void>;
}

/** It ends with this process, whose end closes its input. */
export async function relayInside(netns: string, socket: string): Promise<Relay> {
  const child: ChildProcess = spawn('ip', ['netns', 'exec', netns, process.execPath, '-e', RELAY, socket], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    once(child, 'exit').then(() => {
      throw new Error('the relay did not start');
    }),
  ])) as [Buffer];
  return {
    port: Number(line.toString()),
    close: async () => {
      const ended = once(child, 'exit');
      child.stdin?.end();
      await ended;
    },
  };
}
