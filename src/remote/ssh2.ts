/**
 * What of the package `ssh2` does tapfleet use? The client, keys and agents. Taken part by part: the whole brings a
 * server, a key generator and agents for HTTP along, a tenth of a start-up.
 */
import agents from 'ssh2/lib/agent.js';
import Client from 'ssh2/lib/client.js';
import constants from 'ssh2/lib/protocol/constants.js';
import parser from 'ssh2/lib/protocol/keyParser.js';

export { Client };
export const { BaseAgent, OpenSSHAgent } = agents;
export const { parseKey } = parser;

/** The names of algorithms in the list `DEFAULT_KEX`, `SUPPORTED_CIPHER` and so on. */
export function algorithmList(list: string): readonly string[] {
  return constants[list] ?? [];
}
