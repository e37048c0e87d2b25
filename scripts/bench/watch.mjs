// What does a watch cost, and how soon does it tell? Memory and CPU of `tapfleet watch` over simulated hosts that all have
// something to say, at first and after many reads; then the time from `ip link set` by hand on a real host to the line.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { median } from './contest.mjs';
import { HOST_NEEDS } from './needs.mjs';
import { PROGRAM, play } from './playbooks.mjs';
import { simulatedFleet } from './simulated-fleet.mjs';
import { SshdHosts } from './sshd-hosts.mjs';
import { Stage } from './stage.mjs';
import { cpuOf, timedRun } from './timed-run.mjs';

const INTERFACES = 20;
const INTERVAL_S = 10;
/** Reads of each host between the first and the last look at the memory. */
const READS = 20;
const REAL_HOSTS = 3;
const BY_HAND = 20;
const PORT = 9719;

export const needs = HOST_NEEDS;

export async function run(findings, { hosts }) {
  const count = 5 * hosts;
  findings.part(
    'watch',
    `watch: ${count} simulated hosts × ${INTERFACES} interfaces (one SSH server), each read every ${INTERVAL_S} s and telling of an event as often; then ${REAL_HOSTS} real hosts, changed by hand ${BY_HAND} times`,
  );
  await Stage.with((stage) => measureMemory(findings, stage, count));
  await Stage.with((stage) => measureDelay(findings, stage));
}

async function measureMemory(findings, stage, count) {
  const options = { count, interfaces: INTERFACES, eventEveryMs: INTERVAL_S * 1000 };
  const fleet = await simulatedFleet(stage, options);
  await timedRun(stage, fleet.command('apply', fleet.model, '--yes'), { netns: fleet.netns });
  const words = ['--interval', String(INTERVAL_S), '--listen', `127.0.0.1:${PORT}`];
  const watch = startWatch(
    stage,
    fleet.netns,
    fleet.command('watch', fleet.inventory(fleet.names), ...words),
  );
  const began = performance.now();
  await watch.until((told) => told.filter(({ event }) => event === 'host-state').length >= count);
  const seen = watch.told.filter(({ status }) => status === 'in-sync').length;
  if (seen < count) throw new Error(`only ${seen} of ${count} hosts are in sync`);
  findings.number('until every host was read once', (performance.now() - began) / 1000, 's', { digits: 1 });
  const first = memoryOf(watch.pid);
  const [cpu, since] = [cpuOf([watch.pid]), performance.now()];
  const reads = async () =>
    Number(/^tapfleet_watch_reads_total (\d+)$/m.exec(await metrics(fleet.netns))?.[1]);
  const quarter = [];
  while ((await reads()) < READS * count) {
    await pause(1_000);
    quarter.push(memoryOf(watch.pid).now);
  }
  const [spent, lasted] = [cpuOf([watch.pid]) - cpu, performance.now() - since];
  const last = memoryOf(watch.pid);
  const text = await metrics(fleet.netns);
  for (const line of [
    `tapfleet_watch_hosts{status="in-sync"} ${count}`,
    'tapfleet_watch_hosts_without_events 0',
    'tapfleet_watch_reconnects_total 0',
  ]) {
    if (!text.includes(`${line}\n`)) throw new Error(`not "${line}", but: ${text.slice(0, 2000)}`);
  }
  const read = (await reads()) - count;
  findings
    .number('memory when every host was read once, at most', first.most, 'MB')
    .ratio(`memory at most, when every host was read ${READS} times`, last.most, {
      unit: 'MB',
      target: 250,
      digits: 0,
    })
    .number('memory then', last.now, 'MB', {
      note: `${middle(quarter, 1)} MB at first, ${middle(quarter, 4)} MB at last (medians of quarters)`,
    })
    .number('CPU a read', spent / read, 'ms', {
      digits: 2,
      note: `${Math.round((100 * spent) / lasted)} % of a processor`,
    });
  const ended = performance.now();
  if ((await watch.end()) !== 0) throw new Error('SIGTERM did not end it with 0');
  findings.number('ended after SIGTERM within', performance.now() - ended, 'ms');
}

/** Of the memory as it was while it went on, the median of the first or last quarter. */
function middle(values, quarter) {
  const length = Math.max(1, Math.floor(values.length / 4));
  return Math.round(median(quarter === 1 ? values.slice(0, length) : values.slice(-length)));
}

async function measureDelay(findings, stage) {
  const hosts = await SshdHosts.start(stage, REAL_HOSTS);
  const netns = hosts.controller;
  const command = (...words) => [process.execPath, PROGRAM, ...words, '-i', hosts.inventory()];
  const playbook = stage.write('playbook.json', play(4));
  await timedRun(stage, command('apply', playbook, '--yes'), { netns });
  const watch = startWatch(
    stage,
    netns,
    command('watch', playbook, '--interval', '3600', '--listen', 'none'),
  );
  await watch.until((told) => told.length >= REAL_HOSTS);
  const delays = [];
  for (let turn = 0; turn < BY_HAND; turn++) {
    const [host, mode] = [turn % REAL_HOSTS, turn % 2 === 0 ? 'vepa' : 'bridge'];
    // A burst of reads is earned back, as between changes that somebody makes by hand.
    await pause(1_000);
    for (const wanted of mode === 'vepa' ? ['vepa', 'bridge'] : ['private', 'bridge']) {
      const told = watch.told.length;
      const set = ['link', 'set', 'dev', 'tap1', 'type', 'macvtap', 'mode', wanted];
      const began = performance.now();
      execFileSync('ip', ['-n', hosts.space(host), ...set]);
      await watch.until((lines) => lines.slice(told).some((line) => line.host === hosts.names[host]));
      delays.push(performance.now() - began);
    }
  }
  if ((await watch.end()) !== 0) throw new Error('SIGTERM did not end it with 0');
  findings
    .number('from "ip link set" on a host to the line, median', median(delays), 'ms')
    .ratio('the longest', Math.max(...delays), { unit: 'ms', target: 1000, digits: 0 });
}

/** Goes on until `end`; its lines as they come. */
function startWatch(stage, netns, argv) {
  const child = stage.own(
    spawn('ip', ['netns', 'exec', netns, ...argv, '--format', 'json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: stage.folder },
    }),
  );
  const told = [];
  let said = '';
  let look = () => {};
  const ended = once(child, 'exit').then(([code]) => code);
  createInterface({ input: child.stdout }).on('line', (line) => {
    told.push(JSON.parse(line));
    look();
  });
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  return {
    told,
    pid: child.pid,
    until: (holds) =>
      new Promise((resolve, reject) => {
        look = () => holds(told) && resolve();
        ended.then((code) => reject(new Error(`the watch ended with ${code}: ${said}`)));
        look();
      }),
    end: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Megabytes, as the kernel counts them. */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  return { most: kb('VmHWM') / 1024, now: kb('VmRSS') / 1024 };
}

function metrics(netns) {
  const script = `fetch('http://127.0.0.1:${PORT}/metrics').then((a) => a.text()).then((t) => process.stdout.write(t))`;
  return execFileSync('ip', ['netns', 'exec', netns, process.execPath, '-e', script], { encoding: 'utf8' });
}
