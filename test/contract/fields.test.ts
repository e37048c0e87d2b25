/** Every field of a macvtap, changed while UP and while DOWN, with values that are right and values that are not. */
import { describe, test } from 'vitest';
import { compareLines } from './harness.ts';

const ADD = 'link add link eno1 name m index $10 address 02:00:00:00:00:01';
const LONG = 'x'.repeat(255);

const VALUES: Readonly<Record<string, readonly string[]>> = {
  mtu: [
    '1400',
    '68',
    '67',
    '0',
    '-1',
    '1500',
    '1501',
    '65535',
    '65536',
    '70000',
    '0x578',
    '02570',
    '099',
    'abc',
    '1.5',
    '1500 mtu 1400',
  ],
  'IPv6 size': [
    'mtu 1280',
    'addrgenmode none',
    'mtu 1279',
    'addrgenmode none',
    'mtu 1300',
    'addrgenmode none',
    'up',
  ],
  address: [
    '02:00:00:00:00:09',
    '02:00:00:00:00:09',
    '01:00:00:00:00:01',
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '02:00:00:00:00',
    '02:00:00:00:00:01:02',
    'zz',
    '02:00:00:00:00:100',
    '02:00:00:00:00:0G',
    '2:0:0:0:0:9',
    '1.2.3.4',
    '0211.2233.4455',
    '02:AA:BB:CC:DD:EE',
    "''",
  ],
  txqueuelen: [
    '1000',
    '0',
    '1',
    '0x10',
    '-1',
    '2147483647',
    '2147483648',
    '4294967295',
    '4294967296',
    'abc',
    '5 txqueuelen 6',
    '500',
  ],
  alias: ["'two words'", 'x', "''", `'${LONG}'`, `'${LONG}x'`, "'ünï'", "it's", 'a mtu 1400', "'q\"q'"],
  addrgenmode: ['none', 'eui64', 'random', 'stable_secret', 'NONE', 'foo'],
  allmulticast: ['on', 'on', 'off', 'off', 'maybe', 'on'],
  promisc: ['on', 'on', 'off', 'off', 'maybe', 'on'],
  group: ['7', '0', 'default', '2147483647', '2147483648', '-1', 'nosuchgroup', '1 group 2'],
  name: [
    'n',
    'm',
    'eno2',
    'lo',
    'a:b',
    'a%b',
    'a%d',
    'a/b',
    "'a b'",
    '.',
    '..',
    "''",
    'sixteen-chars-xx',
    'fifteen-chars-x',
  ],
  type: [
    'macvtap bcqueuelen 5',
    'macvtap bcqueuelen 0',
    'macvtap bcqueuelen 4294967295',
    'macvtap bcqueuelen 4294967296',
    'macvtap bcqueuelen abc',
    'macvtap',
    'macvtap mode',
    'macvtap mode foo',
    'macvtap mode bridge nopromisc',
    'macvtap flag foo',
    'macvtap foo',
    'macvtap mode vepa mode private',
    'macvlan mode private',
    'macvlan',
    'nosuchkind',
    'nosuchkind mode vepa',
    'macvtap macaddr flush',
    'macvtap macaddr add 02:00:00:00:01:01',
    'macvtap mode vepa macaddr add 02:00:00:00:01:01',
    'macvtap macaddr',
    'macvtap macaddr foo',
    'macvtap macaddr add',
    'macvtap macaddr add zz',
    'macvtap macaddr add 02:00:00',
  ],
};

describe.each(['down', 'up'])('a macvtap that is %s', (state) => {
  test.concurrent.for(Object.entries(VALUES))('takes or refuses %s', async ([field, values], context) => {
    const keyword = field === 'IPv6 size' ? '' : `${field} `;
    const lines = values.flatMap((value) =>
      field === 'name'
        ? [`link set dev m ${keyword}${value}`, `link set dev ${renamed(value)} name m`]
        : [`link set dev m ${keyword}${value}`],
    );
    await compareLines(context, [`${ADD} type macvtap mode bridge`, `link set dev m ${state}`, ...lines]);
  });

  test.concurrent('keeps its promiscuity and allmulti references straight', async (context) => {
    const flips = [
      'allmulticast on',
      'promisc on',
      'down',
      'up',
      'allmulticast off',
      'down',
      'promisc off',
      'up',
    ];
    for (const mode of ['bridge', 'passthru']) {
      await compareLines(context, [
        `${ADD} type macvtap mode ${mode}`,
        `link set dev m ${state}`,
        ...flips.map((flip) => `link set dev m ${flip}`),
        ...flips.map((flip) => `link set dev eno1 ${flip}`),
        'link set dev m allmulticast on',
        'link set dev m promisc on',
        'link del dev m',
      ]);
    }
  });

  test.concurrent('keeps a source list as a set', async (context) => {
    const edit = (what: string) => `link set dev m type macvtap ${what}`;
    await compareLines(context, [
      `${ADD} type macvtap mode source macaddr add 02:00:00:00:01:01`,
      `link set dev m ${state}`,
      edit('macaddr add 02:00:00:00:01:02'),
      edit('macaddr add 02:00:00:00:01:02'),
      edit('macaddr add 01:00:00:00:00:11'),
      edit('macaddr del 02:00:00:00:01:09'),
      edit('macaddr del 02:00:00:00:01:01'),
      edit('macaddr set 02:00:00:00:01:03 02:00:00:00:01:04 02:00:00:00:01:03'),
      edit('macaddr set 02:00:00:00:01:05 zz'),
      edit('macaddr set 02:00:00:00:01'),
      edit('macaddr set 02:00:00:00:01:05 mode private'),
      edit('macaddr set 02:00:00:00:01:05 02:00:00:00:01:06 bcqueuelen 9'),
      edit('mode source'),
      edit('macaddr set'),
      edit('macaddr add 02:00:00:00:01:07'),
      edit('mode passthru'),
      edit('mode vepa'),
      edit('mode source'),
      edit('macaddr add 02:00:00:00:01:08'),
      edit('macaddr flush'),
    ]);
  });
});

/** The name a rename leaves, so that the next one starts from `m` again. */
function renamed(value: string): string {
  if (value === 'a%d') return 'a0';
  return ['n', 'fifteen-chars-x'].includes(value) ? value : 'm';
}

test.concurrent('what link add takes or refuses', async (context) => {
  const add = (words: string) => [`link add ${words}`, 'link del dev m'];
  await compareLines(context, [
    ...add(
      'link eno1 name m index $10 mtu 1400 txqueuelen 200 numtxqueues 2 numrxqueues 3 type macvtap mode bridge',
    ),
    ...add('link eno1 name m index $10 mtu 1000 group 9 alias ignored type macvtap'),
    ...add('link eno1 name m index $10 mtu 1501 type macvtap'),
    ...add('link eno1 name m index $10 mtu 65536 type macvtap'),
    ...add('link eno1 name m index $10 mtu 67 type macvtap'),
    ...add('link eno1 name m index $10 txqueuelen 0 up promisc on allmulticast on type macvtap'),
    ...add('link eno1 name m index $10 numtxqueues 0 type macvtap'),
    ...add('link eno1 name m index $10 numtxqueues 4097 type macvtap'),
    ...add('link eno1 name m index $10 numrxqueues 4097 type macvtap'),
    ...add('link eno1 name m index $10 numtxqueues x type macvtap'),
    ...add('link eno1 name m index 0 type macvtap'),
    ...add('link eno1 name m index $1 type macvtap'),
    ...add('link eno1 name eno2 index $10 type macvtap'),
    ...add('link eno1 name eno2 index $10 type macvtap mode bridge nopromisc'),
    ...add('link eno1 name m index $10 address 01:00:00:00:00:01 type macvtap'),
    ...add('link eno1 name m index $10 address 02:00:00 type macvtap'),
    ...add('link eno1 name m index $10 addrgenmode none type macvtap'),
    ...add('link eno1 name m index $10 type macvtap mode passthru bcqueuelen x'),
    ...add('link eno1 name m index $10 type nosuchkind'),
    ...add('link eno1 name m index $10 type nosuchkind mode vepa'),
    ...add('link eno1 name m index $10'),
    ...add('link eno1 name m dev o index $10 type macvtap'),
    ...add('link eno1 dev sixteen-chars-xx index $10 type macvtap'),
    ...add('link eno1 name sixteen-chars-xx index $10 type macvtap'),
    ...add('link nosuch name m index $10 type macvtap'),
    ...add('link lo name m index $10 type macvtap'),
    ...add('name m index $10 type macvtap'),
    ...add('link eno1 m index $10 type macvtap'),
    'link add link eno1 index $11 type macvtap',
    'link add link eno1 name x%d index $12 type macvtap',
  ]);
});

test.concurrent('lines that name nothing or too much', async (context) => {
  await compareLines(context, [
    'link set dev nosuch up',
    'link set nosuch up',
    'link set up',
    'link set dev eno1',
    'link set dev eno1 index 5',
    'link set dev eno1 garbage',
    'link set dev eno1 mtu',
    'link set dev',
    'link del',
    'link del dev nosuch',
    'link del dev lo',
    'link del dev eno1 type macvtap foo',
    'link del group 77',
    'link del group nosuchgroup',
    'link nosuch',
    'nosuch thing',
    'link property add dev eno1 altname an.alternative.longer-than-any-name',
    'link property add dev eno2 altname an.alternative.longer-than-any-name',
    'link set dev an.alternative.longer-than-any-name mtu 1400',
    'link add link eno2 name m index $10 type macvtap',
    'link property add dev m altname alt1 altname eno1 altname alt2',
    'link add link eno2 name alt1 index $11 type macvtap',
    'link set dev eno2 name alt1',
    'link property del dev eno2 altname alt1',
    'link set dev m name alt1',
    'link set dev alt1 name alt1',
    'link set dev alt1 name m',
    'link property del dev m altname nosuch',
    'link property del dev m altname alt1',
    'link set dev m name alt1',
    'link add link eno2 name all index $12 type macvtap',
    'link add link eno2 name default index $12 type macvtap',
    'link set dev alt1 name all',
    'link set dev alt1 name default',
    'link property add dev alt1 altname default',
    'link add link eno2 name default index $12 type macvtap',
  ]);
});
