/**
 * Does an editor, which has nothing but the JSON Schema, say what the checks say? A validator that is not ours reads the
 * schema; where a schema cannot know better than the checks, the exception is named.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/model/json.ts';
import { FIELD_KEYS } from '../../../src/playbook/fields.ts';
import { parsePlaybook } from '../../../src/playbook/parse.ts';
import { PLAY_KEYS } from '../../../src/playbook/play-keys.ts';
import { playbookJsonSchema } from '../../../src/playbook/schema.ts';
import { parseYaml, toPlain } from '../../../src/yaml/source.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CASES = join(ROOT, 'test/cases/plan');
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(playbookJsonSchema());

/** Where the validator finds fault, `[]` where nowhere. */
function faults(playbook: unknown): string[] {
  return validate(playbook) ? [] : (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

/** Whether the checks of a playbook as written find no error. */
function passes(playbook: unknown): boolean {
  const { diagnostics } = parsePlaybook(JSON.stringify(playbook), 'play.yml');
  return diagnostics.every(({ severity }) => severity !== 'error');
}

const files = [
  ...readdirSync(CASES).map((name) => join(CASES, name, 'playbook.yml')),
  ...readdirSync(join(ROOT, 'playbooks')).map((name) => join(ROOT, 'playbooks', name)),
];

it.each(files.map((file) => file.slice(ROOT.length + 1)))('takes %s', (file) => {
  const { root } = parseYaml(readFileSync(join(ROOT, file), 'utf8'), file);
  expect(faults(root && toPlain(root))).toEqual([]);
});

it('takes the playbook of the product contract', () => {
  const text = `
- name: Guest taps
  hosts: hypervisors:&rack_a:!spare
  vars: {uplink: eno1}
  serial: [1, "25%", "100%"]
  max_fail_percentage: 10
  become: true
  owner: default
  prune: owned
  defaults: {lower: "{{ uplink }}", mode: bridge}
  macvtaps:
    - {name: web0, mac: "52:54:00:10:00:01", mtu: 1500}
    - {name: "db{{ item }}", loop: [0, 1], lower: eno2, mode: passthru, when: inventory_hostname != 'hv03'}
    - {name: old0, state: absent}
`;
  const { root } = parseYaml(text, 'play.yml');
  expect(faults(root && toPlain(root))).toEqual([]);
});

/** Values of every kind that somebody could write somewhere. */
const MAC = '52:54:00:10:00:01';
const VALUES: readonly Json[] = [
  null,
  ...[true, false, 'yes', 'Off', 'true', '1', 'maybe'],
  ...[
    -1, 0, 1, 1.5, 67, 68, 100, 101, 1500, 4096, 4097, 65_535, 65_536, 2_147_483_647, 2_147_483_648,
    4_294_967_295, 4_294_967_296,
  ],
  ...['1500', ' 68 ', '70000', '-1', '1.5', '25%', '0%', '101%', '12.5', '100'],
  ...['auto', MAC, MAC.replaceAll(':', '-'), MAC.slice(3), ` ${MAC} `, '52:54:00:10:00:0g'],
  ...['up', 'down', 'absent', 'bridge', 'passthrough', 'bridg', 'eui64', 'refuse', 'allow', 'owned', 'none'],
  ...[
    '',
    ' ',
    'a b',
    'web0',
    'all',
    'default',
    'all0',
    '-x',
    'a'.repeat(16),
    'a'.repeat(40),
    'a'.repeat(200),
    'web*',
    '[0-9]',
    'é',
  ],
  ...['sorted', 'reverse', 'shuffle', 'shufle'],
  ...['{{ x }}', 'a{{ x }}', '{% if x %}1{% endif %}'],
  ...[[], [MAC], [MAC, '{{ x }}'], ['web0', 3], [1, '25%'], [''], ['{{ x }}'], [null], [[]], [true]],
  ...[{}, { var: 'rack' }, { var: 'rack', limit: 0 }, { var: 'rack', limit: '2' }, { limit: 1 }],
  ...[{ var: '{{ x }}', limit: '{{ n }}' }, { var: 'rack', limt: 1 }, { uplink: 'eno1' }, { mode: 'bridge' }],
  ...[{ interfaces: 'web*' }, [{ interfaces: 'web*' }], [{ interfaces: ['a', '{{ x }}'], fields: 'mtu' }]],
  ...[
    [{ interfaces: 'a b' }],
    [{ interfaces: [] }],
    [{ fields: ['mtu'] }],
    [{ interfaces: 'a', field: 'mtu' }],
  ],
  ...[
    [{ interfaces: 'a', fields: ['mtuu'] }],
    [{ interfaces: 'a', fields: [] }],
    [{ interfaces: 'a', fields: '{{ x }}' }],
  ],
  ...[
    [{ name: 'web0', lower: 'eno1' }],
    [{ name: 'web0', state: 'absent' }],
    [{ name: 'web0', state: 'absent', mtuu: 1 }],
  ],
];
const UNKNOWN_KEYS = ['mtuu', 'tasks', 'persist'];

/** Both answers for each value, where they differ and neither may: `[value, schema, checks]`. */
function disagreements(playbookWith: (value: Json) => Json): unknown[] {
  return VALUES.flatMap((value) => {
    const playbook = playbookWith(value);
    const [schema, checks] = [faults(playbook).length === 0, passes(playbook)];
    // A list or map with a template in it is judged when the template is, for a host; the schema may judge its shape now.
    const later = checks && typeof value === 'object' && JSON.stringify(value).includes('{{');
    const beyond = schema && typeof value === 'string' && NUMBER_IN_QUOTES.test(value);
    return schema === checks || later || beyond ? [] : [[value, schema, checks]];
  });
}

/** Its range is for the checks. */
const NUMBER_IN_QUOTES = /^ ?\d+ ?$/;

describe('the schema and the checks agree', () => {
  it.each(['name', 'loop', 'when', ...FIELD_KEYS, ...UNKNOWN_KEYS])('on %s of a macvtap', (key) => {
    // The mode is one in which the field may be declared: rules between fields are no matter of a schema.
    const mode = { nopromisc: 'passthru', source_macs: 'source' }[key] ?? 'bridge';
    const entry = { name: 'web0', lower: 'eno1', mode };
    expect(disagreements((value) => [{ hosts: 'all', macvtaps: [{ ...entry, [key]: value }] }])).toEqual([]);
  });

  it.each([...Object.keys(PLAY_KEYS), ...UNKNOWN_KEYS])('on %s of a play', (key) => {
    expect(disagreements((value) => [{ hosts: 'all', macvtaps: [], [key]: value }])).toEqual([]);
  });

  it.each(FIELD_KEYS)('on %s of defaults', (key) => {
    expect(disagreements((value) => [{ hosts: 'all', macvtaps: [], defaults: { [key]: value } }])).toEqual(
      [],
    );
  });

  it.each<[string, Json]>([
    ['a map', { hosts: 'all', macvtaps: [] }],
    ['no plays', []],
    ['no hosts', [{ macvtaps: [] }]],
    ['no macvtaps', [{ hosts: 'all' }]],
    ['no name', [{ hosts: 'all', macvtaps: [{ lower: 'eno1' }] }]],
    ['text', 'hello'],
    ['a play that is text', ['hello']],
    ['nothing', null],
  ])('that %s is no playbook', (_, playbook) => {
    expect([faults(playbook).length > 0, passes(playbook)]).toEqual([true, false]);
  });
});

it.each([5400, 5401])('%d source addresses', (length) => {
  const source_macs = Array.from({ length }, (_, n) => `02:00:00:00:${hex(n >> 8)}:${hex(n & 255)}`);
  const playbook = [
    { hosts: 'all', macvtaps: [{ name: 'web0', lower: 'eno1', mode: 'source', source_macs }] },
  ];
  expect([faults(playbook).length === 0, passes(playbook)]).toEqual([length === 5400, length === 5400]);
});

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

it('points at the value that is wrong', () => {
  const entry = { name: 'web0', lower: 'eno1', mode: 'bridg' };
  expect(new Set(faults([{ hosts: 'all', macvtaps: [entry] }]))).toEqual(new Set(['/0/macvtaps/0/mode']));
});
