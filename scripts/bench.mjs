// Prints how fast the parts are that every command pays for: start-up, validation, pure planning. Medians of several
// runs, and ratios to node's own start-up, for machines are noisy. Asserts nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { autoMac, planHost, version, writeMark } from '../dist/index.js';

const RUNS = 9;
const HOSTS = 1000;
const INTERFACES = 32;

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Median wall milliseconds of a command, after one run that does not count. */
function timeCommand(argv, runs = RUNS) {
  const times = [];
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
    if (run > 0) times.push(performance.now() - start);
  }
  return median(times);
}

/** Templates that look at other hosts: one host for all, each for all. */
const HOSTVARS = [
  [2000, '{name: t0, lower: eno1, alias: "{{ hostvars[groups.web[0]].x }}"}'],
  [
    2000,
    '{name: t0, lower: eno1, alias: "{% for h in groups.web %}{{ hostvars[h].x[:1] if loop.index < 9 }}{% endfor %}"}',
  ],
  [400, '{name: "t{{ item }}", lower: eno1, loop: "{{ groups.web }}", alias: "{{ hostvars[item].x }}"}'],
];

/** Median wall milliseconds of `validate` for so many hosts and one macvtap. */
function timeValidation(hosts, macvtap) {
  const folder = mkdtempSync(join(tmpdir(), 'tapfleet-bench-'));
  try {
    const [inventory, playbook] = [join(folder, 'hosts.yml'), join(folder, 'site.yml')];
    const lines = Array.from({ length: hosts }, (_, n) => `        h${n}: {x: v${n}}\n`);
    writeFileSync(inventory, `all:\n  children:\n    web:\n      hosts:\n${lines.join('')}`);
    writeFileSync(playbook, `- hosts: all\n  macvtaps:\n    - ${macvtap}\n`);
    return timeCommand(['dist/main.js', 'validate', playbook, '-i', inventory], 3);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function wanted(host, n) {
  const name = `tap${n}`;
  return {
    name,
    owner: 'default',
    disruption: 'refuse',
    where: { file: 'bench.yml', line: 1, column: 1 },
    fields: {
      lower: 'eno1',
      mode: 'bridge',
      mac: autoMac(host, name),
      mtu: 1500,
      addrgenmode: 'none',
      allmulticast: true,
      state: 'up',
    },
  };
}

function link(name, ifindex, extra) {
  return {
    name,
    ifindex,
    altnames: [],
    master: undefined,
    linkType: 'ether',
    mtu: 1500,
    maxMtu: 65535,
    promiscuity: 0,
    group: 'default',
    ...extra,
  };
}

function observed(present) {
  const links = new Map([
    [
      'eno1',
      link('eno1', 2, {
        kind: undefined,
        mac: '02:00:00:00:00:01',
        up: true,
        lower: undefined,
        mode: undefined,
      }),
    ],
  ]);
  const macvtaps = new Map();
  for (const [index, { name, owner, fields }] of present.entries()) {
    const rawAlias = writeMark(owner, fields, '');
    links.set(
      name,
      link(name, 10 + index, { kind: 'macvtap', mac: fields.mac, up: true, lower: 'eno1', mode: 'bridge' }),
    );
    const applied = new Map(
      rawAlias
        .split(' ')
        .slice(2)
        .map((word) => word.split('=')),
    );
    macvtaps.set(name, {
      name,
      ifindex: 10 + index,
      fields: { ...fields, alias: '' },
      mark: { version: 1, owner, applied, text: '' },
      rawAlias,
      holders: [],
    });
  }
  return {
    kernel: '6.18',
    iproute2: '6.1.0',
    root: true,
    knowsBcqueuelen: true,
    managementDevice: undefined,
    links,
    macvtaps,
  };
}

/** Milliseconds for planning the whole fleet, and the changes found (a plan of nothing would be fast too). */
function timePlanning(there) {
  const fleet = Array.from({ length: HOSTS }, (_, h) => {
    const host = `hv${h}`;
    const present = Array.from({ length: INTERFACES }, (_, n) => wanted(host, n)).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    return {
      manifest: { host, present, absent: [], pruneOwners: ['default'], become: false },
      state: observed(there ? present : []),
    };
  });
  const start = performance.now();
  let changes = 0;
  for (const { manifest, state } of fleet)
    changes += planHost(manifest, state, { allowDisruption: false }).changes.length;
  return { ms: performance.now() - start, changes };
}

const node = timeCommand(['-e', '0']);
const rows = [
  ['node -e 0', node, ''],
  ['tapfleet --help', timeCommand(['dist/main.js', '--help']), ''],
  [
    'tapfleet validate playbooks/lab.yml',
    timeCommand(['dist/main.js', 'validate', 'playbooks/lab.yml', '-i', 'inventories/lab.yml']),
    '',
  ],
];
for (const [hosts, macvtap] of HOSTVARS) {
  const what = /"([^"]*hostvars[^"]*)"/.exec(macvtap)?.[1] ?? '';
  const loop = macvtap.includes('loop:') ? `in a loop over ${hosts}` : '';
  rows.push([`validate ${hosts} hosts, hostvars ${loop}`, timeValidation(hosts, macvtap), what.slice(0, 60)]);
}
for (const [what, there] of [
  ['nothing there yet', false],
  ['in sync', true],
]) {
  timePlanning(there);
  const results = [1, 2, 3].map(() => timePlanning(there));
  rows.push([
    `plan ${HOSTS} hosts × ${INTERFACES} interfaces, ${what}`,
    median(results.map(({ ms }) => ms)),
    `${results[0].changes} changes`,
  ]);
}

process.stdout.write(
  `tapfleet ${version}, node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}\n\n`,
);
for (const [what, ms, note] of rows) {
  process.stdout.write(
    `${what.padEnd(56)} ${ms.toFixed(0).padStart(6)} ms  ${(ms / node).toFixed(1).padStart(5)} × node  ${note}\n`,
  );
}
