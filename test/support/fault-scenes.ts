/**
 * The plans that the fault suite breaks: hosts as `ip -batch` lines and what is wanted of them, so that every kind of
 * step is met: creations, changes in place, MACs that swap, replacements, deletions one by one and by group.
 */
import type { Mac } from '../../src/model/mac.ts';
import type { MacvtapFields } from '../../src/model/macvtap.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { manifestOf, wanted } from './builders.ts';

export interface FaultScene {
  readonly title: string;
  /** `$I1` and so on stand for ifindexes of this host. */
  readonly lines: readonly string[];
  readonly manifest: Manifest;
}

const FOREIGN = `it's $(touch /tmp/tff-ran) \`id\` 100% & ; | < > ü`;

interface There {
  readonly lower?: string;
  readonly mode?: string;
  readonly up?: boolean;
  /** Undefined: ours. */
  readonly alias?: string;
  readonly more?: readonly string[];
}

function there(
  n: number,
  { lower = 'eno1', mode = 'bridge', up = true, alias, more = [] }: There = {},
): string[] {
  const address = mode === 'passthru' ? '' : `address ${mac(n)} `;
  return [
    `link add link ${lower} name t${n} index $I${n} ${address}type macvtap mode ${mode}`,
    `link set dev t${n} addrgenmode none`,
    `link set dev t${n} alias "${alias ?? 'tapfleet:1 owner=default'}"`,
    ...more.map((what) => `link set dev t${n} ${what}`),
    ...(up ? [`link set dev t${n} up`] : []),
  ];
}

function mac(n: number): Mac {
  return `52:54:00:00:01:0${n}` as Mac;
}

function want(name: string, n: number, fields: Partial<MacvtapFields> = {}) {
  const base = { mode: 'bridge', addrgenmode: 'none' } as const;
  const address = fields.mode === 'passthru' ? {} : { mac: mac(n) };
  return wanted(name, { ...base, ...address, ...fields });
}

export const SCENES: readonly FaultScene[] = [
  {
    title: 'updates',
    lines: [
      ...there(1, { more: ['mtu 1400'] }),
      ...there(2),
      ...there(3, { mode: 'source', more: [`type macvtap macaddr add ${mac(8)}`, 'allmulticast on'] }),
      ...there(4, { alias: FOREIGN, up: false }),
      ...there(5, { lower: 'eno2', mode: 'passthru' }),
    ],
    manifest: manifestOf('hv', [
      want('t1', 2, { mtu: 1500, alias: 'swapped' }),
      want('t2', 1, { mode: 'private', txqueuelen: 900 }),
      want('t3', 3, { mode: 'source', source_macs: [mac(7)], allmulticast: false, bcqueuelen: 2000 }),
      want('t4', 4, { mode: 'vepa', mtu: 1000, promisc: true }),
      want('t5', 5, { lower: 'eno2', mode: 'passthru', allmulticast: true, nopromisc: true }),
    ]),
  },
  {
    title: 'creations',
    lines: there(1),
    manifest: manifestOf('hv', [
      want('t1', 1),
      want('n2', 2, { allmulticast: true, mtu: 1400 }),
      want('n3', 3, { mode: 'source', source_macs: [mac(7), mac(8)] }),
      want('n4', 4, { lower: 'eno2', mode: 'passthru', mac: mac(4) }),
      want('n5', 5, { state: 'down', queues: 2 }),
    ]),
  },
  {
    title: 'replacements',
    lines: [
      ...there(1, { more: ['allmulticast on', 'txqueuelen 700'] }),
      ...there(2, { alias: FOREIGN, more: ['group 7'] }),
      ...there(3, { lower: 'eno2', mode: 'passthru', more: [`address ${mac(3)}`] }),
    ],
    manifest: manifestOf('hv', [
      want('t1', 1, { queues: 4 }),
      want('t2', 2, { queues: 2 }),
      want('t3', 3, { lower: 'eno1' }),
    ]),
  },
  {
    title: 'deletions',
    lines: [
      ...there(1, { mode: 'source', more: [`type macvtap macaddr add ${mac(8)}`] }),
      ...there(2, { lower: 'eno2', mode: 'passthru', more: [`address ${mac(2)}`] }),
      ...there(3),
    ],
    manifest: manifestOf('hv', [want('t3', 3)]),
  },
  {
    title: 'everything, with deletions by group',
    lines: [
      ...there(1),
      ...there(2, { more: ['mtu 1300', 'promisc on'] }),
      ...there(3, { up: false }),
      ...there(4, { more: ['group 9'] }),
      ...there(5),
      ...there(6),
    ],
    manifest: manifestOf('hv', [
      want('t4', 4, { queues: 2 }),
      want('t5', 6, { mode: 'vepa' }),
      want('t6', 5),
      want('n7', 1, { allmulticast: true }),
    ]),
  },
];
