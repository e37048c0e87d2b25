import { describe, expect, it } from 'vitest';
import { renderMermaid } from '../../../src/render/mermaid.ts';
import { drawLabel } from '../../../src/render/mermaid-text.ts';
import { buildReport } from '../../../src/report/build.ts';
import { mixedFleet, planned } from './builders.ts';
import { expectGolden } from './golden.ts';
import { autoCreate, bigFleet, declared, guestCutOff, HOSTILE, hostileReport, kvm } from './review-fleets.ts';

/** Every line that a picture of ours may have; Mermaid's own parser took the goldens when they were made. */
const LABEL = String.raw`"(?:[\p{L}\p{N} _.,()…-]|#\d+;)+"`;
const LINE = new RegExp(
  [
    '^flowchart LR$',
    String.raw`^  subgraph h\d+\[${LABEL}\]$`,
    '^  end$',
    String.raw`^ {2,4}\w+\[${LABEL}\](?::::\w+)?$`,
    String.raw`^    h\d+d\d+ (?:-->|-\.->)\|${LABEL}\| h\d+t\d+$`,
    String.raw`^  class h\d+ trouble$`,
    String.raw`^  classDef \w+ fill:#\w{6},stroke:#\w{6},color:#\w{6}$`,
  ].join('|'),
  'u',
);

function check(text: string): void {
  const lines = text.trimEnd().split('\n');
  expect(lines[0]).toBe('flowchart LR');
  for (const line of lines) expect(line).toMatch(LINE);
  expect(lines.filter((line) => line.startsWith('  subgraph')).length).toBe(
    lines.filter((line) => line === '  end').length,
  );
  expect(text.length).toBeLessThan(50_000);
  expect(text.match(/ (?:-->|-\.->)\|/g)?.length ?? 0).toBeLessThan(500);
}

describe('a picture', () => {
  it('of every kind of change and of trouble', () => {
    const text = renderMermaid(buildReport('plan', mixedFleet()));
    expectGolden('mermaid-plan-mixed', text);
    check(text);
  });

  it('has alike hosts in one box, those that lose a guest first', () => {
    const text = renderMermaid(bigFleet());
    expectGolden('mermaid-plan-fleet', text);
    check(text);
  });

  it('of nothing to do still is one', () => {
    check(renderMermaid(buildReport('plan', [])));
    expect(renderMermaid(buildReport('plan', [planned('a'), planned('b')]))).toContain(
      'in_sync["2 hosts in sync"]',
    );
  });
});

describe('limits', () => {
  it('of edges, where names are short', () => {
    const changes = (n: number) => Array.from({ length: 40 }, (_, m) => autoCreate('x', `${n}w${m}`));
    const report = buildReport(
      'plan',
      Array.from({ length: 20 }, (_, n) => declared(`h${n}`, changes(n))),
    );
    const text = renderMermaid(report);
    check(text);
    expect(text.length).toBeLessThan(45_000);
    expect(text).toContain('left["… and 8 more hosts not shown"]');
  });

  it('of text: what is left out is counted', () => {
    const report = buildReport(
      'plan',
      Array.from({ length: 3_000 }, (_, n) => declared(kvm(n), [guestCutOff(`w${n}`, n, 'g')])),
    );
    const text = renderMermaid(report);
    check(text);
    const shown = text.match(/subgraph/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(100);
    expect(text).toContain(`left["… and ${3_000 - shown} more hosts not shown"]`);
  });

  it('of text, of names without end', () => {
    const long = (n: number) => `${'{"'.repeat(500)}${n}`;
    const report = buildReport(
      'plan',
      Array.from({ length: 300 }, (_, n) => declared(long(n), [autoCreate('a', long(n))])),
    );
    check(renderMermaid(report));
    expect(renderMermaid(report)).toMatch(/… and \d+ more hosts not shown/);
  });

  it('of one box', () => {
    const changes = Array.from({ length: 100 }, (_, n) => autoCreate('hv01', `w${n}`));
    const text = renderMermaid(buildReport('plan', [declared('hv01', changes)]));
    check(text);
    expect(text).toContain('h0more["… and 60 more interfaces"]');
  });
});

describe('escapes', () => {
  it('leave nothing that could be syntax', () => {
    expect(drawLabel('a"]#;[1]')).toBe('"a#34;#93;#35;#59;#91;1#93;"');
    expect(drawLabel('')).toBe('"#8203;"');
  });

  it.each(HOSTILE)('hold whatever a host says: %j', (evil) => {
    for (const command of ['plan', 'drift', 'apply'] as const)
      check(renderMermaid(hostileReport(evil, command)));
  });
});
