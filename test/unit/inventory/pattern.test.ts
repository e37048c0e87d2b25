import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadLimit } from '../../../src/inventory/limit-file.ts';
import { limitHosts, matchHosts } from '../../../src/inventory/pattern.ts';
import { splitPattern } from '../../../src/inventory/split-pattern.ts';
import { inventoryOf } from './inventory-from-text.ts';

const inventory = inventoryOf(`
all:
  children:
    web: {hosts: {"hv[01:05]": }}
    db: {hosts: {hv04: , hv05: , db1.example: }}
    rack_a: {children: {web: }, hosts: {spare1: }}
    v6: {hosts: {"fe80::1": }}
    none: {}
`);

describe('matchHosts', () => {
  it.each<[string, string | string[], string[]]>([
    ['a host', 'hv02', ['hv02']],
    ['a group', 'web', ['hv01', 'hv02', 'hv03', 'hv04', 'hv05']],
    ['own hosts before those of children', 'rack_a', ['spare1', 'hv01', 'hv02', 'hv03', 'hv04', 'hv05']],
    ['a union keeps the order written', 'db:web', ['hv04', 'hv05', 'db1.example', 'hv01', 'hv02', 'hv03']],
    ['a union with commas', 'hv03, hv01', ['hv03', 'hv01']],
    ['a union as a list', ['hv03', 'hv01:hv02'], ['hv03', 'hv01', 'hv02']],
    ['each host once', 'hv01,hv01,web[0]', ['hv01']],
    ['an intersection', 'web:&db', ['hv04', 'hv05']],
    ['an exclusion', 'web:!db', ['hv01', 'hv02', 'hv03']],
    ['an exclusion written first is applied last', '!db:web', ['hv01', 'hv02', 'hv03']],
    ['unions, then intersections, then exclusions', 'web:!hv04:&db:db1.example', ['hv05', 'db1.example']],
    ['an exclusion alone is from all', '!rack_a:!v6', ['db1.example']],
    ['an intersection alone is with all', '&v6', ['fe80::1']],
    ['a class in a glob', 'hv0[12]*', ['hv01', 'hv02']],
    ['a negated class', 'hv0[!123]', ['hv04', 'hv05']],
    ['a question mark', 'hv0?:!hv0[1-4]*', ['hv05']],
    ['a glob over groups and hosts', 'd*', ['hv04', 'hv05', 'db1.example']],
    ['a glob that is an intersection', 'web:&hv*5', ['hv05']],
    ['a regular expression', '~hv0(1|3)$', ['hv01', 'hv03']],
    ['a regular expression matches from the beginning', '~v', ['fe80::1']],
    ['a regular expression of Python', '~(?i)(?P<x>HV)01\\Z', ['hv01']],
    ['a subscript', 'web[1]', ['hv02']],
    ['a negative subscript', 'web[-1]', ['hv05']],
    ['a slice includes its end', 'web[1:2]', ['hv02', 'hv03']],
    ['a slice to the end', 'web[3:]', ['hv04', 'hv05']],
    ['a slice beyond the end', 'web[3:99]', ['hv04', 'hv05']],
    ['a slice that starts beyond the end', 'web[9:]', []],
    ['a slice whose end is 0 is its begin', 'web[3:0]', ['hv04']],
    ['a subscript with an exclusion', 'web[0:2]:!hv02', ['hv01', 'hv03']],
    ['a subscript of an exclusion', 'web:!web[0]', ['hv02', 'hv03', 'hv04', 'hv05']],
    ['an IPv6 address', 'fe80::1', ['fe80::1']],
    ['an empty group', 'none', []],
    ['a dot is compared', 'db1.example', ['db1.example']],
  ])('%s', (_title, pattern, hosts) => {
    expect(matchHosts(inventory, pattern)).toEqual({ hosts, warnings: [], errors: [] });
  });

  it('all and * are every host, in inventory order', () => {
    expect(matchHosts(inventory, 'all').hosts).toEqual([...inventory.hosts.keys()]);
    expect(matchHosts(inventory, '*').hosts).toEqual([...inventory.hosts.keys()]);
  });

  it.each([
    ['an unknown name', 'nobody', 'nobody'],
    ['a host with a port', 'hv01:22', 'hv01:22'],
    ['a range as in inventories, which is a slice of "hv"', 'hv[01:03]', 'hv[01:03]'],
    ['a class of digits at the end, which is a subscript', 'hv0[12]', 'hv0[12]'],
    ['an exclusion of nobody', 'hv01:!nobody', 'nobody'],
    ['a glob of capitals', 'HV*', 'HV*'],
  ])('warns of %s', (_title, pattern, named) => {
    const { warnings, errors } = matchHosts(inventory, pattern);
    expect(warnings).toEqual([expect.stringContaining(`the pattern "${named}" matches no host or group`)]);
    expect(errors).toEqual([]);
  });

  it.each([
    ['a subscript beyond the end', 'web[9]', 'beyond the 5 that match'],
    ['a broken regular expression', '~hv(', 'is not a regular expression'],
    ['one that closes our group', '~a)|(b', 'is not a regular expression'],
    ['a long regular expression', `~${'a'.repeat(2000)}`, 'longer than 1024'],
  ])('refuses %s', (_title, pattern, error) => {
    expect(matchHosts(inventory, pattern).errors).toEqual([expect.stringContaining(error)]);
  });

  it('stops a regular expression that hangs', () => {
    const long = inventoryOf(`all: {hosts: {${'a'.repeat(60)}b: }}`);
    expect(matchHosts(long, '~(a+)+$').errors).toEqual([expect.stringContaining('was stopped')]);
  });

  it('gives all regular expressions of a run 10 s together', () => {
    const one = inventoryOf('all: {hosts: {hv01: }}');
    let clock = 0;
    // Each takes 0.9 s, for the groups and again for the hosts.
    const now = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 900));
    const limited = limitHosts(one, ['hv01'], Array<string>(6).fill('~hv'));
    const later = matchHosts(one, '~hv01');
    now.mockRestore();
    expect(limited.errors).toEqual([]);
    expect(later.errors).toEqual(['the pattern "~hv01" was not tried: those before it took 10 s together']);
    expect(matchHosts(inventoryOf('all: {hosts: {hv01: }}'), '~hv01').errors).toEqual([]);
  });

  it('a glob of many stars does not hang', () => {
    const long = inventoryOf(`all: {hosts: {${'a'.repeat(250)}b: }}`);
    expect(matchHosts(long, `${'*a'.repeat(100)}c`).hosts).toEqual([]);
  });

  it('a glob ends at a bracket that is never closed', () => {
    expect(matchHosts(inventory, 'hv0[1,').warnings).toHaveLength(1);
  });
});

describe('splitPattern', () => {
  it.each<[string, string, string[]]>([
    ['colons', 'a:&b:!c', ['a', '&b', '!c']],
    ['commas alone where there is one', 'a:b,c', ['a:b', 'c']],
    ['a slice stays whole', 'a[1:2]:b', ['a[1:2]', 'b']],
    ['an IPv6 address stays whole', '::1', ['::1']],
    ['a bracketed IPv6 address stays whole', '[::1]:22', ['[::1]:22']],
    ['spaces part', 'a b', ['a', 'b']],
    ['nothing', ' , ', []],
  ])('%s', (_title, pattern, parts) => {
    expect(splitPattern(pattern)).toEqual(parts);
  });
});

describe('limitHosts', () => {
  const hosts = ['hv03', 'hv01', 'hv04'];

  it('keeps the order of the hosts', () => {
    expect(limitHosts(inventory, hosts, 'hv01:hv03').hosts).toEqual(['hv03', 'hv01']);
  });

  it('takes a list as single patterns, each whole', () => {
    expect(limitHosts(inventory, hosts, ['hv01', '!hv01']).errors).toHaveLength(1);
    expect(limitHosts(inventory, hosts, ['hv01:hv03', 'hv04']).hosts).toEqual(['hv04']);
  });

  it('a limit that leaves nobody is an error with the limit in it', () => {
    expect(limitHosts(inventory, hosts, 'v6')).toEqual({
      hosts: [],
      warnings: [],
      errors: [expect.stringContaining('--limit "v6" leaves no host')],
    });
  });

  it('says which limit matches nothing', () => {
    expect(limitHosts(inventory, hosts, 'nobody,hv01').warnings).toEqual([
      expect.stringContaining('"nobody"'),
    ]);
  });
});

describe('a limit with a file in it', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tft-limit-'));
    await writeFile(join(folder, 'some'), 'hv01\n\n  ~hv0[23]  \r\nweb:!db\n');
    await writeFile(join(folder, 'empty'), ' \n\n');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const read = async (limit: string | string[]) => {
    const { patterns, diagnostics } = await loadLimit(limit);
    return [patterns, diagnostics.map(({ where, summary }) => `${where?.file ?? ''}: ${summary}`)];
  };

  it('has a pattern a line, taken whole', async () => {
    expect(await read(`a,@${folder}/some`)).toEqual([['a', 'hv01', '~hv0[23]', 'web:!db'], []]);
  });

  it('is an error where the file is empty and nothing else says whom it leaves', async () => {
    const file = `${folder}/empty`;
    const said = [`${file}: --limit: the file ${file} names no host`];
    expect(await read(`@${file}`)).toEqual([[], said]);
    expect(await read(`@${file},!hv01`)).toEqual([['!hv01'], said]);
    expect(await read(`@${file},hv01`)).toEqual([['hv01'], []]);
  });

  it('is an error where the file is missing', async () => {
    const file = `${folder}/missing`;
    expect(await read(`@${file},hv01`)).toEqual([
      ['hv01'],
      [`${file}: ${file} cannot be read: there is no such file`],
    ]);
  });

  it('is an error where it is empty itself, and none where there is none', async () => {
    expect(await read([''])).toEqual([[], [': --limit is empty']]);
    expect(await read([','])).toEqual([[], [': --limit is empty']]);
    expect(await read([])).toEqual([[], []]);
  });
});
