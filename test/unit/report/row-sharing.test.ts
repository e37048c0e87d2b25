import { expect, it } from 'vitest';
import { buildReport } from '../../../src/report/build.ts';
import { RowSharing } from '../../../src/report/row-sharing.ts';
import { change, fieldChange, MAC_A, MAC_B, mixedFleet, planned } from '../render/builders.ts';

const web = (mac: string) =>
  change('create', 'web0', {
    fields: [fieldChange('mode', null, 'bridge'), fieldChange('mac', null, mac as never)],
  });
const rows = buildReport('plan', [
  planned('a', { changes: [web(MAC_A)] }),
  planned('b', { changes: [web(MAC_B)] }),
  planned('c', { changes: [] }),
]).hosts;

it('changes nothing of what rows say, nor how they are written', () => {
  const sharing = new RowSharing();
  const all = [...rows, ...buildReport('plan', mixedFleet()).hosts];
  const shared = all.map((row) => sharing.share(row));
  expect(shared).toEqual(all);
  expect(JSON.stringify(shared)).toBe(JSON.stringify(all));
});

it('has one object for what is the same in two rows, and not for what is not', () => {
  const sharing = new RowSharing();
  const [a, b] = rows.map((row) => sharing.share(row).changes[0]);
  expect(a?.fields[0]).toBe(b?.fields[0]);
  expect(a?.holders).toBe(b?.holders);
  expect(a?.fields[1]).not.toEqual(b?.fields[1]);
});

it('tells fields apart that differ in anything', () => {
  const sharing = new RowSharing();
  const of = (field: ReturnType<typeof fieldChange>) => {
    const [row] = buildReport('plan', [
      planned('a', { changes: [change('update', 'web0', { fields: [field] })] }),
    ]).hosts;
    return row && sharing.share(row).changes[0]?.fields[0];
  };
  const base = of(fieldChange('mtu', 1500, 1400));
  expect(of(fieldChange('mtu', 1500, 1400))).toBe(base);
  for (const other of [
    fieldChange('mtu', 1400, 1400),
    fieldChange('mtu', '1500', 1400),
    fieldChange('mtu', 1500, null),
    fieldChange('mtu', 1500, 1400, { cause: 'drift' }),
    fieldChange('mtu', 1500, 1400, { replacementReason: 'so' }),
  ]) {
    expect(of(other)).not.toEqual(base);
  }
});
