/** A host that is come by through a program's standard input and output (ssh_config(5), ProxyCommand). */
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { endGroup } from '../files/end-group.ts';

/** The stream, and what ends the program with all it started. As ssh does, the shell makes way for the program. */
export function throughCommand(command: string): { readonly stream: Duplex; readonly end: () => void } {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  child.on('error', () => stream.destroy(new Error('the ProxyCommand cannot be run')));
  child.stdin.on('error', () => {});
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  const end = () => endGroup(child, 'SIGTERM');
  stream.on('close', end).on('error', end);
  return { stream, end };
}
