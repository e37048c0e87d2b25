import { describe, expect, it } from 'vitest';
import { expandHostName } from '../../../src/inventory/ranges.ts';

describe('expandHostName', () => {
  it.each([
    ['a plain name', 'hv01', ['hv01']],
    ['numbers keep their leading zeros', 'hv[08:11]', ['hv08', 'hv09', 'hv10', 'hv11']],
    ['numbers without zeros grow', 'hv[9:11]', ['hv9', 'hv10', 'hv11']],
    ['a step', 'hv[1:9:4]', ['hv1', 'hv5', 'hv9']],
    ['a padded step', 'hv[01:05:2]', ['hv01', 'hv03', 'hv05']],
    ['letters', 'r[a:c]', ['ra', 'rb', 'rc']],
    ['letters with a step', 'r[a:e:2]', ['ra', 'rc', 're']],
    ['letters run on into capitals', 'r[y:B]', ['ry', 'rz', 'rA', 'rB']],
    ['two ranges, the last turns fastest', '[a:b][1:2]', ['a1', 'a2', 'b1', 'b2']],
    ['a range between texts', 'a[1:2].example', ['a1.example', 'a2.example']],
    ['no begin is 0', 'x[:2]', ['x0', 'x1', 'x2']],
    ['an IPv6 address', 'fe80::1', ['fe80::1']],
    ['a range in an IPv4 address', '10.0.0.[8:9]', ['10.0.0.8', '10.0.0.9']],
  ])('%s', (_title, name, names) => {
    expect(expandHostName(name)).toEqual({ names });
  });

  it.each([
    ['after a name', 'hv1:2222', ['hv1'], 2222],
    ['after a range', 'hv[1:2]:22', ['hv1', 'hv2'], 22],
    ['after a bracketed IPv6 address', '[fe80::1]:2022', ['fe80::1'], 2022],
  ])('a port %s', (_title, name, names, port) => {
    expect(expandHostName(name)).toEqual({ names, port });
  });

  it.each([
    ['unequal lengths', 'hv[01:100]', 'same number of digits'],
    ['no end', 'hv[1:]', 'without an end'],
    ['no colon', 'hv[1]', 'not [begin:end]'],
    ['four parts', 'hv[1:2:3:4]', 'not [begin:end]'],
    ['step 0', 'hv[1:9:0]', 'step'],
    ['backwards numbers', 'hv[9:1]', 'backwards'],
    ['backwards letters', 'hv[c:a]', 'backwards'],
    ['words', 'hv[one:two]', 'neither numbers nor single letters'],
    ['an open bracket', 'hv[1:2', 'without its ]'],
    ['too many hosts', 'hv[1:2000000000]', 'more than 100000 hosts'],
    ['too many hosts of several ranges', '[1:9999][1:9999]', 'more than 100000 hosts'],
    ['a name longer than any', `hv[1:2]${'x'.repeat(1024)}`, 'longer than 1024 characters'],
    ['a space', 'hv 1', 'spaces'],
    ['a control character', 'hv\u001b[1:2]', 'control characters'],
    ['an empty name', '', 'is empty'],
    ['a port out of range', 'hv1:70000', 'port outside'],
  ])('refuses %s', (_title, name, problem) => {
    expect(expandHostName(name)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
