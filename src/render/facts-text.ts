/** Answers what the command `facts` prints: for each host what it was seen to have, as YAML or JSON. Judges nothing. */
import type { Json } from '../model/json.ts';
import type { ObservedLink, ObservedMacvtap, ObservedState } from '../model/observed.ts';
import type { Problem } from '../model/problem.ts';
import { fieldsDocument } from '../model/state-document.ts';
import { jsonText } from './json.ts';
import type { DataFormat } from './manifest-text.ts';
import { yamlText } from './yaml-text.ts';

/** Hosts in the order of the map; one that could not be read has its `error` and nothing else. `hide`: of YAML. */
export function renderFacts(
  observedByHost: ReadonlyMap<string, ObservedState | Problem>,
  format: DataFormat = 'yaml',
  hide?: (text: string) => string,
): string {
  const document = Object.fromEntries(
    [...observedByHost].map(([host, facts]) => [
      host,
      'macvtaps' in facts ? factsDocument(facts) : errorDocument(facts),
    ]),
  );
  return format === 'json' ? jsonText(document) : yamlText(document, hide);
}

function errorDocument({ kind, message }: Problem): Json {
  return { error: { kind, message } };
}

function factsDocument(state: ObservedState): Json {
  return {
    kernel: state.kernel,
    iproute2: state.iproute2,
    root: state.root,
    management_device: state.managementDevice ?? null,
    macvtaps: Object.fromEntries([...state.macvtaps].map(([name, one]) => [name, macvtapDocument(one)])),
    links: Object.fromEntries([...state.links].map(([name, link]) => [name, linkDocument(link)])),
  };
}

/** `owner` null: foreign. `holders` null: the login may not look. */
function macvtapDocument({ fields, mark, holders, ifindex }: ObservedMacvtap): Json {
  return {
    ...fieldsDocument(fields),
    ifindex,
    owner: mark?.owner ?? null,
    holders: holders === 'unknown' ? null : holders.map((holder) => ({ ...holder })),
  };
}

function linkDocument(link: ObservedLink): Json {
  return {
    ifindex: link.ifindex,
    kind: link.kind ?? null,
    lower: link.lower ?? null,
    master: link.master ?? null,
    mac: link.mac ?? null,
    mtu: link.mtu,
    up: link.up,
  };
}
