// How fast are the parts that every command pays for: start-up, validation, pure planning? Medians of several runs, and
// ratios to node's own start-up.
import { spawnSync } from 'node:child_process';
import { autoMac, planHost, writeMark } from '../../dist/index.js';
import { median } from './contest.mjs';
import { PROGRAM } from './playbooks.mjs';

const RUNS = 9;
const HOSTS = 1000;
const INTERFACES = 32;
const VALIDATE = ['validate', 'playbooks/lab.yml', '-i', 'inventories/lab.yml'];

/** Median wall milliseconds of a command, after one run that does not count. */
function timeCommand(argv) {
  const times = [];
  for (let run = 0; run <= RUNS; run++) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
    if (run > 0) times.push(performance.now() - start);
  }
  return median(times);
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
      manifest: { host, present, absent: [], pruneOwners: ['default'], ignore: [], become: false },
      state: observed(there ? present : []),
    };
  });
  const start = performance.now();
  let changes = 0;
  for (const { manifest, state } of fleet)
    changes += planHost(manifest, state, { allowDisruption: false }).changes.length;
  return { ms: performance.now() - start, changes };
}

export const needs = [];

export function run(findings) {
  const node = timeCommand(['-e', '0']);
  findings
    .part('parts', `parts: start-up and planning alone, medians of ${RUNS} runs`)
    .number('node -e 0', node, 'ms');
  const add = (what, ms) => findings.number(what, ms, 'ms', { note: `${(ms / node).toFixed(1)} × node` });
  add('tapfleet --help', timeCommand([PROGRAM, '--help']));
  add('tapfleet validate playbooks/lab.yml', timeCommand([PROGRAM, ...VALIDATE]));
  for (const [what, there] of [
    ['nothing there yet', false],
    ['in sync', true],
  ]) {
    timePlanning(there);
    const results = [1, 2, 3].map(() => timePlanning(there));
    const { changes } = results[0];
    add(
      `plan ${HOSTS} hosts × ${INTERFACES} interfaces, ${what} (${changes} changes)`,
      median(results.map(({ ms }) => ms)),
    );
  }
}
