/** The page as bytes: it blocks what is not its own, keeps what hosts say out of its markup, and is small. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../../src/model/report.ts';
import { packReport } from '../../../../src/render/html/pack.ts';
import { type Packed, unpackChange } from '../../../../src/render/html/packed.ts';
import { renderHtml } from '../../../../src/render/html.ts';
import { buildReport } from '../../../../src/report/build.ts';
import { HOSTILE, hostileFleet, largeFleet } from '../../../support/html-fleet.ts';
import { applied, change, fieldChange, mixedFleet, planned } from '../builders.ts';

const mixed = buildReport('plan', mixedFleet());

/** The content of each element of this name. */
function contents(html: string, name: 'script' | 'style'): string[] {
  const found = html.matchAll(new RegExp(`<${name}[^>]*>([\\s\\S]*?)</${name}>`, 'g'));
  return [...found].map(([, text = '']) => text);
}

function embedded(html: string): Packed {
  return JSON.parse(contents(html, 'script')[0] ?? '') as Packed;
}

/** Markup without what stands in `<script>` and `<style>`. */
function markup(html: string): string {
  return html.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '<$1>');
}

function hash(text = ''): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

it('is the same for the same report', () => {
  const again = buildReport('plan', mixedFleet());
  expect(renderHtml(again)).toBe(renderHtml(mixed));
  expect(renderHtml(largeFleet(20))).not.toBe(renderHtml(largeFleet(21)));
});

describe('the policy', () => {
  const html = renderHtml(hostileFleet());
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html)?.[1]?.split('; ');

  it('lets the one script and the one style run, told by their hashes, and nothing else', () => {
    const [style] = contents(html, 'style');
    const [data, script] = contents(html, 'script');
    expect(contents(html, 'style')).toHaveLength(1);
    expect(contents(html, 'script')).toHaveLength(2);
    expect(html).toContain(`<script type="application/json" id="report">${data}</script>`);
    expect(script?.length).toBeGreaterThan(1000);
    expect(policy).toEqual([
      "default-src 'none'",
      `script-src ${hash(script)}`,
      `style-src ${hash(style)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('stands before all that it rules', () => {
    expect(html.indexOf('http-equiv')).toBeLessThan(html.search(/<(style|script|link|body)/));
  });

  it('blocks nothing that the page has: no style attribute, no handler, no address', () => {
    expect(markup(html)).not.toMatch(/<[^>]+\s(style|on\w+|src)=/);
    expect(markup(html).match(/href="[^"]*"/g)).toEqual(['href="data:,"', 'href="#main"']);
  });
});

describe('hostile text', () => {
  const html = renderHtml(hostileFleet());

  it('neither ends the data nor begins a comment in it', () => {
    expect(contents(html, 'script')[0]).not.toMatch(/[<>&]/);
    expect(html.match(/<\/script/g)).toHaveLength(2);
    expect(html).not.toContain('<!--');
    expect(embedded(html).hosts.map(([name]) => name)).toEqual([
      HOSTILE.image,
      HOSTILE.script,
      HOSTILE.comment,
    ]);
  });

  it('makes no element', () => {
    const names = [...markup(html).matchAll(/<(\w+)/g)].map(([, name]) => name);
    expect(names.filter((name) => name === 'img' || name === 'script')).toEqual(['script', 'script']);
    expect(markup(html)).toContain('&lt;img src=x onerror=&quot;document.title=&#39;harmed&#39;&quot;&gt;');
  });
});

describe('the embedded report', () => {
  const done = buildReport('apply', [
    applied('hv01', [change('create', 'web0'), change('delete', 'old0')], { web0: 'done', old0: 'undone' }),
  ]);
  // An alias that is the interface's name, a number that is another's process id, an address twice.
  const twisted = buildReport('plan', [
    planned('hv01', {
      changes: [
        change('update', 'web0', {
          fields: [fieldChange('alias', 'web0', 'web0'), fieldChange('mtu', 1500, 4711)],
          holders: [
            { pid: 4711, command: 'web0', guest: 'web0' },
            { pid: 1500, command: 'x', guest: '52:54:00:10:00:01' },
          ],
        }),
      ],
    }),
  ]);

  it.each<[string, Report]>([
    ['of every kind of outcome', mixed],
    ['of an apply', done],
    ['of values that are alike', twisted],
    ['of hostile text', hostileFleet()],
    ['of 60 hosts', largeFleet(60)],
  ])('is the report again: %s', (_, report) => {
    const packed = embedded(renderHtml(report));
    const hosts = packed.hosts.map((host) => {
      const { shapes, ...rest } = packed.kinds[host[1]] ?? { shapes: [], status: 'failed' };
      expect(shapes).toHaveLength(host.length - 2);
      const [name, , ...leaves] = host;
      const changes = shapes.map((shape, index) => unpackChange(packed, shape, leaves[index] ?? []));
      return { host: name, ...rest, changes };
    });
    expect(hosts).toEqual(report.hosts);
  });

  it('says once what hosts have in common', () => {
    const few = packReport(largeFleet(100));
    const many = packReport(largeFleet(1000));
    expect(many.shapes).toHaveLength(few.shapes.length);
    expect(many.shapes.length).toBeLessThan(10);
  });

  it('is of moderate size: 2,000 hosts with 8 changes each', () => {
    expect(Buffer.byteLength(renderHtml(largeFleet(2000)))).toBeLessThan(1_000_000);
  });
});

it('tells without a script what it comes to, and names every host', () => {
  const text = markup(renderHtml(mixed));
  expect(text).toContain('<title>tapfleet plan: failed, 7 hosts</title>');
  expect(text).toContain(
    'Plan: 1 to create, 2 to update, 1 to replace, 1 to delete on 2 hosts; 1 in sync, 1 refused, 1 failed, 1 unreachable, 1 skipped.',
  );
  for (const names of ['hypervisor-06', 'hv04', 'hv05', 'hv[01,03]', 'hv07', 'hv02'])
    expect(text).toContain(`<td class="names">${names}</td>`);
});

it('draws a report of no hosts', () => {
  expect(markup(renderHtml(buildReport('drift', [])))).toContain('No drift: no hosts.');
});
