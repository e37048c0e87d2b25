/** Short ways to say manifests and observed states: everything that a test does not name has one dull, fixed value. */
import { readObserved } from '../../src/host/read-gather.ts';
import type { Mac } from '../../src/model/mac.ts';
import type { MacvtapFields } from '../../src/model/macvtap.ts';
import type { Manifest, WantedAbsent, WantedMacvtap } from '../../src/model/manifest.ts';
import type { ObservedState } from '../../src/model/observed.ts';

export const MAC_1 = '52:54:00:10:00:01' as Mac;
export const MAC_2 = '52:54:00:10:00:02' as Mac;
export const MAC_3 = '52:54:00:10:00:03' as Mac;
const WHERE = { file: 'play.yml', line: 1, column: 1 };

/** What a playbook leaves when it says a name and a MAC. */
export const DECLARED = {
  lower: 'eno1',
  mode: 'bridge',
  mac: MAC_1,
  addrgenmode: 'none',
  allmulticast: true,
  state: 'up',
} as const satisfies Partial<MacvtapFields>;

export function wanted(
  name: string,
  fields: Partial<MacvtapFields> = {},
  more: Partial<Pick<WantedMacvtap, 'owner' | 'disruption'>> = {},
): WantedMacvtap {
  const base = { lower: 'eno1', mode: 'vepa', state: 'up' } as const;
  return {
    name,
    owner: 'default',
    disruption: 'refuse',
    where: WHERE,
    fields: { ...base, ...fields },
    ...more,
  };
}

export function absent(name: string, owner = 'default'): WantedAbsent {
  return { name, owner, disruption: 'refuse', where: WHERE };
}

/** Without the fields named: not declared. */
export function without(
  fields: Partial<MacvtapFields>,
  ...names: (keyof MacvtapFields)[]
): Partial<MacvtapFields> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name as never)));
}

export function manifestOf(
  host: string,
  present: readonly WantedMacvtap[],
  gone: readonly WantedAbsent[] = [],
  pruneOwners: readonly string[] = ['default'],
  ignore: Manifest['ignore'] = [],
): Manifest {
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return {
    host,
    present: [...present].sort(byName),
    absent: [...gone].sort(byName),
    pruneOwners,
    ignore,
    become: false,
  };
}

/** A link as `ip -j -d link show` prints it; `null` takes a key away. */
export function rawLink(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const link = {
    ifindex: 2,
    ifname: name,
    flags: ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    mtu: 1500,
    group: 'default',
    txqlen: 1000,
    link_type: 'ether',
    address: '02:aa:aa:aa:aa:01',
    promiscuity: 0,
    max_mtu: 65535,
    inet6_addr_gen_mode: 'eui64',
    num_tx_queues: 1,
    num_rx_queues: 1,
    ...more,
  };
  return Object.fromEntries(Object.entries(link).filter(([, value]) => value !== null));
}

export interface TapInfo {
  readonly mode?: string;
  readonly [key: string]: unknown;
}

/** A macvtap as DECLARED would leave it. */
export function rawTap(
  name: string,
  info: TapInfo = {},
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return rawLink(name, {
    ifindex: 100,
    link: 'eno1',
    flags: ['BROADCAST', 'MULTICAST', 'ALLMULTI', 'UP', 'LOWER_UP'],
    txqlen: 500,
    address: MAC_1,
    linkinfo: { info_kind: 'macvtap', info_data: { mode: 'bridge', bcqueuelen: 1000, ...info } },
    inet6_addr_gen_mode: 'none',
    ...more,
  });
}

export interface ObservedOptions {
  readonly holders?: readonly string[];
  readonly root?: boolean;
  readonly bcqueuelen?: boolean;
  readonly management?: string;
}

/** The links through the parser of a real host's answer. */
export function observedOf(
  links: readonly Record<string, unknown>[],
  { holders = [], root = true, bcqueuelen = true, management = '' }: ObservedOptions = {},
): ObservedState {
  const numbered = links.map((link, n) => ({ ...link, ifindex: n + 2 }));
  const devices = numbered.map(({ ifname, ifindex }: Record<string, unknown>) => `D f6:${ifindex} ${ifname}`);
  const reading = readObserved(
    new Map([
      ['host', `${root ? 0 : 1000}\n6.18.0\nip utility, iproute2-6.1.0`],
      ['help', bcqueuelen ? '[ bcqueuelen BC_QUEUE_LEN ]' : ''],
      ['management', management],
      ['links', JSON.stringify(numbered)],
      ['holders', [...devices, ...holders].join('\n')],
    ]),
  );
  if ('problem' in reading) throw new Error(reading.problem.message);
  return reading.observed;
}
