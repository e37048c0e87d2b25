/**
 * What does the program do where a disk is full? A small file system of its own, in the mount namespace of the program alone,
 * so that it is gone with it; what was written on it is kept beside.
 */
import { join } from 'node:path';
import { type CliResult, PROGRAM, runProcess } from './cli.ts';
import type { SshdFleet } from './sshd-fleet.ts';

export interface FullDisk {
  /** Bytes; a page (4 KiB) at least. */
  readonly bytes: number;
  /** There is no room for a byte, only for names. */
  readonly filled?: boolean;
}

/** Runs in the folder of the disk; `kept` is where its files are looked at afterwards. */
export async function onFullDisk(
  fleet: SshdFleet,
  args: readonly string[],
  { bytes, filled = false }: FullDisk,
): Promise<CliResult & { readonly kept: string }> {
  const disk = join(fleet.folder, `disk-${++disks}`);
  const kept = `${disk}-kept`;
  const script = [
    `mkdir ${disk} && mount -t tmpfs -o size=${bytes} none ${disk} && cd ${disk} || exit 99`,
    filled ? 'cat /dev/zero >filler 2>/dev/null' : ':',
    '"$@"',
    'code=$?',
    `rm -f filler; cp -r . ${kept}`,
    'exit $code',
  ].join('\n');
  // It unshares the mounts too (ip-netns(8)).
  const inside = ['ip', 'netns', 'exec', fleet.controller, 'sh', '-c', script, 'sh'];
  const result = await runProcess([...inside, process.execPath, PROGRAM, ...args], {
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: fleet.folder },
  });
  return { ...result, kept };
}

let disks = 0;
