/** Answers what the command `manifest` prints: for each host what it must have, as YAML or JSON. Resolves nothing. */
import { compareText } from '../model/compare.ts';
import type { Json } from '../model/json.ts';
import type { Manifest } from '../model/manifest.ts';
import { fieldsDocument } from '../model/state-document.ts';
import { jsonText } from './json.ts';
import { yamlText } from './yaml-text.ts';

export type DataFormat = 'yaml' | 'json';

/** `{ HOST: { macvtaps: { NAME: fields }, prune_owners: [], ignore: [] } }` (the last only where there are rules), hosts in the order given, interfaces by name. `hide`: of YAML. */
export function renderManifests(
  manifests: readonly Manifest[],
  format: DataFormat = 'yaml',
  hide?: (text: string) => string,
): string {
  const document = Object.fromEntries(manifests.map((one) => [one.host, manifestDocument(one)]));
  return format === 'json' ? jsonText(document) : yamlText(document, hide);
}

function manifestDocument({ present, absent, pruneOwners, ignore }: Manifest): Json {
  const macvtaps: [string, Json][] = [
    ...present.map(({ name, owner, disruption, fields }): [string, Json] => [
      name,
      { ...fieldsDocument(fields), owner, disruption },
    ]),
    ...absent.map(({ name, owner, disruption }): [string, Json] => [
      name,
      { state: 'absent', owner, disruption },
    ]),
  ];
  return {
    macvtaps: Object.fromEntries(macvtaps.sort(([a], [b]) => compareText(a, b))),
    prune_owners: pruneOwners,
    ...(ignore.length === 0
      ? {}
      : {
          ignore: ignore.map(({ owner, interfaces, fields }) => ({
            owner,
            interfaces,
            ...(fields === undefined ? {} : { fields }),
          })),
        }),
  };
}
