/** Is one written-out MAC address declared on several hosts? Legitimate for a guest prepared to migrate, so a warning. */
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import type { Declaration } from './resolve-entry.ts';

const NAMED_HOSTS = 3;

interface MacUse {
  readonly where: Position;
  /** The first NAMED_HOSTS of them. */
  readonly named: string[];
  last: string;
  count: number;
}

/** By address. */
export type MacUses = Map<string, MacUse>;

export function collectMacs(uses: MacUses, host: string, declarations: readonly Declaration[]): void {
  for (const one of declarations) {
    if (!one.present || !one.explicitMac) continue;
    const { mac } = one.wanted.fields;
    if (mac === undefined) continue;
    const use = uses.get(mac);
    if (!use) {
      const where = one.entry.fields.get('mac')?.where ?? one.wanted.where;
      uses.set(mac, { where, named: [host], last: host, count: 1 });
    } else if (use.last !== host) {
      use.last = host;
      use.count += 1;
      if (use.named.length < NAMED_HOSTS) use.named.push(host);
    }
  }
}

/** One warning for each address that is on several hosts, where it is first declared. */
export function sharedMacs(uses: MacUses): Diagnostic[] {
  return [...uses].flatMap(([mac, { where, named, count }]) => {
    if (count < 2) return [];
    const rest = count - named.length;
    const list =
      rest > 0
        ? `${named.join(', ')} and ${rest} more`
        : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
    return {
      severity: 'warning' as const,
      summary: `the MAC ${mac} is declared on ${count} hosts: ${list}`,
      hint: 'right for a guest prepared on several hosts to migrate; otherwise give each its own, or mac: auto',
      where,
    };
  });
}
