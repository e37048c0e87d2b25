import { expect, it } from 'vitest';
import { hideInReport, hideInside } from '../../../src/render/hide-report-secrets.ts';
import { valueHider } from '../../../src/render/hide-secrets.ts';
import { jsonPieces, jsonText, renderJson } from '../../../src/render/json.ts';
import { buildReport } from '../../../src/report/build.ts';
import { mixedFleet } from './builders.ts';

it('writes a report with two spaces and a newline at the end, and reads back as the same', () => {
  const report = buildReport('plan', mixedFleet());
  const text = renderJson(report);
  expect(text.startsWith('{\n  "format_version": "1.0",\n  "command": "plan",\n')).toBe(true);
  expect(text.endsWith('}\n')).toBe(true);
  expect(JSON.parse(text)).toEqual(report);
});

it('gives the same bytes for the same input', () => {
  expect(renderJson(buildReport('plan', mixedFleet()))).toBe(renderJson(buildReport('plan', mixedFleet())));
});

it('escapes what JSON leaves raw, without changing its meaning', () => {
  const value = { 'k\u202e': 'a\x1b\x9b\u2028\u200b\u{e0041}\ud800é\n' };
  const text = jsonText(value);
  expect(text).toBe('{\n  "k\\u202e": "a\\u001b\\u009b\\u2028\\u200b\\udb40\\udc41\\ud800é\\n"\n}\n');
  expect(JSON.parse(text)).toEqual(value);
});

it.each([
  ['of no host', []],
  ['of a few', mixedFleet()],
])('writes a report %s as JSON itself would, however it is cut', (_title, outcomes) => {
  const report = buildReport('plan', outcomes);
  expect(renderJson(report)).toBe(`${JSON.stringify(report, null, 2)}\n`);
});

it('hides what is in it, and is still what programs read', () => {
  const report = buildReport('plan', mixedFleet());
  const hide = valueHider([
    'changes',
    'plan',
    'update',
    '1500',
    'qemu-system-x86',
    report.hosts[0]?.host ?? '',
  ]);
  const text = [...jsonPieces(report, (part) => hideInside(part, hide))].join('');
  expect(JSON.parse(text)).toEqual(hideInReport(report, hide));
  expect(text).toContain('"status": "changes"');
});

it('cuts a report of many hosts between lines, into pieces that are not all of it', () => {
  const one = buildReport('plan', mixedFleet());
  const report = { ...one, hosts: Array.from({ length: 200 }, () => one.hosts).flat() };
  const pieces = [...jsonPieces(report)];
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.every((piece) => piece.endsWith('\n'))).toBe(true);
  expect(pieces.join('')).toBe(`${JSON.stringify(report, null, 2)}\n`);
});
