// What does one run of a command cost? Wall time, CPU time of the process and of all that it waited for, and where asked
// the most memory it ever had. bash's `time` is the clock: milliseconds, from the kernel's own account of the children.
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

const SCRIPT = 'o=$1 e=$2 t=$3; shift 3; TIMEFORMAT="%R %U %S"; { time "$@" >"$o" 2>"$e"; } 2>"$t"';
/** Leaves its process id for who looks at the memory. */
const TELL_PID = ['sh', '-c', 'echo $$ >"$0"; exec "$@"'];
const POLL_MS = 50;

/** `codes`: the exit codes of a run that went well. Anything else throws with what the command said. */
export async function timedRun(stage, argv, { netns, env = {}, memory = false, codes = [0], input } = {}) {
  const file = (name) => join(stage.folder, `run-${name}`);
  const [out, err, times, pidFile] = ['out', 'err', 'times', 'pid'].map(file);
  rmSync(pidFile, { force: true });
  const what = memory ? [...TELL_PID, pidFile, ...argv] : argv;
  const inside = netns === undefined ? [] : ['ip', 'netns', 'exec', netns];
  const [command, ...rest] = [...inside, 'bash', '-c', SCRIPT, 'timed', out, err, times, ...what];
  const child = stage.own(
    spawn(command, rest, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'inherit'],
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: stage.folder, ...env },
    }),
  );
  child.stdin?.end(input);
  let peakKb = 0;
  const look = () => {
    peakKb = Math.max(peakKb, peakOf(pidFile));
  };
  const watch = memory ? setInterval(look, POLL_MS) : undefined;
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(signal ?? status));
  });
  clearInterval(watch);
  const stdout = readFileSync(out, 'utf8');
  if (!codes.includes(code)) {
    const said = `${readFileSync(err, 'utf8').slice(-2000)}${stdout.slice(-2000)}`;
    throw new Error(`${argv.join(' ').slice(0, 300)} ended with ${code}: ${said}`);
  }
  const [wall, user, system] = readFileSync(times, 'utf8').trim().split(/\s+/).map(Number);
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000, peakMb: peakKb / 1024, stdout };
}

function peakOf(pidFile) {
  try {
    const status = readFileSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** CPU milliseconds of running processes so far, from /proc (in steps of 10 ms each). */
export function cpuOf(pids) {
  return pids.reduce((sum, pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return sum + (Number(words[11]) + Number(words[12])) * 10;
    } catch {
      return sum;
    }
  }, 0);
}

/** Lines into a file, however many; a text of 10,000 hosts in memory would be ours, not theirs. */
export async function writeLines(path, lines) {
  const stream = createWriteStream(path);
  for (const line of lines)
    if (!stream.write(`${line}\n`)) await new Promise((go) => stream.once('drain', go));
  stream.end();
  await finished(stream);
}
