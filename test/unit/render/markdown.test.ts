import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/report.ts';
import { MOST_BYTES, renderMarkdown } from '../../../src/render/markdown.ts';
import { buildReport, reportOfHosts } from '../../../src/report/build.ts';
import { mixedFleet, planned } from './builders.ts';
import { expectGolden } from './golden.ts';
import {
  autoCreate,
  bigFleet,
  declared,
  guestCutOff,
  HOSTILE,
  hostileReport,
  kvm,
  mixedApply,
  WHERE,
} from './review-fleets.ts';

const bytes = (text: string) => Buffer.byteLength(text);

describe('a comment', () => {
  it('says what a reviewer has to decide on before all else', () => {
    expectGolden('markdown-plan-fleet', renderMarkdown(bigFleet()));
  });

  it('has every kind of change and of trouble', () => {
    expectGolden('markdown-plan-mixed', renderMarkdown(buildReport('plan', mixedFleet())));
  });

  it('of a drift says what is, not what will be', () => {
    expectGolden('markdown-drift-fleet', renderMarkdown(bigFleet('drift')));
  });

  it('of an apply says what was done', () => {
    expectGolden('markdown-apply-mixed', renderMarkdown(mixedApply()));
  });

  it('says in one line that there is nothing to do', () => {
    expect(renderMarkdown(buildReport('plan', [planned('a'), planned('b')]))).toBe(
      '<!-- tapfleet:plan -->\n\n## tapfleet plan: nothing to do\n\nNothing to do: all 2 hosts are in sync.\n',
    );
    expect(renderMarkdown(buildReport('drift', [planned('a')]))).toContain('## tapfleet drift: no drift\n');
  });

  it('has what is wrong with the files before what is wrong with hosts', () => {
    const warnings = [
      { message: 'the name "vnet9" is libvirt’s', hint: 'choose another', declared_at: { ...WHERE } },
      { message: 'no host matches' },
    ];
    const text = renderMarkdown({
      ...buildReport('plan', [planned('hv01', { warnings: ['eno1 is damaged'] })]),
      warnings,
    });
    expect(text).toContain(
      [
        '### Warnings (3)',
        '',
        '- `playbooks/web.yml:12`: `the name "vnet9" is libvirt’s: choose another`',
        '- `no host matches`',
        '- `hv01`: `eno1 is damaged`',
        '',
      ].join('\n'),
    );
  });

  it('folds a long diff up, unless somebody is cut off', () => {
    const many = Array.from({ length: 5 }, (_, n) => autoCreate('hv01', `web${n}`));
    const quiet = renderMarkdown(buildReport('plan', [declared('hv01', many)]));
    expect(quiet).toContain('<details><summary><code>hv01</code>: 5 create</summary>\n\n```diff\n');
    const loud = renderMarkdown(
      buildReport('plan', [declared('hv01', [...many, guestCutOff('db0', 1, 'g')])]),
    );
    expect(loud).not.toContain('<details>');
  });
});

describe('always short enough', () => {
  /** Hosts of which no two are alike. */
  const different = (count: number, extra = '') =>
    buildReport(
      'plan',
      Array.from({ length: count }, (_, n) => declared(kvm(n), [guestCutOff(`web${n}${extra}`, n, `g${n}`)])),
    );
  const long = '\u6f22'.repeat(5_000);
  const fleets: [string, Report][] = [
    ['10,000 hosts of which no two are alike', different(10_000)],
    ['the same in words of many bytes', different(2_000, long)],
    [
      'one host with 4,000 changes',
      buildReport('plan', [
        declared(
          'hv01',
          Array.from({ length: 4_000 }, (_, n) => autoCreate('hv01', `w${n}`)),
        ),
      ]),
    ],
    [
      '5,000 reasons',
      reportOfHosts(
        'plan',
        different(5_000).hosts.map((host, n) => ({
          ...host,
          status: 'unreachable',
          changes: [],
          error: { kind: 'kernel', message: `${n}${long}` },
        })),
      ),
    ],
    [
      'names without end',
      reportOfHosts(
        'plan',
        different(500).hosts.map((host, n) => ({
          ...host,
          host: `${long}${n}`,
          warnings: [`${n}${long}`],
          status: n % 2 ? 'changes' : 'refused',
        })),
      ),
    ],
    [
      'backticks without end',
      reportOfHosts(
        'plan',
        different(300).hosts.map((host) => ({ ...host, host: '`'.repeat(3_000) + host.host })),
      ),
    ],
  ];
  it.each(fleets)('%s', (_, report) => {
    const text = renderMarkdown(report);
    expect(bytes(text)).toBeLessThanOrEqual(MOST_BYTES);
    expect(bytes(text)).toBeGreaterThan(2_000);
    expect(renderMarkdown(structuredClone(report))).toBe(text);
  });

  it('counts what it leaves out', () => {
    const text = renderMarkdown(different(10_000));
    const shown = text.match(/^`kvm\d+`: 1 replace$/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(100);
    expect(text).toContain(`… and ${10_000 - shown} more groups of ${10_000 - shown} hosts are not shown.`);
  });

  it('counts the lines it leaves out of a block', () => {
    const changes = Array.from({ length: 4_000 }, (_, n) => autoCreate('hv01', `w${n}`));
    const text = renderMarkdown(buildReport('plan', [declared('hv01', changes)]));
    const shown = text.match(/^\+ .*$/gm)?.length ?? 0;
    expect(text).toContain(`… and ${4_000 * 4 - shown} more lines not shown\n\`\`\`\n`);
  });

  it('shows the largest group though a thousand outliers come before it', () => {
    const outliers = different(2_000).hosts;
    const many = Array.from({ length: 3_000 }, (_, n) =>
      declared(`web${n}`, [guestCutOff('db0', n, 'same')]),
    );
    const text = renderMarkdown(reportOfHosts('plan', [...outliers, ...buildReport('plan', many).hosts]));
    expect(text).toContain('`web[0-2999]` (3000 hosts): 1 replace');
    expect(bytes(text)).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('lets no section starve another', () => {
    const noisy = different(5_000).hosts;
    const quiet = buildReport('plan', [declared('zz', [autoCreate('zz')])]).hosts;
    expect(renderMarkdown(reportOfHosts('plan', [...noisy, ...quiet]))).toContain('`zz`: 1 create');
  });
});

describe('text of a host is only ever text', () => {
  // A parser that takes HTML and makes links of whatever looks like one, as GitHub does.
  const parser = new MarkdownIt({ html: true, linkify: true });
  const OURS =
    /^(<!-- tapfleet:\w+ -->|<\/details>|<details><summary><code>(?:[\w .,[\]\u0080-\uffff-]|&#\d+;)*<\/code>[\w ,:()]*<\/summary>)\n$/;
  const ALLOWED = new Set(['text', 'softbreak', 'code_inline', 'inline', 'fence', 'html_block']);

  it.each(
    HOSTILE.flatMap((evil) =>
      (['plan', 'drift', 'apply'] as const).map((command) => [command, evil] as const),
    ),
  )('%s: %j', (command, evil) => {
    const text = renderMarkdown(hostileReport(evil, command));
    const tokens = parser.parse(text, {});
    const flat = tokens.flatMap((token) => [token, ...(token.children ?? [])]);
    expect(flat.filter(({ type }) => type === 'fence').length).toBeGreaterThan(3);
    for (const { type, content, info, tag } of flat) {
      if (type === 'fence') expect(info).toBe('diff');
      else if (type === 'html_block') expect(content).toMatch(OURS);
      else if (type === 'text') expect(content).toMatch(/^[\w ,:;.()`…+-]*$/);
      else if (!ALLOWED.has(type)) {
        expect(type).toMatch(/^(heading|paragraph|bullet_list|list_item)_(open|close)$/);
        expect(tag).toMatch(/^(h2|h3|p|ul|li)$/);
      }
      if (type === 'text') expect(content).not.toMatch(/evil|@|#|www/);
    }
  });
});
