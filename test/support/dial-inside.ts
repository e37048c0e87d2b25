/** A TCP connection made inside a network namespace, from outside: a process there carries what it says and hears. */
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { killQuietly } from './sshd-daemon.ts';

const CARRY = `
const [host, port] = process.argv.slice(1);
const socket = require('node:net').connect({ host, port, allowHalfOpen: true, noDelay: true });
socket.on('error', () => process.exit(1));
process.stdin.pipe(socket).pipe(process.stdout);
`;

export function dialInside(netns: string, host: string, port: number): Duplex {
  const argv = ['netns', 'exec', netns, process.execPath, '-e', CARRY, host, String(port)];
  const child = spawn('ip', argv, { stdio: ['pipe', 'pipe', 'ignore'] });
  const way = Duplex.from({ writable: child.stdin, readable: child.stdout });
  way.once('close', () => killQuietly(child.pid ?? 0));
  return way;
}
