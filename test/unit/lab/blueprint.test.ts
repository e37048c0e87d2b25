import { describe, expect, it } from 'vitest';
import {
  burnIndexesBatch,
  hostBatch,
  hostName,
  INDEX_STRIDE,
  labMac,
  MAX_HOSTS,
} from '../../../src/lab/blueprint.ts';
import { readMac } from '../../../src/model/mac.ts';
import { SimulatedKernel } from '../../../src/simulation/kernel.ts';

describe('blueprint', () => {
  it('names hosts with two digits', () => {
    expect([1, 9, 10, MAX_HOSTS].map(hostName)).toEqual(['lab01', 'lab09', 'lab10', 'lab50']);
  });

  it('gives every device of every host an address of its own that an interface may have', () => {
    const all = Array.from({ length: MAX_HOSTS }, (_, i) => i + 1).flatMap((host) =>
      [0, 1, 2].flatMap((part) => [0, 1, 2, 3, 4].map((n) => labMac(host, part, n))),
    );
    expect(new Set(all).size).toBe(all.length);
    expect(all.map((mac) => readMac(mac))).toEqual(all.map((mac) => ({ mac })));
  });

  it('makes uplinks that are up, one of them jumbo, and one that is a bridge port', () => {
    const kernel = new SimulatedKernel();
    expect(kernel.batch(hostBatch(2))).toMatchObject({ rc: 0, stderr: '' });
    const links = new Map(kernel.links().map((link) => [link.ifname, link]));
    expect([1, 2, 3, 4].map((n) => links.get(`eno${n}`)?.operstate)).toEqual(['UP', 'UP', 'UP', 'UP']);
    expect([1, 2, 3, 4].map((n) => links.get(`eno${n}`)?.mtu)).toEqual([1500, 1500, 9000, 1500]);
    expect([1, 2, 3, 4].map((n) => links.get(`eno${n}`)?.master)).toEqual([
      undefined,
      undefined,
      undefined,
      'br0',
    ]);
    expect(links.get('eno1')?.address).toBe('02:7f:00:02:00:01');
    expect(kernel.ip('link add link eno3 name big mtu 9000 type macvtap').rc).toBe(0);
    expect(kernel.ip('link add link eno4 name bad type macvtap').rc).toBe(2);
  });

  it('burns as many indexes as asked, and leaves nothing behind by it', () => {
    expect(burnIndexesBatch(0)).toBe('');
    const kernel = new SimulatedKernel();
    const before = kernel.links().length;
    expect(kernel.batch(burnIndexesBatch(INDEX_STRIDE))).toMatchObject({ rc: 0 });
    expect(kernel.links()).toHaveLength(before);
    kernel.ip('link add next type bridge');
    expect(kernel.links().find(({ ifname }) => ifname === 'next')?.ifindex).toBe(2 + INDEX_STRIDE);
  });
});
