/** Short ways to say outcomes in tests: everything that a test does not name has one dull, fixed value. */
import type { Action, Cause, Change, FieldChange } from '../../../src/model/change.ts';
import type { Mac } from '../../../src/model/mac.ts';
import type { FieldName, FieldValue, MacvtapFields } from '../../../src/model/macvtap.ts';
import type { Holder, ObservedMacvtap, ObservedState } from '../../../src/model/observed.ts';
import type { ChangeResult, HostOutcome } from '../../../src/model/outcome.ts';
import type { PlannedHost } from '../../../src/model/plan.ts';
import type { Problem } from '../../../src/model/problem.ts';
import type { ReportChange } from '../../../src/model/report.ts';
import { buildReport } from '../../../src/report/build.ts';

export const MAC_A = '52:54:00:10:00:01' as Mac;
export const MAC_B = '52:54:00:10:00:02' as Mac;
export const MAC_C = '52:54:00:10:00:03' as Mac;
export const QEMU: Holder = { pid: 4711, command: 'qemu-system-x86' };

export const WEB: MacvtapFields = {
  lower: 'eno1',
  mode: 'bridge',
  nopromisc: false,
  mac: MAC_A,
  source_macs: [],
  mtu: 1500,
  txqueuelen: 500,
  bcqueuelen: 1000,
  queues: 1,
  addrgenmode: 'none',
  allmulticast: true,
  promisc: false,
  alias: '',
  state: 'up',
};

export function observedMacvtap(name: string, fields: Partial<MacvtapFields> = WEB): ObservedMacvtap {
  return { name, ifindex: 7, fields, mark: undefined, rawAlias: '', holders: [] };
}

export function fieldChange(
  field: FieldName | 'mark',
  before: FieldValue | null,
  after: FieldValue | null,
  more: { cause?: Cause; replacementReason?: string } = {},
): FieldChange {
  return { field, before, after, cause: 'pending', ...more };
}

export function change(action: Action, name: string, more: Partial<Change> = {}): Change {
  const where = { file: 'playbook.yaml', line: 3, column: 5 };
  const wanted = { name, owner: 'default', disruption: 'refuse', where, fields: { ...WEB } } as const;
  return {
    interface: name,
    action,
    cause: 'pending',
    adopts: false,
    fields: [],
    before: action === 'create' ? null : observedMacvtap(name),
    after: action === 'delete' ? null : wanted,
    holders: [],
    disruptions: [],
    ...more,
  };
}

/** A change as a report has it. */
export function reported(...[action, name, more]: Parameters<typeof change>): ReportChange {
  const changes = [change(action, name, more)];
  const [found] = buildReport('plan', [planned('h', { changes })]).hosts.flatMap((host) => host.changes);
  if (!found) throw new Error('the change is not in the report');
  return found;
}

export function observedState(more: Partial<ObservedState> = {}): ObservedState {
  return {
    kernel: '6.18.0',
    iproute2: 'iproute2-6.1.0',
    root: true,
    knowsBcqueuelen: true,
    managementDevice: 'eno1',
    prints: new Map(),
    links: new Map(),
    macvtaps: new Map(),
    ...more,
  };
}

export function plannedHost(host: string, more: Partial<PlannedHost> = {}): PlannedHost {
  return {
    kind: 'planned',
    host,
    manifest: { host, present: [], absent: [], pruneOwners: ['default'], ignore: [], become: false },
    observed: observedState(),
    changes: [],
    ignored: [],
    refusals: [],
    confirmOver: undefined,
    warnings: [],
    steps: [],
    ...more,
  };
}

export function planned(host: string, more: Partial<PlannedHost> = {}): HostOutcome {
  return { kind: 'planned', host, plan: plannedHost(host, more) };
}

export function unread(host: string, problem: Problem): HostOutcome {
  return { kind: 'unread', host, problem };
}

export function skipped(host: string, reason: string): HostOutcome {
  return { kind: 'skipped', host, reason };
}

export function applied(
  host: string,
  changes: readonly Change[],
  results: Readonly<Record<string, ChangeResult>>,
  problems: readonly Problem[] = [],
): HostOutcome {
  return {
    kind: 'applied',
    host,
    plan: plannedHost(host, { changes }),
    results: new Map(Object.entries(results)),
    problems,
    rolledBack: false,
  };
}

/** A fleet in which every kind of change and of trouble happens once. */
export function mixedFleet(): HostOutcome[] {
  return [
    planned('hv01', {
      changes: [
        change('create', 'app0', {
          fields: [
            fieldChange('lower', null, 'eno1'),
            fieldChange('mode', null, 'bridge'),
            fieldChange('mac', null, MAC_B),
            fieldChange('mtu', null, 1500),
            fieldChange('alias', null, 'application server, rack A'),
            fieldChange('state', null, 'up'),
          ],
        }),
        change('replace', 'db0', {
          fields: [
            fieldChange('lower', 'eno1', 'eno2', {
              replacementReason: 'the kernel cannot move a macvtap to another lower device',
            }),
            fieldChange('mtu', 9000, 1500),
          ],
          holders: [QEMU, { pid: 815, command: 'my guest' }],
          disruptions: ['the guest loses its link'],
        }),
        change('delete', 'old0', { holders: 'unknown', disruptions: ['the guest loses its link'] }),
        change('update', 'web0', {
          cause: 'both',
          fields: [
            fieldChange('mode', 'vepa', 'bridge', { cause: 'drift' }),
            fieldChange('bcqueuelen', null, 1000),
            fieldChange('alias', 'web', ''),
          ],
          holders: [QEMU],
        }),
      ],
    }),
    planned('hv02'),
    planned('hv03', {
      changes: [
        change('update', 'tap7', {
          adopts: true,
          fields: [
            fieldChange('source_macs', [MAC_A, MAC_B], [MAC_B, MAC_C, '52:54:00:10:00:04' as Mac]),
            fieldChange('mark', null, 'tapfleet:1 owner=default'),
          ],
        }),
      ],
      warnings: ['tap7: mtu is not declared, the host has 9000'],
    }),
    planned('hv04', {
      changes: [change('create', 'web0', { fields: [fieldChange('lower', null, 'eno9')] })],
      refusals: [
        { kind: 'lower-missing', message: 'eno9 does not exist on the host', interface: 'web0' },
        { kind: 'foreign-kind', message: 'br0 is a bridge, not a macvtap', interface: 'br0' },
      ],
    }),
    unread('hv05', { kind: 'connect-timeout', message: 'no answer from 192.0.2.5:22 within 10 s' }),
    unread('hypervisor-06', { kind: 'privilege', message: 'sudo asks for a password' }),
    skipped('hv07', 'an earlier batch went over its failure budget'),
  ];
}
