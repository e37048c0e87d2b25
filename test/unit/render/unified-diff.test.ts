import { describe, expect, it } from 'vitest';
import { styleOf } from '../../../src/render/style.ts';
import { renderDiff } from '../../../src/render/unified-diff.ts';
import { fieldChange, observedMacvtap, reported, WEB } from './builders.ts';

const plain = styleOf(false);
const wanted = {
  name: 'web0',
  owner: 'default',
  disruption: 'refuse',
  where: { file: 'p.yaml', line: 1, column: 1 },
  fields: { lower: 'eno1', mode: 'bridge', state: 'up' },
} as const;

describe('renderDiff', () => {
  it('shows an update with the context around it', () => {
    const before = observedMacvtap('web0', { lower: 'eno1', mode: 'vepa', mtu: 9000, state: 'up' });
    expect(renderDiff(reported('update', 'web0', { before, after: wanted }), plain)).toBe(
      [
        '--- before/web0',
        '+++ after/web0',
        '@@ -1,4 +1,4 @@',
        ' lower: eno1',
        '-mode: vepa',
        '+mode: bridge',
        ' mtu: 9000',
        ' state: up',
        '',
      ].join('\n'),
    );
  });

  it('compares a new interface and a deleted one with an empty file', () => {
    const created = renderDiff(reported('create', 'web0', { after: wanted }), plain);
    expect(created).toBe(
      '--- /dev/null\n+++ after/web0\n@@ -0,0 +1,3 @@\n+lower: eno1\n+mode: bridge\n+state: up\n',
    );
    const deleted = renderDiff(
      reported('delete', 'web0', { before: observedMacvtap('web0', { mtu: 1 }) }),
      plain,
    );
    expect(deleted).toBe('--- before/web0\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-mtu: 1\n');
  });

  it('keeps the order of FIELD_NAMES whatever order the host answered in', () => {
    const before = observedMacvtap('web0', { state: 'up', mtu: 1500, lower: 'eno1' });
    const lines = renderDiff(reported('delete', 'web0', { before }), plain)
      .split('\n')
      .slice(3, 6);
    expect(lines).toEqual(['-lower: eno1', '-mtu: 1500', '-state: up']);
  });

  it('shows the mark only where it differs', () => {
    const fields = [fieldChange('mark', null, 'tapfleet:1 owner=default')];
    const after = { ...wanted, fields: WEB };
    expect(renderDiff(reported('update', 'web0', { after, fields }), plain)).toContain(
      '+mark: tapfleet:1 owner=default\n',
    );
    expect(renderDiff(reported('update', 'web0', { after }), plain)).toBe('');
  });

  it('paints what comes and what goes', () => {
    const before = observedMacvtap('web0', { lower: 'eno1', mode: 'vepa', state: 'up' });
    const text = renderDiff(reported('update', 'web0', { before, after: wanted }), styleOf(true));
    expect(text).toContain('\x1b[31m-mode: vepa\x1b[39m\n\x1b[32m+mode: bridge\x1b[39m\n');
  });
});
