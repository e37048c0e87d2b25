/** What hosts does `-i 'hv01,hv02:2222,'` name? Adds them to the draft, ungrouped, as Ansible's host_list plugin does. */
import type { Diagnostics } from '../model/diagnostic.ts';
import { quotedWords } from '../model/secret-name.ts';
import { parseAddress } from './address.ts';
import { addGroup, addHost, type Draft } from './draft.ts';

/** Ranges are not expanded here: Ansible does that only with its advanced_host_list plugin. */
export function parseHostList(text: string, draft: Draft, diagnostics: Diagnostics): void {
  const ungrouped = addGroup(draft, 'ungrouped');
  for (const word of text.split(',').map((part) => part.trim())) {
    if (word === '') continue;
    if (/[\s\p{Cc}[\]]/u.test(word) && !parseAddress(word)) {
      diagnostics.error(`${quotedWords(word)} in the host list is not the name of a host`, {
        hint: 'part the names with commas; ranges work in inventory files only',
      });
      continue;
    }
    const address = parseAddress(word) ?? { host: word };
    if (address.host.includes('[')) {
      diagnostics.error(`the host list names the range "${word}"`, {
        hint: 'ranges work in inventory files only',
      });
      continue;
    }
    if (draft.hosts.has(address.host)) continue;
    const port = address.port === undefined ? {} : { port: address.port };
    addHost(draft, ungrouped, { name: address.host, ...port }, diagnostics);
  }
}
