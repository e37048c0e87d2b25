/** Reports for the page: a small fleet in which everything happens once, a large one, and one whose every text is hostile. */
import type { Change } from '../../src/model/change.ts';
import type { Mac } from '../../src/model/mac.ts';
import type { HostOutcome } from '../../src/model/outcome.ts';
import type { Report } from '../../src/model/report.ts';
import { buildReport } from '../../src/report/build.ts';
import { change, fieldChange, observedMacvtap, planned, unread, WEB } from '../unit/render/builders.ts';

const INTERFACES = 8;

/** Two digits of hexadecimal. */
function hex(n: number): string {
  return n.toString(16).padStart(2, '0');
}

export function macOf(host: number, tap: number): Mac {
  return `52:54:00:${hex(host >> 8)}:${hex(host & 255)}:${hex(tap)}` as Mac;
}

export function hostName(n: number): string {
  return `hv${String(n).padStart(4, '0')}`;
}

/** `hosts` hosts with 8 interfaces changed on each, every one with addresses of its own; two in a hundred are unreachable. */
export function largeFleet(hosts: number): Report {
  return buildReport(
    'plan',
    Array.from({ length: hosts }, (_, n): HostOutcome => {
      const host = hostName(n + 1);
      if (n % 50 === 7) {
        const address = `192.0.2.${n % 250}:22`;
        return unread(host, { kind: 'connect-timeout', message: `no answer from ${address} within 10 s` });
      }
      const changes = Array.from({ length: INTERFACES }, (_, tap) => tapChange(n, tap));
      const present = changes.flatMap(({ after }) => after ?? []);
      return planned(host, {
        changes,
        manifest: { host, present, absent: [], pruneOwners: ['default'], ignore: [], become: false },
      });
    }),
  );
}

const WHERE = { file: 'playbooks/fleet.yml', line: 12, column: 7 };

function tapChange(host: number, tap: number): Change {
  const name = `tap${tap}`;
  const fields = { ...WEB, lower: tap < 5 ? 'eno1' : 'bond0', mac: macOf(host, tap) };
  const wanted = { name, owner: 'default', disruption: 'refuse', where: WHERE, fields } as const;
  if (tap === 0) {
    return change('create', name, {
      after: wanted,
      fields: [
        fieldChange('lower', null, fields.lower),
        fieldChange('mode', null, fields.mode),
        fieldChange('mac', null, fields.mac),
        fieldChange('mtu', null, fields.mtu),
        fieldChange('state', null, fields.state),
      ],
    });
  }
  if (tap === 7) {
    return change('replace', name, {
      before: observedMacvtap(name, { ...fields, lower: 'eno1' }),
      after: wanted,
      fields: [
        fieldChange('lower', 'eno1', 'bond0', {
          replacementReason: 'the kernel cannot move a macvtap to another lower device',
        }),
      ],
      holders: [{ pid: 3000 + host, command: 'qemu-system-x86', guest: `guest${host}-${tap}` }],
      disruptions: ['the guest loses its link'],
    });
  }
  return change('update', name, {
    cause: 'drift',
    before: observedMacvtap(name, { ...fields, mode: 'vepa', mtu: 1400 + (host % 3) }),
    after: wanted,
    fields: [fieldChange('mode', 'vepa', 'bridge'), fieldChange('mtu', 1400 + (host % 3), 1500)],
  });
}

/** What would do harm in a page that took it for anything but text, each with the words by which it is seen there. */
export const HOSTILE = {
  image: '<img src=x onerror="document.title=\'harmed\'">',
  script: '</script><script>document.title="harmed"</script>',
  comment: '<!--<script>',
  bidi: 'web\u202egnp.0\u2066',
} as const;

/** A host, an interface, warnings, a problem, a holder, a value and a file name that are hostile. */
export function hostileFleet(): Report {
  const { image, script, comment, bidi } = HOSTILE;
  const where = { file: `${image}${comment}`, line: 1, column: 1 };
  const fields = { ...WEB, lower: script, alias: image };
  const wanted = { name: bidi, owner: 'default', disruption: 'refuse', where, fields } as const;
  const hosts = [
    planned(image, {
      changes: [
        change('replace', bidi, {
          before: observedMacvtap(bidi, { ...fields, lower: comment }),
          after: wanted,
          fields: [
            fieldChange('lower', comment, script, { replacementReason: image }),
            fieldChange('alias', script, image),
          ],
          holders: [{ pid: 1, command: script, guest: image }],
          disruptions: [image],
        }),
      ],
      manifest: {
        host: image,
        present: [wanted],
        absent: [],
        pruneOwners: ['default'],
        ignore: [],
        become: false,
      },
      warnings: [script, image],
    }),
    unread(script, { kind: 'connect-timeout', message: `${image}${comment}` }),
    planned(comment),
  ];
  return buildReport('plan', hosts, { warnings: [{ message: image, hint: script, declared_at: where }] });
}
