/** When an address counts as taken, and how passthru ties two addresses together. */
import { describe, test } from 'vitest';
import { compareLines } from './harness.ts';

const A = '02:00:00:00:00:0a';
const B = '02:00:00:00:00:0b';
const C = '02:00:00:00:00:0c';
const LOWER = '02:aa:aa:aa:aa:01';

function add(name: string, index: number, address: string, more = ''): string {
  return `link add link eno1 name ${name} index $${index} address ${address} ${more} type macvtap mode bridge`;
}

test.concurrent('the same address twice is found at up', async (context) => {
  await compareLines(context, [
    add('a', 10, A),
    add('b', 11, A),
    'link set dev a up',
    'link set dev b up',
    add('c', 12, A, 'up'),
    add('c', 12, A, 'up promisc on'),
    'link set dev a down',
    'link set dev b up',
    'link set dev a up',
    'link add link eno2 name d index $13 address 02:00:00:00:00:0a up type macvtap',
  ]);
});

test.concurrent("the lower device's own address is taken too", async (context) => {
  await compareLines(context, [
    add('a', 10, LOWER),
    'link set dev a up',
    `link set dev a address ${A}`,
    'link set dev a up',
    `link set dev a address ${LOWER}`,
    'link set dev a down',
    `link set dev a address ${LOWER}`,
    `link set dev eno1 address ${A}`,
    'link set dev a up',
    `link set dev eno1 address ${B}`,
    'link set dev a up',
    `link set dev eno1 address ${A}`,
    `link set dev a address ${C}`,
  ]);
});

describe.each(['down', 'up'])('two macvtaps, the second %s', (state) => {
  test.concurrent('swap their addresses by way of a third', async (context) => {
    await compareLines(context, [
      add('a', 10, A, 'up'),
      add('b', 11, B),
      `link set dev b ${state}`,
      `link set dev a address ${B}`,
      `link set dev b address ${A}`,
      `link set dev b address ${C}`,
      `link set dev a address ${B}`,
      `link set dev b address ${A}`,
      'link set dev b up',
      'link set dev a down',
      `link set dev a address ${A}`,
      'link del dev b',
      `link set dev a address ${A}`,
      'link set dev a up',
    ]);
  });

  test.concurrent('passthru couples both addresses', async (context) => {
    await compareLines(context, [
      `link add link eno1 name p index $10 address ${A} type macvtap mode passthru`,
      `link set dev p ${state}`,
      `link set dev p address ${B}`,
      `link set dev p address ${B}`,
      'link set dev p address 01:00:00:00:00:01',
      'link del dev p',
      `link add link eno1 name p index $10 type macvtap mode passthru nopromisc`,
      `link set dev p ${state}`,
      `link set dev eno1 address ${C}`,
      `link set dev p address ${A}`,
      'link set dev p down',
      `link set dev p address ${B}`,
      'link set dev p up',
      'link del dev p',
    ]);
  });
});

test.concurrent('the lower gets back what was last set on it', async (context) => {
  await compareLines(context, [
    `link add link eno1 name p index $10 address ${A} up type macvtap mode passthru`,
    `link set dev p address ${A}`,
    `link set dev eno1 address ${C}`,
    `link set dev eno1 address ${C}`,
    'link del dev p',
    `link add link eno1 name p index $10 type macvtap mode passthru`,
    `link set dev p address ${C}`,
    `link set dev p address ${B}`,
    'link set dev eno1 down',
    `link set dev eno1 address ${A}`,
    `link set dev p address ${C}`,
    'link del dev p',
  ]);
});

test.concurrent('filters follow the address of a running macvtap', async (context) => {
  await compareLines(context, [
    add('a', 10, A, 'up'),
    'link set dev eno1 down',
    `link set dev a address ${B}`,
    add('b', 11, C, 'up'),
    'link set dev a down',
    'link set dev eno1 up',
    'link set dev b down',
    'link set dev eno1 down',
    'link set dev b up',
    'link set dev eno1 up',
    'link set dev a up',
    'link del dev a',
    'link del dev b',
  ]);
});
