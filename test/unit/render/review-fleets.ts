/** Reports for tests of the formats that are read in reviews: alike hosts with a guest each, an apply, hostile text. */
import type { Change } from '../../../src/model/change.ts';
import { autoMac } from '../../../src/model/mac.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import type { Report } from '../../../src/model/report.ts';
import { buildReport } from '../../../src/report/build.ts';
import {
  applied,
  change,
  fieldChange,
  mixedFleet,
  planned,
  plannedHost,
  skipped,
  unread,
  WEB,
} from './builders.ts';

export const WHERE = { file: 'playbooks/web.yml', line: 12, column: 7 };

/** Hosts that have an address of their own each, of their names, and are alike in all else. */
export function autoCreate(host: string, name = 'web0'): Change {
  const mac = autoMac(host, name);
  const fields = { ...WEB, mac };
  return change('create', name, {
    after: { name, owner: 'default', disruption: 'refuse', where: WHERE, fields },
    fields: [
      fieldChange('lower', null, 'eno1'),
      fieldChange('mode', null, 'bridge'),
      fieldChange('mac', null, mac),
    ],
  });
}

export function guestCutOff(name: string, pid: number, guest: string): Change {
  return change('replace', name, {
    cause: 'drift',
    fields: [
      fieldChange('lower', 'eno1', 'eno2', {
        cause: 'drift',
        replacementReason: 'the kernel cannot move a macvtap to another lower device',
      }),
    ],
    holders: [{ pid, command: 'qemu-system-x86', guest }],
    disruptions: ['the guest loses its link'],
  });
}

/** With the place of what the playbook declares, which a manifest has. */
export function declared(host: string, changes: readonly Change[], more: object = {}): HostOutcome {
  const present = changes.flatMap(({ after }) => (after ? [after] : []));
  const { manifest } = plannedHost(host);
  return planned(host, { changes, manifest: { ...manifest, present }, ...more });
}

export const kvm = (n: number) => `kvm${String(n).padStart(3, '0')}`;

/** 480 alike, three that lose a guest, two refused, four dead, one with a warning, one skipped. */
export function bigFleet(command: 'plan' | 'drift' = 'plan'): Report {
  const alike = Array.from({ length: 480 }, (_, n) => declared(kvm(n + 1), [autoCreate(kvm(n + 1))]));
  const cut = [481, 482, 483].map((n) => declared(kvm(n), [guestCutOff('db0', 4000 + n, `guest-${n}`)]));
  const refused = [490, 491].map((n) =>
    declared(kvm(n), [autoCreate(kvm(n))], {
      refusals: [
        {
          kind: 'lower-missing',
          message: 'the lower device "eno1" does not exist: the host has eth0',
          interface: 'web0',
        },
      ],
    }),
  );
  const dead = [1, 2, 3, 4].map((n) =>
    unread(`rack9-${n}`, { kind: 'connect-timeout', message: `no answer from 192.0.2.${n}:22 within 10 s` }),
  );
  return buildReport(command, [
    ...alike,
    ...cut,
    ...refused,
    ...dead,
    planned('spare1', { warnings: ['eno1 is damaged'] }),
    skipped('spare2', 'an earlier batch went over its failure budget'),
  ]);
}

export function mixedApply(): Report {
  const create = autoCreate('hv01');
  const replace = guestCutOff('db0', 77, 'db');
  return buildReport('apply', [
    applied('hv01', [create, replace], { web0: 'done', db0: 'done' }),
    applied('hv02', [autoCreate('hv02')], { web0: 'not-done' }, [
      { kind: 'kernel', message: 'RTNETLINK answers: File exists', interface: 'web0' },
    ]),
    ...mixedFleet().slice(3),
    planned('hv09'),
  ]);
}

/** What somebody may have called things who wants to be seen, heard, followed or obeyed. */
export const HOSTILE = [
  '@everyone #1 GH-1 https://evil.example www.evil.example a@evil.example',
  '``` \n```\n# evil',
  '`evil` **evil** <b>evil</b> <!-- --> --> </code></summary></details><img src=x onerror=evil>',
  '&lt;evil&gt; &amp; $evil$ $`evil`$ [evil](https://evil.example) ![evil](x)',
  '~~~\n- evil\n  ````````` evil',
  '%0A::error::evil,file=x:1\r\n::evil::',
  ']]><evil a="b\'c"/>\u0000\u0001\u001b[31m\ufffe\ud800\u202e',
  '"]:::evil;classDef evil\nclick evil "javascript:evil"\n%%{init: evil}%% #quot;',
  'evil{evil="evil"} 1\nevil 2\\n\\',
];

/** Every place of a report that a host or a playbook fills, filled with the text. */
export function hostileReport(evil: string, command: 'plan' | 'drift' | 'apply' = 'plan'): Report {
  const where = { file: evil, line: 1, column: 1 };
  const hostile = (action: Change['action']): Change =>
    change(action, evil, {
      after:
        action === 'delete'
          ? null
          : {
              name: evil,
              owner: evil,
              disruption: 'refuse',
              where,
              fields: { ...WEB, lower: evil, alias: evil },
            },
      fields: [
        fieldChange('alias', evil, evil, { replacementReason: evil }),
        fieldChange('source_macs', [], [1, 2, 3].map((n) => `${evil}${n}`) as never),
      ],
      holders: [{ pid: 1, command: evil, guest: evil }],
      disruptions: [evil],
    });
  const changes = (['create', 'update', 'replace', 'delete'] as const).map(hostile);
  const problem = { kind: 'kernel', message: evil, interface: evil } as const;
  const hosts = [
    declared(evil, changes, { warnings: [evil] }),
    declared(`${evil}2`, changes, { refusals: [problem, problem] }),
    // Long and without a decision in it, so that formats that fold such hosts up do.
    declared(
      `${evil}3`,
      changes.concat(changes).map((one) => ({ ...one, disruptions: [] })),
    ),
    declared(
      `${evil}4`,
      changes.concat(changes).map((one) => ({ ...one, disruptions: [] })),
    ),
    ...(command === 'apply' ? [applied(`${evil}5`, changes, { [evil]: 'done' }, [problem])] : []),
    unread(`${evil}6`, problem),
    unread(`${evil}7`, { kind: 'host-key', message: evil }),
    skipped(`${evil}8`, evil),
  ];
  return buildReport(command, hosts, { warnings: [{ message: evil, hint: evil, declared_at: where }] });
}
