import { spawnSync } from 'node:child_process';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/model/report.ts';
import { renderJunit } from '../../../src/render/junit.ts';
import { buildReport, reportOfHosts } from '../../../src/report/build.ts';
import { findProgram } from '../../support/needs.ts';
import { mixedFleet } from './builders.ts';
import { expectGolden } from './golden.ts';
import { bigFleet, HOSTILE, hostileReport, mixedApply } from './review-fleets.ts';

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** Read by a parser that throws at whatever is not well formed. */
function parse(text: string): Node {
  const top: Node = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const node = { name, attributes: attributes as Record<string, string>, children: [], text: '' };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (part) => {
    const node = open.at(-1);
    if (node) node.text += part;
  });
  parser.write(text).close();
  const [root] = top.children;
  if (!root || top.children.length !== 1) throw new Error('no root');
  return root;
}

/** What junit-10.xsd of Jenkins' plugin "xunit" lets an element have: required and other attributes, children. */
const SHAPE: Record<string, { needs: string[]; may: string[]; children: string[] }> = {
  testsuites: { needs: [], may: ['name', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: {
    needs: ['name', 'tests', 'failures', 'errors'],
    may: ['skipped'],
    children: ['testcase', 'system-out'],
  },
  testcase: { needs: ['name'], may: ['classname'], children: ['failure', 'error', 'skipped', 'system-out'] },
  failure: { needs: [], may: ['type', 'message'], children: [] },
  error: { needs: [], may: ['type', 'message'], children: [] },
  skipped: { needs: [], may: ['type', 'message'], children: [] },
  'system-out': { needs: [], may: [], children: [] },
};

function checkShape({ name, attributes, children }: Node): void {
  const shape = SHAPE[name];
  if (!shape) throw new Error(`<${name}> is unknown`);
  const keys = Object.keys(attributes);
  expect(keys).toEqual(expect.arrayContaining(shape.needs));
  for (const key of keys) expect([...shape.needs, ...shape.may]).toContain(key);
  for (const child of children) expect(shape.children).toContain(child.name);
  children.forEach(checkShape);
}

function suiteOf(report: Report): Node {
  const root = parse(renderJunit(report));
  checkShape(root);
  const [suite] = root.children;
  if (!suite) throw new Error('no suite');
  return suite;
}

/** `host: verdict` of each case. */
const verdicts = (suite: Node) =>
  suite.children
    .filter(({ name }) => name === 'testcase')
    .map(
      ({ attributes, children }) =>
        `${attributes.name}: ${children.find(({ name }) => name !== 'system-out')?.name ?? 'pass'}`,
    );

describe('a case for each host', () => {
  it('of a plan: changes are what it is for', () => {
    expectGolden('junit-plan-mixed', renderJunit(buildReport('plan', mixedFleet())));
    expect(verdicts(suiteOf(buildReport('plan', mixedFleet())))).toEqual([
      'hv01: pass',
      'hv02: pass',
      'hv03: pass',
      'hv04: failure',
      'hv05: error',
      'hypervisor-06: failure',
      'hv07: skipped',
    ]);
  });

  it('of a drift: they are failures', () => {
    const suite = suiteOf(buildReport('drift', mixedFleet()));
    expect(verdicts(suite).slice(0, 3)).toEqual(['hv01: failure', 'hv02: pass', 'hv03: failure']);
  });

  it('of an apply: what was not applied is skipped', () => {
    const hosts = mixedApply().hosts.map((host) =>
      host.status === 'in-sync' ? { ...host, status: 'changes' as const } : host,
    );
    expect(verdicts(suiteOf(reportOfHosts('apply', hosts)))).toContain('hv09: skipped');
    expect(verdicts(suiteOf(reportOfHosts('apply', hosts)))).toContain('hv02: failure');
    const back = hosts.map((host) => ({ ...host, status: 'rolled-back' as const }));
    expect(verdicts(suiteOf(reportOfHosts('apply', back)))[0]).toBe('hv01: failure');
  });

  it('counted as they are', () => {
    const suite = suiteOf(bigFleet('drift'));
    const count = (verdict: string) =>
      String(verdicts(suite).filter((one) => one.endsWith(`: ${verdict}`)).length);
    expect(suite.attributes).toEqual({
      name: 'tapfleet drift',
      tests: String(verdicts(suite).length),
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
    });
    expect(suite.attributes).toMatchObject({ tests: '491', failures: '485', errors: '4', skipped: '1' });
  });
});

describe('well formed', () => {
  const cases = HOSTILE.flatMap((evil) =>
    (['plan', 'drift', 'apply'] as const).map((command) => [command, evil] as const),
  );
  it.each(cases)('%s: %j', (command, evil) => {
    const suite = suiteOf(hostileReport(evil, command));
    expect(suite.children.length).toBeGreaterThan(7);
    expect(suite.children[0]?.attributes.name).toContain('evil');
  });

  const xmllint = findProgram('xmllint');
  it.skipIf(!xmllint)(`in the eyes of libxml2${xmllint ? '' : ' (no program "xmllint")'}`, () => {
    const text = HOSTILE.map((evil) => hostileReport(evil, 'drift').hosts);
    const { status, stderr } = spawnSync(xmllint ?? '', ['--noout', '-'], {
      input: renderJunit(reportOfHosts('drift', text.flat())),
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
