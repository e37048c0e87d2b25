/** What a macvtap feels of its lower device: MTU, carrier, deletion, bridges, other macvlans, groups. */
import { test } from 'vitest';
import { compareLines } from './harness.ts';

function add(name: string, index: number, rest = 'type macvtap mode bridge', lower = 'eno1'): string {
  return `link add link ${lower} name ${name} index $${index} address 02:00:00:00:00:${index} ${rest}`;
}

test.concurrent('a lower that shrinks shrinks all above it, and does not grow them back', async (context) => {
  await compareLines(context, [
    add('a', 10),
    add('b', 11, 'mtu 1300 up type macvtap'),
    add('c', 12, 'type macvlan'),
    'link set dev eno1 mtu 1400',
    'link set dev eno1 mtu 1500',
    'link set dev eno1 mtu 9000',
    'link set dev a mtu 9000',
    'link set dev a mtu 9001',
    'link set dev eno1 mtu 1200',
    'link set dev eno1 mtu 9000',
    'link set dev a mtu 1500',
    'link set dev eno1 mtu 70000',
    'link set dev eno1 mtu 60',
  ]);
});

test.concurrent('lower down and up, with and without carrier', async (context) => {
  await compareLines(
    context,
    [
      add('a', 10),
      'link set dev a up',
      'link set dev eno1 down',
      'link set dev eno1 up',
      'link set dev sw1 down',
      add('b', 11, 'up type macvtap mode vepa'),
      'link set dev eno1 down',
      add('c', 12, 'type macvtap mode private'),
      'link set dev c up',
      'link set dev sw1 up',
      'link set dev eno1 up',
    ],
    { settleEach: true },
  );
});

test.concurrent('a deleted lower takes all with it', async (context) => {
  await compareLines(context, [
    add('a', 10),
    add('b', 11, 'up type macvtap'),
    add('c', 12, 'type macvlan'),
    add('d', 13, 'type macvtap mode passthru', 'eno2'),
    'link set dev d address 02:00:00:00:00:77',
    'link set dev d up',
    'link del dev eno1',
    'link set dev a up',
    'link del dev sw2',
  ]);
});

test.concurrent('a macvlan as lower is flattened', async (context) => {
  await compareLines(context, [
    add('ml', 10, 'type macvlan mode bridge'),
    'link set dev ml mtu 1400',
    add('a', 11, 'type macvtap mode bridge', 'ml'),
    add('b', 12, 'mtu 1500 up type macvtap', 'a'),
    'link set dev ml down',
    'link del dev ml',
    'link del dev a',
    add('p', 13, 'type macvtap mode passthru', 'b'),
    'link del dev b',
    add('p', 13, 'type macvtap mode passthru', 'eno2'),
    add('q', 14, 'type macvtap mode bridge', 'p'),
  ]);
});

test.concurrent('bridges and their ports', async (context) => {
  await compareLines(
    context,
    [
      'link add name br0 index $50 address 02:00:00:00:00:50 type bridge',
      add('onbr', 10, 'up type macvtap', 'br0'),
      'link set dev br0 up',
      'link set dev sw1 master br0',
      'link set dev sw1 master br0',
      add('a', 11, 'type macvtap', 'sw1'),
      add('b', 12),
      'link set dev eno1 master br0',
      'link set dev b master br0',
      'link set dev b nomaster',
      'link set dev b master nosuch',
      'link set dev b master eno2',
      'link set dev sw1 nomaster',
      add('a', 11, 'type macvtap', 'sw1'),
      add('ml', 13, 'type macvlan mode bridge'),
      'link set dev ml master br0',
      'link set dev ml up',
      'link set dev ml down',
      'link set dev ml up',
      'link set dev eno2 master br0',
      'link set dev eno2 mtu 1400',
      'link set dev eno2 down',
      'link del dev ml',
      'link del dev br0',
    ],
    { settleEach: true },
  );
});

test.concurrent("a bridge without an address of its own takes its ports'", async (context) => {
  await compareLines(context, [
    'link add name br0 index $50 type bridge',
    'link set dev sw1 master br0',
    'link set dev sw2 master br0',
    add('a', 10, 'type macvtap mode passthru', 'br0'),
    'link set dev sw1 address 02:cc:00:00:00:01',
    'link set dev sw2 nomaster',
    'link set dev sw1 mtu 1400',
    'link set dev br0 mtu 1300',
    'link set dev sw1 nomaster',
  ]);
});

test.concurrent('ifb as lower', async (context) => {
  await compareLines(context, [
    'link add name if0 index $50 address 02:00:00:00:00:50 type ifb',
    add('a', 10, 'type macvtap', 'if0'),
    'link set dev a mtu 1400',
    'link set dev a up',
    'link set dev if0 up',
    'link set dev if0 address 02:00:00:00:00:51',
    'link set dev if0 down',
    'link set dev if0 address 02:00:00:00:00:51',
    'link set dev if0 mtu 50',
    'link add name if1 type ifb foo',
  ]);
});

test.concurrent('broadcast queue length is shared as a maximum', async (context) => {
  await compareLines(context, [
    add('a', 10, 'type macvtap mode bridge bcqueuelen 5'),
    add('b', 11, 'type macvlan mode bridge bcqueuelen 2000'),
    add('c', 12, 'type macvtap mode bridge bcqueuelen 3000', 'eno2'),
    'link set dev b type macvlan bcqueuelen 7',
    'link set dev a type macvtap bcqueuelen 0',
    'link del dev b',
  ]);
});

test.concurrent('groups are deleted whole, whatever is in them', async (context) => {
  await compareLines(context, [
    add('a', 10, 'group 77 type macvtap'),
    add('b', 11),
    'link set dev b group 77',
    add('c', 12),
    'link set dev eno2 group 77',
    'link del group 77 type macvtap foo',
    'link del group 77',
    'link del group 77',
    'link set dev c group 78',
    'link set group 78 up',
    'link set dev lo group 79',
    'link set dev c group 79',
    'link del group 79',
  ]);
});

test.concurrent('veth pairs, and names in use', async (context) => {
  await compareLines(context, [
    'link add v1 index $20 address 02:00:00:00:00:20 up type veth peer v2 index $21 address 02:00:00:00:00:21',
    'link add v3 index $22 type veth peer name v4 index $23 address 02:00:00:00:00:23 up',
    'link add v1 type veth peer name v4 index $23',
    'link add v3 index $22 type veth peer name v1 index $23',
    'link add v3 index $22 type veth peer name v4 index $20',
    'link add v3 index $20 type veth peer name v4 index $23',
    'link set dev v2 up',
    add('a', 10, 'up type macvtap', 'v1'),
    'link set dev v1 name uplink',
    'link set dev a name v1',
    'link del dev v2',
  ]);
});
