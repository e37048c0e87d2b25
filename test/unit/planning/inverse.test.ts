/**
 * Does what takes a step back give back the state before? Laws over random hosts of the simulated kernel: after any
 * number of steps, with the position known and unknown.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchLine } from '../../../src/iproute/batch.ts';
import type { PlannedHost } from '../../../src/model/plan.ts';
import type { Inverse } from '../../../src/model/transaction.ts';
import { inverseOf } from '../../../src/planning/inverse.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import type { SimulatedKernel } from '../../../src/simulation/kernel.ts';
import { type Scene, scenes } from '../../support/arbitraries.ts';
import {
  MAC_1,
  MAC_2,
  MAC_3,
  manifestOf,
  observedOf,
  rawLink,
  rawTap,
  wanted,
} from '../../support/builders.ts';
import { kernelWith, LOWER_MACS } from '../../support/model-build.ts';
import { observe } from '../../support/model-host.ts';

const RUNS = { numRuns: Number(process.env.TAPFLEET_LAW_RUNS ?? 300) };
const FREE = { allowDisruption: true, maxDelete: 99 };

function start(scene: Scene): { kernel: SimulatedKernel; plan: PlannedHost; lines: string[] } {
  const kernel = kernelWith(scene.taps);
  const plan = planHost(scene.manifest, observe(kernel), FREE);
  // An alias that no batch line can carry is put back by a command of its own, in the program.
  fc.pre([...plan.observed.macvtaps.values()].every(({ rawAlias }) => !/["#\\\n]/.test(rawAlias)));
  // One of two that share a MAC, which the kernel takes only while it is being made or the other is down, cannot have it
  // again while the other is up: the report then says so.
  const macs = [...plan.observed.links.values()].flatMap((link) =>
    link.mode === undefined || link.mode === 'passthru' ? [] : [`${link.lower} ${link.mac}`],
  );
  for (const [lower, mac] of Object.entries(LOWER_MACS)) macs.push(`${lower} ${mac}`);
  fc.pre(new Set(macs).size === macs.length);
  return { kernel, plan, lines: plan.steps.map(({ operation }) => batchLine(operation)) };
}

/** As `ip -force -batch`: what is refused is passed over. */
function takeBack(kernel: SimulatedKernel, inverse: readonly Inverse[], keep: ReadonlySet<string>): string[] {
  const lines = inverse.flatMap(({ operations }) => operations.map(batchLine));
  const refused: string[] = [];
  for (const line of lines) {
    if (!keep.has(line) && kernel.ip(line).rc !== 0) refused.push(line);
  }
  return refused;
}

/** In name order: an interface that is made again stands behind the others. */
function linksOf(kernel: SimulatedKernel): unknown[] {
  return [...kernel.links()].sort((a, b) => (String(a.ifname) < String(b.ifname) ? -1 : 1)).map(canonical);
}

/** A set has no order. */
function canonical(link: Readonly<Record<string, unknown>>): unknown {
  const copy = structuredClone(link) as { linkinfo?: { info_data?: { macaddr_data?: string[] } } };
  copy.linkinfo?.info_data?.macaddr_data?.sort();
  return copy;
}

test('steps, then the inverse of those that were made, give back every link', () => {
  fc.assert(
    fc.property(scenes, fc.nat({ max: 60 }), (scene, at) => {
      const { kernel, plan, lines } = start(scene);
      const before = linksOf(kernel);
      let made = 0;
      const due = at % (lines.length + 1);
      while (made < due && kernel.ip(lines[made] ?? '').rc === 0) made++;
      const inverse = inverseOf(plan.steps, plan.observed).filter(({ step }) => step <= made);
      const refused = takeBack(kernel, inverse, new Set());
      expect({ links: linksOf(kernel), refused, lines: lines.slice(0, made) }).toMatchObject({
        links: before,
      });
    }),
    RUNS,
  );
});

test('where it is not known how many were made, all inverses give back every link, and no original goes', () => {
  fc.assert(
    fc.property(scenes, fc.nat({ max: 60 }), (scene, at) => {
      const { kernel, plan, lines } = start(scene);
      const before = linksOf(kernel);
      for (const line of lines.slice(0, at % (lines.length + 1))) kernel.ip(line);
      const now = observe(kernel);
      const keep = plan.changes.flatMap(({ action, before: there }) =>
        action === 'replace' && there && now.links.get(there.name)?.ifindex === there.ifindex
          ? [`link del dev ${there.name}`]
          : [],
      );
      takeBack(kernel, inverseOf(plan.steps, plan.observed), new Set(keep));
      expect({ links: linksOf(kernel), made: lines.slice(0, at % (lines.length + 1)) }).toMatchObject({
        links: before,
      });
    }),
    RUNS,
  );
});

describe('one by one', () => {
  const links = [
    rawLink('eno1'),
    rawTap(
      't0',
      { mode: 'source', macaddr_data: [MAC_2] },
      { mtu: 1500, ifalias: 'x "y"', group: '7', altnames: ['ens1.web', 'a#b', 'x'.repeat(128)] },
    ),
    rawTap('p0', { mode: 'passthru' }, { address: MAC_1 }),
  ];
  const observed = observedOf(links);
  const back = (...operations: Parameters<typeof batchLine>[0][]) =>
    inverseOf(
      operations.map((operation) => ({ interfaces: ['t0'], operation })),
      observed,
    ).flatMap((one) => one.operations);

  test('the last is undone first, and counted as ip counts', () => {
    const steps = [
      { interfaces: ['t0'], operation: { op: 'mtu', name: 't0', value: 1400 } },
      { interfaces: ['t0'], operation: { op: 'promisc', name: 't0', on: true } },
    ] as const;
    expect(inverseOf(steps, observed).map(({ step }) => step)).toEqual([2, 1]);
  });

  test('MACs that moved step aside first and then go home, those that are down first', () => {
    const more = rawTap('t1', {}, { address: MAC_3, flags: ['BROADCAST'] });
    const steps = [
      { interfaces: ['t0'], operation: { op: 'mac', name: 't0', mac: MAC_3 } },
      { interfaces: ['t1'], operation: { op: 'mac', name: 't1', mac: MAC_1 } },
    ] as const;
    const inverse = inverseOf(steps, observedOf([...links, more]));
    expect(inverse.map((one) => one.operations.map(batchLine).join('; '))).toEqual([
      expect.stringMatching(/^link set dev t1 address [0-9a-f:]+$/),
      expect.stringMatching(
        `^link set dev t0 address [0-9a-f:]+; link set dev t1 address ${MAC_3}; link set dev t0 address ${MAC_1}$`,
      ),
    ]);
    expect(back({ op: 'mac', name: 't0', mac: MAC_2 })).toEqual([{ op: 'mac', name: 't0', mac: MAC_1 }]);
  });

  test('a passthru is down while its allmulticast goes back', () => {
    const plan = planHost(
      manifestOf('hv', [wanted('p0', { mode: 'passthru', allmulticast: false })], [], []),
      observedOf(links.filter(({ ifname }) => ifname !== 't0')),
      FREE,
    );
    expect(plan.steps.map(({ operation }) => batchLine(operation)).slice(0, 3)).toEqual([
      'link set dev p0 down',
      'link set dev p0 allmulticast off',
      'link set dev p0 up',
    ]);
    const lines = inverseOf(plan.steps, plan.observed).flatMap((one) => one.operations.map(batchLine));
    expect(lines.slice(1)).toEqual([
      'link set dev p0 down',
      'link set dev p0 allmulticast on',
      'link set dev p0 up',
    ]);
  });

  test('an MTU below 1280 takes IPv6 with it, so its mode comes back too', () => {
    expect(back({ op: 'mtu', name: 't0', value: 1000 })).toEqual([
      { op: 'mtu', name: 't0', value: 1500 },
      { op: 'addrgenmode', name: 't0', value: 'none' },
      { op: 'flush-link-local', name: 't0' },
    ]);
  });

  test('a deletion gives back everything that can be seen, the ifindex too', () => {
    const lines = back({ op: 'delete', name: 't0' }).filter(({ op }) => op !== 'alias');
    expect(lines.map(batchLine)).toEqual([
      'link add link eno1 name t0 index 3 address 52:54:00:10:00:01 txqueuelen 500 numtxqueues 1 numrxqueues 1 type macvtap mode source bcqueuelen 1000',
      'link set dev t0 addrgenmode none',
      'link set dev t0 mtu 1500',
      'link set dev t0 allmulticast on',
      `link set dev t0 type macvtap macaddr add ${MAC_2}`,
      'link set dev t0 group 7',
      'link property add dev t0 altname ens1.web',
      'link set dev t0 up',
    ]);
  });

  test('a length that ip cannot say is left out: an argument error would end the whole way back', () => {
    const long = observedOf([rawLink('eno1'), rawTap('t0', {}, { txqlen: -1 })]);
    const lines = inverseOf([{ interfaces: ['t0'], operation: { op: 'delete', name: 't0' } }], long);
    expect(lines.flatMap((one) => one.operations.map(batchLine)).join('\n')).not.toContain('txqueuelen');
  });

  test('what is made goes as a whole', () => {
    const made = { op: 'add', name: 'n0', fields: { lower: 'eno1', mode: 'vepa' } } as const;
    expect(back(made, { op: 'mtu', name: 'n0', value: 1400 })).toEqual([{ op: 'delete', name: 'n0' }]);
  });
});
