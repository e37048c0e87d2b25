import { describe, expect, it } from 'vitest';
import { autoMac } from '../../../src/model/mac.ts';
import {
  cutText,
  foldBy,
  hostsText,
  outliersFirst,
  shortNames,
  withoutAutoMacs,
} from '../../../src/render/fold-report.ts';
import { withoutAddress } from '../../../src/render/without-address.ts';
import { buildReport } from '../../../src/report/build.ts';
import { change, fieldChange, MAC_A, observedMacvtap, planned, WEB } from './builders.ts';

const names = (count: number) =>
  Array.from({ length: count }, (_, n) => `kvm${String(n + 1).padStart(3, '0')}`);

describe('folds', () => {
  it('keep the order of first appearance, and turn outliers to the front', () => {
    const folds = foldBy(['b1', 'a1', 'b2', 'c1'], (one) => one.slice(0, 1));
    expect(folds).toEqual([['b1', 'b2'], ['a1'], ['c1']]);
    expect(outliersFirst(folds)).toEqual([['a1'], ['c1'], ['b1', 'b2']]);
  });
});

describe('addresses', () => {
  it('that a name gave are auto, in the field and in the document; declared ones stay', () => {
    const mac = autoMac('hv01', 'web0');
    const where = { file: 'p.yaml', line: 1, column: 1 };
    const after = {
      name: 'web0',
      owner: 'default',
      disruption: 'refuse',
      where,
      fields: { ...WEB, mac },
    } as const;
    const changes = [
      change('create', 'web0', { after, fields: [fieldChange('mac', null, mac)] }),
      change('delete', 'web2', { before: observedMacvtap('web2', { ...WEB, mac: autoMac('hv01', 'web2') }) }),
      change('create', 'web1', { fields: [fieldChange('mac', null, MAC_A)] }),
    ];
    const [host] = buildReport('plan', [planned('hv01', { changes })]).hosts;
    if (!host) throw new Error('no host');
    const [auto, deleted, declared] = withoutAutoMacs(host).changes;
    expect(auto?.fields[0]?.after).toBe('auto');
    expect(auto?.after?.mac).toBe('auto');
    expect(deleted?.before?.mac).toBe('auto');
    expect(declared?.fields[0]?.after).toBe(MAC_A);
  });

  it('of a connection are taken out of its trouble', () => {
    expect(withoutAddress('no answer from 192.0.2.5:22 within 10 s')).toBe(
      'no answer from the host within 10 s',
    );
    expect(withoutAddress('sudo: asks')).toBe('sudo: asks');
  });
});

describe('names in a bounded space', () => {
  it('are all there where they fit', () => {
    expect(shortNames(names(480), 13)).toEqual({ text: 'kvm[001-480]', left: 0 });
  });

  it('are counted where they do not, as many as fit being shown', () => {
    const odd = names(480).filter((_, n) => n % 2 === 0);
    const { text, left } = shortNames(odd, 40);
    expect(text).toBe('kvm[001,003,005,007,009,011,013,015,017]');
    expect(left).toBe(240 - 9);
    expect(
      hostsText(
        odd.map((host) => ({ host })),
        10,
      ),
    ).toBe('kvm001 and 239 more hosts');
  });

  it('hold one name however long it is, cut', () => {
    expect(shortNames([`${'x'.repeat(30)}`, 'b'], 10)).toEqual({
      text: 'xxxxxxxxxx… (20 more characters)',
      left: 1,
    });
  });

  it('never part a pair of surrogates', () => {
    expect(cutText('ab\u{1f600}cd', 3)).toBe('ab… (4 more characters)');
    expect(cutText('abc', 3)).toBe('abc');
  });
});
