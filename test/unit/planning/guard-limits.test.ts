/** When is a plan too much? Deletions against what is owned, and a host for which nothing is declared at all. */
import { expect, test } from 'vitest';
import { planHost } from '../../../src/planning/plan-host.ts';
import { absent, DECLARED, manifestOf, observedOf, rawLink, rawTap, wanted } from '../../support/builders.ts';

/** `owned` interfaces of ours, of which `kept` stay. */
function limits(owned: number, kept: number, maxDelete?: number, named = 0): string[] {
  const names = Array.from({ length: owned }, (_, n) => `m${n}`);
  const address = (n: number) => `52:54:00:00:00:${n.toString(16).padStart(2, '0')}`;
  const links = names.map((name, n) =>
    rawTap(name, {}, { address: address(n), ifalias: 'tapfleet:1 owner=default' }),
  );
  const foreign = rawTap('libvirt0', {}, { address: '52:54:00:00:01:00' });
  const other = rawTap('theirs', {}, { address: '52:54:00:00:01:01', ifalias: 'tapfleet:1 owner=them' });
  const present = names
    .slice(0, kept)
    .map((name, n) => wanted(name, { ...DECLARED, mac: address(n) as never }));
  const gone = names.slice(kept, kept + named).map((name) => absent(name));
  const plan = planHost(
    manifestOf('hv', present, gone),
    observedOf([rawLink('eno1'), ...links, foreign, other]),
    { allowDisruption: true, ...(maxDelete === undefined ? {} : { maxDelete }) },
  );
  if (plan.refusals.length > 0) expect(plan.steps).toEqual([]);
  return plan.refusals.map(({ kind, message }) => `${kind}: ${message}`);
}

test.each<[string, number, number, number | undefined, number, string[]]>([
  ['five of six', 6, 1, undefined, 0, []],
  [
    'six of seven',
    7,
    1,
    undefined,
    0,
    [
      'prune-limit: the plan would delete 6 of 7 owned interfaces, more than 5: if that is meant, say --max-delete 6',
    ],
  ],
  ['half of twenty', 20, 10, undefined, 0, []],
  [
    'more than half of twenty',
    20,
    9,
    undefined,
    0,
    [
      'prune-limit: the plan would delete 11 of 20 owned interfaces, more than 10: if that is meant, say --max-delete 11',
    ],
  ],
  ['more than half, said', 20, 9, 11, 0, []],
  [
    'a number that is too small',
    3,
    1,
    1,
    0,
    [
      'prune-limit: the plan would delete 2 of 3 owned interfaces, more than 1: if that is meant, say --max-delete 2',
    ],
  ],
  [
    'none allowed',
    1,
    0,
    0,
    0,
    [
      'prune-limit: the plan would delete 1 of 1 owned interfaces, more than 0: if that is meant, say --max-delete 1',
    ],
  ],
  [
    'nothing declared',
    1,
    0,
    undefined,
    0,
    [
      'prune-limit: the plays declare no interface for this host, which would delete all 1 it has: if that is meant, say --max-delete 1',
    ],
  ],
  ['nothing declared, said', 1, 0, 1, 0, []],
  ['absent by name', 2, 0, undefined, 2, []],
  ['nothing there to delete', 0, 0, undefined, 0, []],
])('%s', (_title, owned, kept, maxDelete, named, expected) => {
  expect(limits(owned, kept, maxDelete, named)).toEqual(expected);
});
