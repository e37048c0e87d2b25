/** Which shells does this machine have, to run programs for hosts by? */
import { spawnSync } from 'node:child_process';

export const runs = (shell: string) => spawnSync(`${shell} -c true`, { shell: true }).status === 0;

/** What may stand behind /bin/sh. */
export const POSIX_SHELLS = ['sh', 'dash', 'bash --posix', 'busybox sh', 'ksh', 'mksh'].filter(runs);
