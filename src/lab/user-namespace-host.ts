/**
 * A lab host for an ordinary user: user, network, mount and PID namespaces kept by one process, which ends when its
 * input ends, so that nothing outlives the server, not even its `kill -9`. Its own /proc and /sys are mounted: holders
 * and devices are those of the host alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { burnIndexesBatch, hostBatch, INDEX_STRIDE } from './blueprint.ts';
import { startProcess } from './process-session.ts';
import { type ProcessRecord, processRecord } from './processes.ts';
import { mustRun, SYSTEM_PATH } from './run-program.ts';
import type { LabHost } from './session.ts';

export const UNSHARE = [
  'unshare',
  '--user',
  '--map-root-user',
  '--net',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
] as const;

/** /proc/self still counts in the outer PID namespace before /proc is mounted anew; `nsenter` needs that number. */
const KEEP = [
  'read -r pid rest </proc/self/stat',
  'mount -t proc proc /proc',
  'mount -t sysfs sysfs /sys',
  // Where a transaction keeps its files; the machine's own belongs to another root.
  'mount -t tmpfs tmpfs /run',
  'echo "$pid"',
  // A shell as process 1 reaps what a session leaves behind: nobody may look into a zombie, not even root in here.
  '{ exec 3<&0; cat <&3 >/dev/null & wait $!; }',
].join(' && ');

/** `keep` is told the process to end, before anything is made inside. `number` counts from 1. */
export async function makeUserNamespaceHost(
  number: number,
  shell: string,
  keep: (holder: ProcessRecord) => void,
): Promise<LabHost> {
  const [file, ...rest] = UNSHARE;
  const holder = spawn(file, [...rest, '/bin/sh', '-c', KEEP], {
    cwd: '/',
    env: { PATH: SYSTEM_PATH, LC_ALL: 'C' },
    stdio: 'pipe',
    detached: true,
  });
  const record = holder.pid === undefined ? undefined : processRecord(holder.pid);
  if (record) keep(record);
  const init = await firstLine(holder);
  const enter = [
    'nsenter',
    `--target=${init}`,
    '--user',
    '--net',
    '--mount',
    '--pid',
    '--preserve-credentials',
    '--',
  ];
  const batch = burnIndexesBatch((number - 1) * INDEX_STRIDE) + hostBatch(number);
  await mustRun([...enter, 'ip', '-batch', '-'], batch);
  return {
    run: (commandLine, sshConnection) =>
      startProcess([...enter, shell, '-c', commandLine], sshConnection, shell),
  };
}

/** The pid of the namespace's first process. Rejects with what the holder said where it ends before telling. */
async function firstLine(holder: ChildProcess): Promise<number> {
  const { stdout, stderr } = holder;
  if (!stdout || !stderr) throw new Error('the namespace holder has no pipes');
  const said: Buffer[] = [];
  stderr.on('data', (piece: Buffer) => said.push(piece));
  return new Promise((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(Number(line)));
    holder.once('error', reject);
    holder.once('close', () =>
      reject(new Error(`no user namespace could be made: ${Buffer.concat(said).toString().trim()}`)),
    );
  });
}
