/**
 * Do the declarations of one host agree with each other? Merges those that say the same, reports those that clash, each
 * with both places. Pure; knows no templates.
 */
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import { FIELD_NAMES, type FieldValue, sameValue } from '../model/macvtap.ts';
import type { Manifest, WantedMacvtap } from '../model/manifest.ts';
import type { FieldKey } from './fields.ts';
import { quote } from './quote.ts';
import type { Declaration } from './resolve-entry.ts';

type Present = Extract<Declaration, { present: true }>;

/** The interfaces of the host, sorted by name; of two that clash the first declared. */
export function checkHost(
  declarations: readonly Declaration[],
  report: (diagnostic: Diagnostic) => void,
): Pick<Manifest, 'present' | 'absent'> {
  const byName = new Map<string, Declaration>();
  for (const one of declarations) {
    const first = byName.get(one.wanted.name);
    if (!first) byName.set(one.wanted.name, one);
    else {
      const clash = clashOf(first, one);
      if (clash) report(clash);
    }
  }
  const kept = [...byName.values()].sort((a, b) => (a.wanted.name < b.wanted.name ? -1 : 1));
  const present = kept.filter((one) => one.present);
  checkLowers(present, byName, report);
  return {
    present: present.map((one) => one.wanted),
    absent: kept.flatMap((one) => (one.present ? [] : [one.wanted])),
  };
}

function clashOf(first: Declaration, second: Declaration): Diagnostic | undefined {
  const name = quote(second.wanted.name);
  if (first.wanted.owner !== second.wanted.owner) {
    return clash(
      second.wanted.where,
      `${name} is declared for two owners: ${quote(second.wanted.owner)} here, ${quote(first.wanted.owner)} there`,
      'let one play declare it, or give both plays one owner',
      first.wanted.where,
    );
  }
  if (first.present !== second.present) {
    const [here, there] = second.present ? ['present', 'absent'] : ['absent', 'present'];
    return clash(
      second.wanted.where,
      `${name} is declared twice, differently: ${here} here, ${there} there`,
      'keep one of the two declarations',
      first.wanted.where,
    );
  }
  const differences = differencesOf(first, second);
  const [key] = differences;
  if (key === undefined) return undefined;
  const more = differences.length > 1 ? ` (also ${differences.slice(1).join(', ')})` : '';
  return clash(
    placeOf(second, key),
    `${name} is declared twice, differently: ${key} ${shown(second, key)} here, ${shown(first, key)} there${more}`,
    'make both say the same, or keep one of them',
    placeOf(first, key),
  );
}

function differencesOf(first: Declaration, second: Declaration): FieldKey[] {
  const differences: FieldKey[] = [];
  if (first.present && second.present) {
    const [a, b] = [first.wanted.fields, second.wanted.fields];
    differences.push(...FIELD_NAMES.filter((field) => !sameValue(a[field], b[field])));
  }
  if (first.wanted.disruption !== second.wanted.disruption) differences.push('disruption');
  return differences;
}

function shown(one: Declaration, key: FieldKey): string {
  if (key === 'disruption') return one.wanted.disruption;
  const value: FieldValue | undefined = one.present
    ? one.wanted.fields[key as keyof WantedMacvtap['fields']]
    : undefined;
  return value === undefined ? 'not given' : quote(value);
}

/** Rules about the lower device that interfaces of one host share. */
function checkLowers(
  present: readonly Present[],
  byName: ReadonlyMap<string, Declaration>,
  report: (diagnostic: Diagnostic) => void,
): void {
  const onLower = new Map<string, Present[]>();
  for (const one of present) {
    const { lower } = one.wanted.fields;
    const sharing = onLower.get(lower);
    if (sharing) sharing.push(one);
    else onLower.set(lower, [one]);
    const below = byName.get(lower);
    if (below?.present) {
      report(
        clash(
          placeOf(one, 'lower'),
          `the lower device of ${quote(one.wanted.name)} is ${quote(lower)}, itself a declared macvtap`,
          'name the device below it: the kernel would stack both on that one',
          below.wanted.where,
          'declared here',
        ),
      );
    }
  }
  for (const [lower, sharing] of onLower) {
    if (sharing.length > 1) checkSharing(lower, sharing, report);
  }
}

function checkSharing(
  lower: string,
  sharing: readonly Present[],
  report: (diagnostic: Diagnostic) => void,
): void {
  const passthru = sharing.find((one) => one.wanted.fields.mode === 'passthru');
  if (passthru) {
    for (const other of sharing) {
      if (other === passthru) continue;
      report(
        clash(
          placeOf(other, 'lower'),
          `${quote(other.wanted.name)} shares the lower device ${quote(lower)} with ${quote(passthru.wanted.name)}, which is in passthru mode and must be alone on it`,
          'give one of them another lower device or mode',
          placeOf(passthru, 'mode'),
          'the passthru macvtap',
        ),
      );
    }
    return;
  }
  const byMac = new Map<string, Present>();
  for (const one of sharing) {
    const { mac } = one.wanted.fields;
    if (mac === undefined) continue;
    const first = byMac.get(mac);
    if (!first) byMac.set(mac, one);
    else {
      report(
        clash(
          placeOf(one, 'mac'),
          `${quote(one.wanted.name)} has the MAC ${mac} of ${quote(first.wanted.name)} on the same lower device ${quote(lower)}`,
          'give each its own address, or mac: auto',
          placeOf(first, 'mac'),
        ),
      );
    }
  }
}

function placeOf(one: Declaration, key: FieldKey): Position {
  return one.entry.fields.get(key)?.where ?? one.wanted.where;
}

function clash(
  where: Position,
  summary: string,
  hint: string,
  other: Position,
  note = 'the other declaration',
): Diagnostic {
  return { severity: 'error', summary, hint, where, related: { note, where: other } };
}
