/**
 * The simulated kernel on machines without a real one: the rules users of the model build on, and how it is used. What
 * is right was seen on kernel 6.18 with iproute2 6.1; the contract suite compares far more than this where it can.
 */
import { describe, expect, test } from 'vitest';
import { SimulatedKernel } from '../../../src/simulation/kernel.ts';

const MODES = ['private', 'vepa', 'bridge', 'passthru', 'source'];
const INVALID = { rc: 2, stdout: '', stderr: 'RTNETLINK answers: Invalid argument\n' };
const IN_USE = { rc: 2, stdout: '', stderr: 'RTNETLINK answers: Address already in use\n' };

function host(...lines: string[]): SimulatedKernel {
  const kernel = new SimulatedKernel();
  run(
    kernel,
    'link add name eno1 index 10 address 02:aa:aa:aa:aa:01 type veth peer name sw1 index 11',
    'link set dev sw1 up',
    'link set dev eno1 up',
    ...lines,
  );
  return kernel;
}

function run(kernel: SimulatedKernel, ...lines: string[]): void {
  for (const line of lines) expect(kernel.ip(line), line).toEqual({ rc: 0, stdout: '', stderr: '' });
}

function link(kernel: SimulatedKernel, name: string): Record<string, unknown> {
  const found = kernel.links().find((one) => one.ifname === name);
  if (found === undefined) throw new Error(`no link ${name}`);
  return found;
}

function info(kernel: SimulatedKernel, name: string): Record<string, unknown> {
  const { info_data } = link(kernel, name).linkinfo as { info_data: Record<string, unknown> };
  return info_data;
}

describe.each(MODES)('from mode %s', (from) => {
  test.each(MODES)('to mode %s', (to) => {
    const kernel = host(`link add link eno1 name m type macvtap mode ${from}`);
    const result = kernel.ip(`link set dev m type macvtap mode ${to}`);
    const possible = (from === 'passthru') === (to === 'passthru');
    expect(result).toEqual(possible ? { rc: 0, stdout: '', stderr: '' } : INVALID);
    expect(info(kernel, 'm').mode).toBe(possible ? to : from);
  });
});

test('a new macvtap prints the keys that ip prints, in its order', () => {
  const kernel = host(
    'link add link eno1 name web0 index 77 address 52:54:00:10:00:01 mtu 1400 txqueuelen 200 numtxqueues 2 ' +
      'numrxqueues 2 type macvtap mode bridge bcqueuelen 500',
    'link set dev web0 addrgenmode none',
    'link set dev web0 allmulticast on',
    "link set dev web0 alias 'tapfleet: x'",
    'link set dev web0 up',
  );
  expect(JSON.stringify(link(kernel, 'web0'))).toBe(
    '{"ifindex":77,"link":"eno1","ifname":"web0","flags":["BROADCAST","MULTICAST","ALLMULTI","UP","LOWER_UP"],' +
      '"mtu":1400,"qdisc":"pfifo_fast","operstate":"UP","linkmode":"DEFAULT","group":"default","txqlen":200,' +
      '"link_type":"ether","address":"52:54:00:10:00:01","broadcast":"ff:ff:ff:ff:ff:ff","promiscuity":0,' +
      '"allmulti":1,"min_mtu":68,"max_mtu":65535,"linkinfo":{"info_kind":"macvtap","info_data":{"mode":"bridge",' +
      '"bcqueuelen":500,"usedbcqueuelen":500}},"inet6_addr_gen_mode":"none","num_tx_queues":2,"num_rx_queues":2,' +
      '"gso_max_size":65536,"gso_max_segs":65535,"tso_max_size":524280,"tso_max_segs":65535,' +
      '"gro_max_size":65536,"ifalias":"tapfleet: x"}',
  );
});

test('keys that ip leaves out are left out', () => {
  const kernel = host(
    'link add link eno1 name m txqueuelen 0 type macvtap mode source',
    'link set dev m mtu 1200',
    "link set dev m alias 'x'",
    "link set dev m alias ''",
  );
  expect(link(kernel, 'm')).not.toHaveProperty('txqlen');
  expect(link(kernel, 'm')).not.toHaveProperty('ifalias');
  expect(link(kernel, 'm')).not.toHaveProperty('inet6_addr_gen_mode');
  expect(info(kernel, 'm')).toEqual({
    mode: 'source',
    bcqueuelen: 1000,
    usedbcqueuelen: 1000,
    macaddr_count: 0,
  });
});

test('an address that is taken is refused at up, not at add', () => {
  const kernel = host(
    'link add link eno1 name a address 02:00:00:00:00:01 up type macvtap',
    'link add link eno1 name b address 02:00:00:00:00:01 type macvtap',
  );
  expect(kernel.ip('link set dev b up')).toEqual(IN_USE);
  expect(kernel.ip('link add link eno1 name c address 02:aa:aa:aa:aa:01 up type macvtap')).toEqual(IN_USE);
  expect(kernel.ip('link set dev c up').rc).toBe(1);
});

test('passthru is alone, ties the addresses and gives the old one back', () => {
  const kernel = host('link add link eno1 name p address 02:00:00:00:00:01 type macvtap mode passthru');
  expect(link(kernel, 'p').address).toBe('02:aa:aa:aa:aa:01');
  expect(kernel.ip('link add link eno1 name q type macvlan mode bridge')).toEqual(INVALID);
  run(kernel, 'link set dev p address 02:00:00:00:00:02');
  expect(link(kernel, 'eno1').address).toBe('02:00:00:00:00:02');
  run(kernel, 'link del dev p');
  expect(link(kernel, 'eno1').address).toBe('02:aa:aa:aa:aa:01');
});

test('nopromisc toggled while down wraps the counter of the lower device, for good', () => {
  const kernel = host(
    'link add link eno1 name p type macvtap mode passthru',
    'link set dev p type macvtap mode passthru nopromisc',
    'link del dev p',
  );
  expect(link(kernel, 'eno1').promiscuity).toBe(4294967295);
});

test('allmulticast of passthru leaves a count behind when it was set while up', () => {
  const kernel = host(
    'link add link eno1 name p type macvtap mode passthru',
    'link set dev p up',
    'link set dev p allmulticast on',
    'link del dev p',
  );
  expect(link(kernel, 'eno1').allmulti).toBe(1);
});

test('a shrinking lower shrinks its macvtaps and does not grow them back', () => {
  const kernel = host(
    'link add link eno1 name m type macvtap',
    'link set dev eno1 mtu 1400',
    'link set dev eno1 mtu 9000',
  );
  expect(link(kernel, 'm').mtu).toBe(1400);
  expect(kernel.ip('link set dev m mtu 9001')).toEqual(INVALID);
});

test('an MTU below 1280 loses the IPv6 address mode, and growing brings back the default', () => {
  const kernel = host(
    'link add link eno1 name m type macvtap',
    'link set dev m addrgenmode none',
    'link set dev m mtu 1279',
    'link set dev m mtu 1500',
  );
  expect(link(kernel, 'm').inet6_addr_gen_mode).toBe('eui64');
});

test('leaving source mode flushes the list', () => {
  const kernel = host(
    'link add link eno1 name m type macvtap mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:02',
    'link set dev m type macvtap mode bridge',
    'link set dev m type macvtap mode source',
  );
  expect(info(kernel, 'm').macaddr_count).toBe(0);
});

test('a lower macvlan is flattened, a lower that goes takes all with it', () => {
  const kernel = host('link add link eno1 name a type macvlan', 'link add link a name b type macvtap');
  expect(link(kernel, 'b').link).toBe('eno1');
  run(kernel, 'link del dev eno1');
  expect(kernel.links().map((one) => one.ifname)).toEqual(['lo']);
});

test('a macvtap made without an address gets one that is local, unicast and always the same', () => {
  const kernel = host('link add link eno1 name m index 258 type macvtap');
  expect(link(kernel, 'm').address).toBe('0a:00:00:00:01:02');
});

test('ifindexes are given out from the first one asked for', () => {
  const kernel = new SimulatedKernel({ firstIndex: 500 });
  run(kernel, 'link add v0 type veth peer name v1');
  expect(kernel.links().map((one) => one.ifindex)).toEqual([1, 500, 501]);
});

test('a batch stops where it fails and keeps what came before', () => {
  const kernel = host();
  const result = kernel.batch(
    '# two macvtaps\nlink add link eno1 name a type macvtap\n\nlink add link eno1 name a type macvtap\nlink del dev a\n',
  );
  expect(result).toEqual({
    rc: 1,
    stdout: '',
    stderr: 'RTNETLINK answers: File exists\nCommand failed -:4\n',
  });
  expect(link(kernel, 'a').ifname).toBe('a');
});

test('an argument error ends a batch with 255 and no line number', () => {
  const result = host().batch('link set dev eno1 mtu abc\nlink del dev eno1\n');
  expect(result.rc).toBe(255);
  expect(result.stderr).toBe('Error: argument "abc" is wrong: Invalid "mtu" value\n\n');
});

test('a clone goes its own way', () => {
  const kernel = host('link add link eno1 name a address 02:00:00:00:00:01 type macvtap');
  const before = JSON.stringify(kernel.links());
  const copy = kernel.clone();
  expect(JSON.stringify(copy.links())).toBe(before);
  run(copy, 'link set dev a up', 'link set dev eno1 mtu 1400', 'link add link eno1 name b type macvtap');
  expect(JSON.stringify(kernel.links())).toBe(before);
  run(copy, 'link del dev eno1');
  expect(JSON.stringify(kernel.links())).toBe(before);
});

test('links are shown as ip shows them, all, of one kind, or one', () => {
  const kernel = host('link add link eno1 name m type macvtap');
  expect(JSON.parse(kernel.ip('-j -d link show').stdout)).toEqual(kernel.links());
  expect(JSON.parse(kernel.ip('-j -d link show type macvtap').stdout)).toEqual([link(kernel, 'm')]);
  expect(JSON.parse(kernel.ip('-j -d link show dev eno1').stdout)).toEqual([link(kernel, 'eno1')]);
  expect(kernel.ip('-j -d link show dev nope').stderr).toBe('Device "nope" does not exist.\n');
});

test('what is not modelled is an error of the test, never an answer', () => {
  expect(() => host().ip('link set dev eno1 netns other')).toThrow('"netns" of ip link is not modelled');
  expect(() => host().ip('link show')).toThrow('JSON only');
});
