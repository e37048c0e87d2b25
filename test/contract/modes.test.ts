/** Which modes may follow each other, what passthru excludes, and what nopromisc does to the lower device. */
import { describe, expect, test } from 'vitest';
import { netnsSupport } from '../support/netns.ts';
import { compareLines } from './harness.ts';

const MODES = ['private', 'vepa', 'bridge', 'passthru', 'source'];
const ADD = 'link add link eno1 name m index $10 address 02:00:00:00:00:01';

test('a namespace can be made, or the reason is said', async () => {
  const { available, reason } = await netnsSupport();
  if (process.env.CI === 'true') expect(available, reason).toBe(true);
  else expect(available || reason !== '').toBe(true);
});

describe.each(['down', 'up'])('a macvtap that is %s', (state) => {
  test.concurrent.for(MODES)('goes from %s to every mode', async (from, context) => {
    const one = (to: string) => [
      `${ADD} type macvtap mode ${from}`,
      `link set dev m ${state}`,
      `link set dev m type macvtap mode ${to}`,
      'link del dev m',
    ];
    await compareLines(context, MODES.flatMap(one));
  });

  test.concurrent('toggles nopromisc, counting on the lower device', async (context) => {
    await compareLines(context, [
      `${ADD} type macvtap mode passthru`,
      `link set dev m ${state}`,
      'link set dev m type macvtap mode passthru nopromisc',
      'link set dev m type macvtap mode passthru',
      'link set dev m type macvtap mode passthru nopromisc',
      'link set dev m type macvtap mode passthru flag null',
      'link set dev m type macvtap mode passthru flag null',
      'link set dev m up',
      'link set dev m down',
      'link set dev m type macvtap flag nodst',
      'link del dev m',
    ]);
  });

  test.concurrent('toggles nopromisc the other way round', async (context) => {
    await compareLines(context, [
      `${ADD} type macvtap mode passthru nopromisc`,
      `link set dev m ${state}`,
      'link set dev m type macvtap mode passthru flag null',
      'link set dev m type macvtap mode passthru nopromisc',
      'link set dev m type macvtap bcqueuelen 7',
      'link set dev m up',
      'link del dev m',
    ]);
  });

  test.concurrent('keeps and changes nodst', async (context) => {
    await compareLines(context, [
      `${ADD} type macvtap mode source flag nodst`,
      `link set dev m ${state}`,
      'link set dev m type macvtap mode bridge',
      'link set dev m type macvtap flag null',
      'link set dev m type macvtap mode private nodst',
      'link set dev m type macvtap mode vepa flag null flag nodst',
      'link set dev m type macvtap flag null',
    ]);
  });
});

test.concurrent('a counter that wrapped refuses to be taken', async (context) => {
  await compareLines(context, [
    `${ADD} type macvtap mode passthru`,
    'link set dev m type macvtap mode passthru nopromisc',
    'link set dev m type macvtap mode passthru flag null',
    'link set dev m up',
    'link set dev m down',
    'link del dev m',
    `${ADD} type macvtap mode bridge`,
    'link set dev m up',
    'link set dev m promisc on',
    'link set dev eno1 promisc on',
    'link set dev m down',
  ]);
});

describe.each(['macvtap', 'macvlan'])('a %s', (kind) => {
  test.concurrent.for(MODES)('is created as %s, with flags and lists', async (mode, context) => {
    await compareLines(context, [
      `${ADD} type ${kind} mode ${mode}`,
      'link del dev m',
      `${ADD} up type ${kind} mode ${mode} nopromisc`,
      `${ADD} up type ${kind} mode ${mode} flag nodst`,
      'link del dev m',
      `${ADD} type ${kind} mode ${mode} bcqueuelen 0`,
      'link del dev m',
      `${ADD} type ${kind} mode ${mode} macaddr set 02:00:00:00:01:01 02:00:00:00:01:02`,
      'link del dev m',
      `${ADD} type ${kind} mode ${mode} macaddr add 02:00:00:00:01:01 bcqueuelen 17`,
      `${ADD} type ${kind}`,
    ]);
  });

  test.concurrent.for(MODES)('in passthru stays alone, next to a %s', async (mode, context) => {
    const second = 'link add link eno1 name n index $11 address 02:00:00:00:00:02 type macvtap mode';
    await compareLines(context, [
      `${ADD} type ${kind} mode passthru`,
      `${second} ${mode}`,
      'link del dev m',
      `${ADD} type ${kind} mode ${mode}`,
      `${second} passthru`,
      `${second} passthru nopromisc`,
      'link del dev m',
      `${second} passthru`,
      'link add link eno2 name o index $12 address 02:00:00:00:00:03 type macvlan mode passthru',
    ]);
  });
});
