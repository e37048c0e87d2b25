/** What a host, a playbook or a file name can say is thrown at every drawing at once: none may let it through raw. */
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/model/change.ts';
import { ACTIONS } from '../../../src/model/change.ts';
import type { Mac } from '../../../src/model/mac.ts';
import { FIELD_NAMES, type MacvtapFields } from '../../../src/model/macvtap.ts';
import type { ObservedState } from '../../../src/model/observed.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import type { Problem } from '../../../src/model/problem.ts';
import { renderFacts } from '../../../src/render/facts-text.ts';
import { renderGithub } from '../../../src/render/github.ts';
import { renderHtml } from '../../../src/render/html.ts';
import { renderGraph, renderHost, renderList } from '../../../src/render/inventory-text.ts';
import { renderJson } from '../../../src/render/json.ts';
import { renderJunit } from '../../../src/render/junit.ts';
import { renderManifests } from '../../../src/render/manifest-text.ts';
import { renderMarkdown } from '../../../src/render/markdown.ts';
import { renderMermaid } from '../../../src/render/mermaid.ts';
import { renderPlan } from '../../../src/render/plan-text.ts';
import { progressLine } from '../../../src/render/progress.ts';
import { renderPrometheus } from '../../../src/render/prometheus.ts';
import { renderApply } from '../../../src/render/report-text.ts';
import { renderSarif } from '../../../src/render/sarif.ts';
import { styleOf } from '../../../src/render/style.ts';
import { renderDiff } from '../../../src/render/unified-diff.ts';
import { buildReport } from '../../../src/report/build.ts';
import {
  applied,
  change,
  fieldChange,
  observedMacvtap,
  observedState,
  planned,
  skipped,
  unread,
} from './builders.ts';

const BAD = 'x\x1b[2J\x1b]0;t\x07\n\r\t\0\x7f\x9b31m\u202e\u2066\u200b\u2028\ufeff\ud800\u{e0041}';
/** Anything but letters that are seen, and the newline. */
const FORBIDDEN = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;
const OUR_SGR = /\x1b\[(?:1|2|22|31|32|33|36|39)m/g;

const badFields = Object.fromEntries(
  FIELD_NAMES.map((name) => [name, name === 'source_macs' ? [BAD as Mac] : BAD]),
) as unknown as MacvtapFields;

function badChange(action: Change['action'], holders: Change['holders']): Change {
  const where = { file: BAD, line: 1, column: 1 };
  return change(action, BAD, {
    adopts: true,
    cause: 'both',
    before: action === 'create' ? null : observedMacvtap(BAD, badFields),
    after:
      action === 'delete'
        ? null
        : { name: BAD, owner: BAD, disruption: 'refuse', where, fields: { ...badFields, lower: `${BAD}2` } },
    fields: [
      ...FIELD_NAMES.map((name) =>
        fieldChange(name, badFields[name], badFields[name], { replacementReason: BAD }),
      ),
      fieldChange(
        'source_macs',
        [],
        [1, 2, 3].map((n) => `${BAD}${n}` as Mac),
      ),
      fieldChange('mark', BAD, BAD),
    ],
    holders,
    disruptions: [BAD],
  });
}

const problem = { kind: 'kernel', message: BAD, interface: BAD } as const;
const changes = ACTIONS.flatMap((action) => [
  badChange(action, [{ pid: 1, command: BAD }]),
  badChange(action, 'unknown'),
  { ...badChange(action, [{ pid: 1, command: BAD }]), disruptions: [] },
]);
const state = observedState({
  kernel: BAD,
  iproute2: BAD,
  managementDevice: BAD,
  macvtaps: new Map([[BAD, { ...observedMacvtap(BAD, badFields), holders: [{ pid: 1, command: BAD }] }]]),
  links: new Map([
    [
      BAD,
      {
        name: BAD,
        ifindex: 1,
        altnames: [BAD],
        kind: BAD,
        master: BAD,
        linkType: BAD,
        mac: BAD as Mac,
        mtu: 1,
        maxMtu: undefined,
        up: true,
        promiscuity: undefined,
        group: BAD,
        lower: BAD,
        mode: BAD,
      },
    ],
  ]),
});
const outcomes: HostOutcome[] = [
  planned(BAD, { changes, warnings: [BAD], observed: state }),
  planned(BAD),
  planned(BAD, { warnings: [BAD] }),
  planned(BAD, { changes, refusals: [problem], warnings: [BAD] }),
  applied(BAD, changes, { [BAD]: 'done' }),
  applied(BAD, changes, {}, [problem, problem]),
  unread(BAD, problem),
  unread(BAD, { kind: 'host-key', message: BAD }),
  skipped(BAD, BAD),
];
const vars = new Map([[BAD, { value: { [BAD]: [BAD] } }]]);
const inventory = {
  hosts: new Map([[BAD, { name: BAD, groups: [BAD], vars }]]),
  groups: new Map([
    ['all', { name: 'all', children: [BAD], hosts: [BAD], ownHosts: [], vars }],
    [BAD, { name: BAD, children: [], hosts: [BAD], ownHosts: [BAD], vars }],
  ]),
};
const where = { file: BAD, line: 1, column: 1 };
const manifest = {
  host: BAD,
  present: [{ name: BAD, owner: BAD, disruption: 'refuse', where, fields: badFields }],
  absent: [{ name: `${BAD}2`, owner: BAD, disruption: 'refuse', where }],
  pruneOwners: [BAD],
  ignore: [],
  become: false,
} as const;
const facts = new Map<string, ObservedState | Problem>([
  [BAD, state],
  [`${BAD}2`, problem],
]);
const idle = { total: 1, done: 0, running: 0, changed: 0, failed: 0, unreachable: 0, elapsedMs: 0 };

const report = buildReport('apply', outcomes);
const diagnostics = [{ severity: 'warning', summary: BAD, hint: BAD, where }] as const;

const drawings: [string, () => string][] = [false, true].flatMap((colour): [string, () => string][] => {
  const options = { style: styleOf(colour), verbose: true, diff: renderDiff };
  const suffix = colour ? ', in colour' : '';
  return [
    [`plan${suffix}`, () => renderPlan(buildReport('plan', outcomes), options)],
    [`drift${suffix}`, () => renderPlan(buildReport('drift', outcomes), options)],
    [`apply${suffix}`, () => renderApply(buildReport('apply', outcomes), options)],
  ];
});
drawings.push(
  ['json', () => renderJson(report)],
  ['markdown', () => renderMarkdown(report)],
  ['github', () => renderGithub(report, diagnostics)],
  ['junit', () => renderJunit(report)],
  ['sarif', () => renderSarif(report, diagnostics)],
  // It writes the bracket as an entity.
  ['mermaid', () => renderMermaid(report).replaceAll('#91;', '[')],
  ['prometheus', () => renderPrometheus(report, { finishedAt: 1, durationSeconds: 1 })],
  ['html', () => renderHtml(report)],
  ['graph', () => renderGraph(inventory)],
  ['list', () => renderList(inventory)],
  ['host', () => renderHost(inventory, BAD) ?? ''],
  ['manifests', () => renderManifests([manifest])],
  ['manifests as JSON', () => renderManifests([manifest], 'json')],
  ['facts', () => renderFacts(facts)],
  ['facts as JSON', () => renderFacts(facts, 'json')],
  ['progress', () => progressLine({ ...idle, phase: BAD }, 200)],
);

describe('no control character but the newline and our own colours', () => {
  it.each(drawings)('%s', (_, draw) => {
    const text = draw().replace(OUR_SGR, '');
    expect(text).toContain('[2J');
    expect(FORBIDDEN.exec(text)).toBeNull();
  });

  it('is a test that rings', () => {
    for (const character of BAD.replace(/[x[\]2J0;t31m\n]/g, ''))
      expect(FORBIDDEN.test(character)).toBe(true);
  });
});

it('a hostile newline never begins a line of its own', () => {
  const forged = 'x\nPlan: no changes; 1 in sync.';
  const text = renderPlan(
    buildReport('plan', [
      planned('hv01', { warnings: [forged], changes: [badChange('delete', [{ pid: 1, command: forged }])] }),
      unread('hv02', { kind: 'kernel', message: forged }),
    ]),
    { style: styleOf(false), diff: renderDiff },
  );
  expect(text).not.toMatch(/^Plan: no changes/m);
});
