/**
 * Random scenes for laws: a host with lower devices and macvtaps of several owners, and a manifest made by mutating what
 * the host has, for two states drawn apart are nearly always unrelated.
 */
import fc from 'fast-check';
import type { Mac } from '../../src/model/mac.ts';
import { FIELD_NAMES, type MacvtapFields, type Mode } from '../../src/model/macvtap.ts';
import type { IgnoreRule, Manifest, WantedAbsent, WantedMacvtap } from '../../src/model/manifest.ts';
import { manifestOf, wanted } from './builders.ts';
import { type HostTap, LOWER_MACS } from './model-build.ts';

export interface Scene {
  readonly taps: readonly HostTap[];
  readonly manifest: Manifest;
}

const LOWERS = ['eno1', 'eno1', 'eno2', 'eno3'];
/** Few, so that they collide; the last is eno1's own. */
const MACS = [1, 2, 3, 4, 5, 6, 7].map((n) => `52:54:00:00:00:0${n}` as Mac).concat(LOWER_MACS.eno1 as Mac);
const SOURCES = ['02:00:00:00:00:11', '02:00:00:00:00:12', '02:00:00:00:00:13'] as Mac[];

const mode = fc.constantFrom<Mode>('vepa', 'bridge', 'private', 'passthru', 'source', 'bridge');
const mac = fc.constantFrom(...MACS);
const mtu = fc.constantFrom(1000, 1280, 1400, 1500, 1500, 9000);
const state = fc.constantFrom<'up' | 'down'>('up', 'up', 'down');

/** Everything that may be said of a macvtap; a mutation takes some of it. */
const anyFields = fc.record({
  lower: fc.constantFrom(...LOWERS),
  mode,
  mac,
  mtu,
  state,
  txqueuelen: fc.constantFrom(0, 500, 1000),
  bcqueuelen: fc.constantFrom(0, 1000, 3000),
  queues: fc.constantFrom(1, 2, 4),
  source_macs: fc.subarray(SOURCES),
  nopromisc: fc.boolean(),
  promisc: fc.boolean(),
  allmulticast: fc.boolean(),
  addrgenmode: fc.constantFrom('none', 'none', 'eui64', 'random'),
  alias: fc.constantFrom('', 'db', 'it’s 100% "db" #1 \\ back\nline', ' -- '),
});

const onHost: fc.Arbitrary<Omit<HostTap, 'name'>> = fc.record({
  fields: anyFields,
  kind: fc.constantFrom('macvtap', 'macvtap', 'macvtap', 'macvlan'),
  owner: fc.constantFrom('default', 'default', 'default', undefined, 'other'),
});

type AnyFields = MacvtapFields;
type Fate = 'keep' | 'change' | 'prune' | 'absent';

interface Draw {
  readonly tap: Omit<HostTap, 'name'>;
  readonly fate: Fate;
  readonly changes: AnyFields;
  readonly changed: readonly (keyof MacvtapFields)[];
  readonly left: readonly (keyof MacvtapFields)[];
}

const ALWAYS = ['lower', 'mode', 'state'] as const;
const CHANGEABLE: (keyof MacvtapFields)[] = [
  'lower',
  'mode',
  'mac',
  'mtu',
  'state',
  'txqueuelen',
  'bcqueuelen',
  'queues',
  'source_macs',
  'nopromisc',
  'promisc',
  'allmulticast',
  'addrgenmode',
  'alias',
];
const OPTIONAL = CHANGEABLE.filter((field) => !(ALWAYS as readonly string[]).includes(field));

const draw: fc.Arbitrary<Draw> = fc.record({
  tap: onHost,
  fate: fc.constantFrom<Fate>('keep', 'change', 'change', 'change', 'prune', 'absent'),
  changes: anyFields,
  changed: fc.subarray(CHANGEABLE, { maxLength: 4 }),
  left: fc.subarray(OPTIONAL),
});

/** `t…` are on the host from the start, `n…` only wanted. */
export const scenes: fc.Arbitrary<Scene> = fc
  .tuple(fc.array(draw, { minLength: 1, maxLength: 6 }), fc.array(draw, { maxLength: 3 }), fc.boolean())
  .map(([there, fresh, turn]) => {
    const taps = there.map(({ tap }, n) => ({ ...tap, name: `t${n}` }));
    const present: WantedMacvtap[] = [];
    const absent: WantedAbsent[] = [];
    for (const [n, one] of there.entries()) {
      const name = `t${n}`;
      // A plain macvlan is nobody's business unless it is named, which the guard refuses: rarely worth a run.
      if (one.tap.kind === 'macvlan' && one.fate !== 'absent') continue;
      if (one.tap.kind === 'macvlan') continue;
      if (one.tap.owner !== 'default' && one.fate === 'prune') continue;
      if (one.fate === 'absent') absent.push({ name, owner: 'default', disruption: 'refuse', where: WHERE });
      else if (one.fate !== 'prune') present.push(mutated(name, one));
    }
    if (turn) present.push(...turned(present.splice(0)));
    for (const [n, one] of fresh.entries()) present.push(mutated(`n${n}`, { ...one, fate: 'keep' }));
    return { taps, manifest: manifestOf('hv01', consistent(present), absent) };
  });

/** What others own on the hosts of `scenes`. */
export const ignoreRules: fc.Arbitrary<IgnoreRule[]> = fc.array(
  fc.record({
    owner: fc.constantFrom('default', 'default', 'default', 'other'),
    interfaces: fc.subarray(['t0', 't1', 't[23]', 't?', 'n*', '*'], { minLength: 1, maxLength: 2 }),
    fields: fc.option(fc.subarray([...FIELD_NAMES], { minLength: 1, maxLength: 5 }), {
      nil: undefined,
      freq: 3,
    }),
    where: fc.constant({ file: 'play.yml', line: 2, column: 5 }),
  }),
  { minLength: 1, maxLength: 3 },
);

const WHERE = { file: 'play.yml', line: 1, column: 1 };

function mutated(name: string, { tap, fate, changes, changed, left }: Draw): WantedMacvtap {
  const fields: { -readonly [K in keyof MacvtapFields]?: MacvtapFields[K] } = { ...tap.fields };
  for (const field of fate === 'change' ? changed : []) Object.assign(fields, { [field]: changes[field] });
  for (const field of left) if (field !== 'mac' || fields.mode === 'passthru') delete fields[field];
  return wanted(name, asAllowed(fields));
}

/** Each takes the MAC of the next on its lower device: what independent draws nearly never give. */
function turned(list: readonly WantedMacvtap[]): WantedMacvtap[] {
  return list.map((one) => {
    const mates = list.filter(
      ({ fields }) => fields.lower === one.fields.lower && fields.mode !== 'passthru',
    );
    const next = mates[(mates.indexOf(one) + 1) % mates.length];
    const mac = next?.fields.mac;
    return mates.includes(one) && mac ? { ...one, fields: { ...one.fields, mac } } : one;
  });
}

/** What the playbook's own checks let through. */
function asAllowed(fields: Partial<MacvtapFields>): Partial<MacvtapFields> {
  const { nopromisc, source_macs, ...rest } = fields;
  return {
    ...rest,
    ...(fields.mode === 'passthru' && nopromisc !== undefined ? { nopromisc } : {}),
    ...(fields.mode === 'source' && source_macs !== undefined ? { source_macs } : {}),
  };
}

/** No MAC twice and no companion of a passthru on one lower device: validation refuses those without a host. */
function consistent(list: readonly WantedMacvtap[]): WantedMacvtap[] {
  const kept: WantedMacvtap[] = [];
  for (const one of list) {
    const mates = kept.filter((other) => other.fields.lower === one.fields.lower);
    if (mates.some((mate) => mate.fields.mac !== undefined && mate.fields.mac === one.fields.mac)) continue;
    if (mates.some((mate) => mate.fields.mode === 'passthru')) continue;
    if (one.fields.mode === 'passthru' && mates.length > 0) continue;
    kept.push(one);
  }
  return kept;
}

/** Which MAC a lower device gets back from a passthru that goes is not to be seen on the host beforehand. */
export function needsHiddenMac({ taps, manifest }: Scene): boolean {
  const lent = new Set(taps.flatMap(({ fields }) => (fields.mode === 'passthru' ? [fields.lower] : [])));
  const own = new Map<string, string>(Object.entries(LOWER_MACS));
  const unmarked = taps.filter(({ owner, fields }) => owner === undefined && fields.mode === 'passthru');
  return manifest.present.some(
    ({ fields: { lower, mac } }) =>
      (lent.has(lower) && mac === own.get(lower)) ||
      unmarked.some((tap) => tap.fields.lower === lower && tap.fields.mac === mac),
  );
}
