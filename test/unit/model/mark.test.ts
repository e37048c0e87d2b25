/** The mark on an interface: written, read back, and what is no mark of ours. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Mac } from '../../../src/model/mac.ts';
import type { MacvtapFields } from '../../../src/model/macvtap.ts';
import { aliasRoom, encodeField, MAX_ALIAS_BYTES, readMark, writeMark } from '../../../src/model/mark.ts';
import { DECLARED } from '../../support/builders.ts';

const WIDEST: Partial<MacvtapFields> = {
  lower: 'enp129s0f0np0v9',
  mode: 'passthru',
  nopromisc: false,
  mac: '52:54:00:10:00:01' as Mac,
  mtu: 65535,
  txqueuelen: 4294967295,
  bcqueuelen: 4294967295,
  queues: 4096,
  addrgenmode: 'stable_secret',
  allmulticast: true,
  promisc: true,
  alias: 'x',
  state: 'down',
};

describe('writing', () => {
  test('says what was applied, field by field, in a form that people read', () => {
    expect(writeMark('default', { ...DECLARED, mtu: 1500, alias: 'db' }, 'db')).toBe(
      'tapfleet:1 owner=default lower=eno1 mode=bridge mac=52:54:00:10:00:01 mtu=1500 agm=none allmulti=1 ' +
        'alias=7bdc25d169 state=up -- db',
    );
  });

  test('a claim has the owner alone', () => {
    expect(writeMark('team-a', undefined, '')).toBe('tapfleet:1 owner=team-a');
  });

  test('fills 255 bytes and no more', () => {
    const { room } = aliasRoom('default', DECLARED, '');
    expect(Buffer.byteLength(writeMark('default', DECLARED, 'x'.repeat(room)))).toBe(MAX_ALIAS_BYTES);
    expect(() => writeMark('default', DECLARED, 'x'.repeat(room + 1))).toThrow(RangeError);
  });

  test('counts bytes, not letters', () => {
    expect(aliasRoom('default', DECLARED, 'é#').needed).toBe(2 + 3);
  });

  test('every field that may stand together fits at its widest with the longest owner', () => {
    expect(aliasRoom('o'.repeat(32), WIDEST, '').room).toBeGreaterThanOrEqual(0);
  });

  test('room below zero is said, not thrown: a lower device may go by a name of 127 bytes', () => {
    expect(aliasRoom('default', { ...WIDEST, lower: 'n'.repeat(127) }, '').room).toBeLessThan(0);
  });
});

describe('entries kept from an earlier mark', () => {
  const kept = (mtu: string) => writeMark('default', { lower: 'eno1' }, '', new Map([['mtu', mtu]]));

  test('stand where their field stands, and not where the field is written anew', () => {
    expect(kept('1400')).toBe('tapfleet:1 owner=default lower=eno1 mtu=1400');
    expect(writeMark('default', { mtu: 1500 }, '', new Map([['mtu', '1400']]))).toContain('mtu=1500');
  });

  test.each(['"', '#', "'", '\\', '\n', '1 2', 'é', '\u0007'])(
    '%j cannot go back into a line of ip -batch',
    (sign) => {
      expect(kept(`1${sign}4`)).toBe('tapfleet:1 owner=default lower=eno1');
    },
  );
});

describe('reading', () => {
  test('gives back owner, fields and text', () => {
    const text = 'say "hi" #1, it’s 50% \\ done\n\ttab \u0085 -- end ';
    const mark = readMark(writeMark('default', { ...DECLARED, source_macs: [] }, text));
    expect(mark?.owner).toBe('default');
    expect(mark?.text).toBe(text);
    expect(mark?.applied.get('lower')).toBe('eno1');
    expect(mark?.applied.get('source_macs')).toBe('0');
    expect(mark?.applied.get('allmulticast')).toBe('1');
    expect(mark?.applied.has('mtu')).toBe(false);
  });

  test('any text comes back as it was, in words that `ip -batch` passes on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        const alias = writeMark('default', { lower: 'eno1' }, text);
        expect(alias).not.toMatch(/["'#\\\u0000-\u001f\u007f]/);
        expect(readMark(alias)?.text).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('a text that looks like a mark changes nothing of the mark', () => {
    const mark = readMark(writeMark('default', DECLARED, 'tapfleet:1 owner=evil mode=source -- x'));
    expect(mark?.owner).toBe('default');
    expect(mark?.applied.get('mode')).toBe('bridge');
  });

  test.each([
    [''],
    ['tapfleet'],
    ['tapfleet:'],
    ['tapfleet: owner=default'],
    ['tapfleet:0 owner=default'],
    ['tapfleet:-1 owner=default'],
    ['tapfleet:1.5 owner=default'],
    ['tapfleet:0x1 owner=default'],
    ['tapfleet:1e0 owner=default'],
    ['tapfleet:x owner=default'],
    ['tapfleet:1'],
    ['tapfleet:1 owner='],
    ['tapfleet:1 -- owner=default'],
    [' tapfleet:1 owner=default'],
    ['Tapfleet:1 owner=default'],
    ['mvt:v1 owner=fleet-a hash=0123456789abcdef'],
    ['see tapfleet:1 owner=default'],
  ])('%j is no mark: the interface is foreign', (alias) => {
    expect(readMark(alias)).toBeUndefined();
  });

  test('words it does not know are passed over, as a later version may write them', () => {
    const mark = readMark('tapfleet:2 owner=default mode=bridge colour=blue = x =y -- t');
    expect([mark?.version, mark?.owner, [...(mark?.applied ?? [])], mark?.text]).toEqual([
      2,
      'default',
      [['mode', 'bridge']],
      't',
    ]);
  });
});

describe('encodeField', () => {
  const [a, b] = ['02:00:00:00:00:01', '02:00:00:00:00:02'] as Mac[];
  test.each([
    ['boolean true', encodeField('promisc', true), '1'],
    ['boolean false', encodeField('promisc', false), '0'],
    ['number', encodeField('mtu', 1500), '1500'],
    ['empty list', encodeField('source_macs', []), '0'],
    ['one source', encodeField('source_macs', [a as Mac]), '02:00:00:00:00:01'],
    [
      'two sources',
      encodeField('source_macs', [a as Mac, b as Mac]),
      expect.stringMatching(/^2:[0-9a-f]{10}$/),
    ],
    ['queues that differ', encodeField('queues', '4/1'), '4/1'],
  ])('%s', (_title, encoded, expected) => {
    expect(encoded).toEqual(expected);
  });
});
