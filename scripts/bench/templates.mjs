// How long does a playbook take whose templates look at other hosts? Medians, and ratios to the same without templates.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './contest.mjs';
import { PROGRAM } from './playbooks.mjs';

const RUNS = 3;
/** One host for all, a few for all, each for all. */
const CASES = [
  [2000, 'no template', '{name: t0, lower: eno1}'],
  [2000, 'one host of a group', '{name: t0, lower: eno1, alias: "{{ hostvars[groups.web[0]].x }}"}'],
  [
    2000,
    'a loop in the template over a group',
    '{name: t0, lower: eno1, alias: "{% for h in groups.web %}{{ hostvars[h].x[:1] if loop.index < 9 }}{% endfor %}"}',
  ],
  [
    400,
    'a loop of the play over all hosts',
    '{name: "t{{ item }}", lower: eno1, loop: "{{ groups.web }}", alias: "{{ hostvars[item].x }}"}',
  ],
];

export const needs = [];

export function run(findings) {
  findings.part('templates', `templates: validate with hostvars, medians of ${RUNS} runs`);
  let plain;
  for (const [hosts, what, macvtap] of CASES) {
    const ms = timeValidation(hosts, macvtap);
    plain ??= ms;
    findings.number(`${hosts} hosts, ${what}`, ms, 'ms', { note: `${(ms / plain).toFixed(1)} × without` });
  }
}

/** Median wall milliseconds of `validate` for so many hosts and one macvtap. */
function timeValidation(hosts, macvtap) {
  const folder = mkdtempSync(join(tmpdir(), 'tapfleet-bench-'));
  try {
    const [inventory, playbook] = [join(folder, 'hosts.yml'), join(folder, 'site.yml')];
    const lines = Array.from({ length: hosts }, (_, n) => `        h${n}: {x: v${n}}\n`);
    writeFileSync(inventory, `all:\n  children:\n    web:\n      hosts:\n${lines.join('')}`);
    writeFileSync(playbook, `- hosts: all\n  macvtaps:\n    - ${macvtap}\n`);
    const argv = [PROGRAM, 'validate', playbook, '-i', inventory];
    return median(
      Array.from({ length: RUNS }, () => {
        const start = performance.now();
        const { status, stderr } = spawnSync(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
        if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
        return performance.now() - start;
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
