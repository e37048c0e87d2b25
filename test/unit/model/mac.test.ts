/** Which texts are addresses, what is said of the others, and what derived ones look like. */
import { describe, expect, test } from 'vitest';
import { autoMac, observedMac, readMac, temporaryMac } from '../../../src/model/mac.ts';

describe('readMac', () => {
  test.each([
    ['52:54:00:10:00:01', '52:54:00:10:00:01'],
    ['52-54-00-10-00-01', '52:54:00:10:00:01'],
    ['  AA:BB:CC:DD:EE:F0 ', 'aa:bb:cc:dd:ee:f0'],
    ['02:00:00:00:00:00', '02:00:00:00:00:00'],
  ])('takes %j', (text, mac) => {
    expect(readMac(text)).toEqual({ mac });
  });

  test.each([
    ['00:00:00:00:00:00', /zero address/],
    ['01:00:5e:00:00:01', /multicast/],
    ['ff:ff:ff:ff:ff:ff', /multicast/],
    ['52:54:00:10:00', /has 5 bytes/],
    ['52:54:00:10:00:01:02', /has 7 bytes/],
    ['2:1:2:3:4:5', /is not a MAC/],
    ['5254.0010.0001', /is not a MAC/],
    ['', /is not a MAC/],
    ['52:54:00:10:00:0g', /is not a MAC/],
    ['52:54:00:10:00:01\n52', /is not a MAC/],
  ])('refuses %j', (text, problem) => {
    expect(readMac(text)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('derived addresses', () => {
  test('are the same in every run', () => {
    expect(autoMac('hv01', 'web0')).toBe(autoMac('hv01', 'web0'));
    expect(autoMac('hv01', 'web0')).toBe('06:80:fe:af:18:f9');
  });

  test('differ by host and by interface, and one’s end is not the other’s beginning', () => {
    const all = [
      autoMac('hv01', 'web0'),
      autoMac('hv02', 'web0'),
      autoMac('hv01', 'web1'),
      autoMac('hv0', '1web0'),
    ];
    expect(new Set(all).size).toBe(4);
  });

  test('are unicast and locally administered', () => {
    for (let n = 0; n < 500; n++) {
      const first = Number.parseInt(autoMac(`h${n}`, 'web0').slice(0, 2), 16);
      expect(first & 3).toBe(2);
    }
  });

  test('a temporary one is another than the lasting one', () => {
    const all = [autoMac('hv01', 'web0'), temporaryMac('hv01', 'web0', 0), temporaryMac('hv01', 'web0', 1)];
    expect(new Set(all).size).toBe(3);
  });

  test('an observed address only loses its case', () => {
    expect(observedMac('52:54:00:AA:00:01')).toBe('52:54:00:aa:00:01');
  });
});
