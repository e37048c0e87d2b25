import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compressNames } from '../../../src/render/host-names.ts';

test.each<[readonly string[], string]>([
  [[], ''],
  [['hv01'], 'hv01'],
  [['hv01', 'hv02', 'hv03'], 'hv[01-03]'],
  [['hv03', 'hv01', 'hv02'], 'hv[01-03]'],
  [['hv1', 'hv2', 'hv10', 'hv11'], 'hv[1-2,10-11]'],
  [['hv9', 'hv10'], 'hv[9-10]'],
  [['hv099', 'hv100', 'hv101'], 'hv[099-101]'],
  [['hv1', 'hv01'], 'hv1,hv01'],
  [['hv01', 'web', 'hv02', 'db1'], 'hv[01-02],web,db1'],
  [['a1.dc2.example', 'a2.dc2.example', 'a3.dc2.example'], 'a[1-3].dc2.example'],
  [['r1n1', 'r1n2', 'r2n1', 'r2n2'], 'r1n[1-2],r2n[1-2]'],
  [['10.0.0.1', '10.0.0.2', '10.0.0.7'], '10.0.0.[1-2,7]'],
  [['99999999999999999999', '99999999999999999998'], '99999999999999999999,99999999999999999998'],
])('%j → %s', (names, expected) => {
  expect(compressNames(names)).toBe(expected);
});

/** What a person reads off. */
function expand(text: string): string[] {
  return text.split(/,(?![^[]*\])/).flatMap((piece) => {
    const [, before = '', runs, after = ''] = /^(.*?)\[([^\]]*)\](.*)$/.exec(piece) ?? [];
    if (runs === undefined) return piece === '' ? [] : [piece];
    return runs.split(',').flatMap((run) => {
      const [low = '', high = low] = run.split('-');
      return Array.from({ length: Number(high) - Number(low) + 1 }, (_, n) =>
        [before, String(Number(low) + n).padStart(low.length, '0'), after].join(''),
      );
    });
  });
}

test('every name can be read off again, and no other', () => {
  const name = fc.stringMatching(/^[ab]?\d{0,3}(\.[cd]\d{1,2})?$/).filter((one) => one !== '');
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 60 }), (names) => {
      expect(expand(compressNames(names)).sort()).toEqual([...names].sort());
    }),
  );
});
