/**
 * Long walks of random lines, compared after each: what no author of cases thought of. The seed is in the test's name;
 * TAPFLEET_WALK_SEED repeats one.
 */
import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { compareLines } from './harness.ts';

const WALKS = 3;
const LINES_PER_WALK = 150;
const FIRST_SEED = Number(process.env.TAPFLEET_WALK_SEED ?? randomInt(2 ** 31));
const SEEDS = Array.from({ length: WALKS }, (_, i) => FIRST_SEED + i);

const NAMES = ['a', 'b', 'c', 'd'] as const;
const LOWERS = ['eno1', 'eno1', 'eno2', 'a'];
const MODES = ['private', 'vepa', 'bridge', 'source', 'passthru', 'passthru nopromisc'];
const ADDRESSES = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03', '02:aa:aa:aa:aa:01'];
const MTUS = ['1200', '1280', '1400', '1500', '1600', '9000', '60'];

test.concurrent.for(SEEDS)('a walk from seed %i', async (seed, context) => {
  const random = mulberry32(seed);
  await compareLines(context, [
    ...Array.from({ length: LINES_PER_WALK }, () => randomLine(random)),
    // A wrapped counter would otherwise outlive the macvtaps unseen.
    'link del dev eno1',
    'link del dev eno2',
  ]);
});

type Random = () => number;

function randomLine(random: Random): string {
  const name = pick(random, NAMES);
  const kind = random() < 0.8 ? 'macvtap' : 'macvlan';
  const lower = random() < 0.15 ? pick(random, ['eno1', 'eno2']) : name;
  const choice = random();
  if (choice < 0.25) return randomAdd(random, name, kind);
  if (choice < 0.31) return `link del dev ${name}`;
  if (choice < 0.32) return `link del group ${1 + Math.floor(random() * 2)}`;
  if (choice < 0.34) return `link set dev sw${pick(random, ['1', '2'])} ${pick(random, ['up', 'down'])}`;
  if (choice < 0.36)
    return `link property ${pick(random, ['add', 'del'])} dev ${name} altname ${pick(random, ['e', 'a'])}`;
  if (choice < 0.45) return `link set dev ${name} type ${kind} mode ${pick(random, MODES)}`;
  if (choice < 0.52) return `link set dev ${name} type macvtap ${randomOption(random)}`;
  return `link set dev ${lower} ${randomAttribute(random)}`;
}

function randomAdd(random: Random, name: (typeof NAMES)[number], kind: string): string {
  const mtu = random() < 0.2 ? ` mtu ${pick(random, MTUS)}` : '';
  const up = random() < 0.3 ? ' up' : '';
  const where = `link ${pick(random, LOWERS)} name ${name} index $${10 + NAMES.indexOf(name)}`;
  return `link add ${where} address ${pick(random, ADDRESSES)}${mtu}${up} type ${kind} mode ${pick(random, MODES)}`;
}

function randomOption(random: Random): string {
  const address = pick(random, ADDRESSES);
  return pick(random, [
    `macaddr add ${address}`,
    `macaddr del ${address}`,
    `macaddr set ${address} ${pick(random, ADDRESSES)}`,
    'macaddr flush',
    `bcqueuelen ${Math.floor(random() * 2000)}`,
    'flag nodst',
    'flag null',
    'mode passthru flag null',
  ]);
}

function randomAttribute(random: Random): string {
  return pick(random, [
    'up',
    'up',
    'down',
    `mtu ${pick(random, MTUS)}`,
    `address ${pick(random, ADDRESSES)}`,
    `txqueuelen ${Math.floor(random() * 3) * 250}`,
    `promisc ${pick(random, ['on', 'off'])}`,
    `allmulticast ${pick(random, ['on', 'off'])}`,
    `addrgenmode ${pick(random, ['none', 'eui64', 'random'])}`,
    `group ${Math.floor(random() * 3)}`,
    `name ${pick(random, [...NAMES, 'e'])}`,
    `alias ${pick(random, ["''", "'x y'", 'z'])}`,
  ]);
}

function pick<T>(random: Random, values: readonly [T, ...T[]] | readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
}

/** A small generator that is the same everywhere (public domain, Tommy Ettinger). */
function mulberry32(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
