/**
 * The lab as an inventory and a known_hosts file: the generated twin, for any number of hosts and any ports, of
 * inventories/lab.yml. Pure; writes no file.
 */
import { join } from 'node:path';
import { LAB_FILES } from './state.ts';

export interface ReachableHost {
  readonly name: string;
  /** On 127.0.0.1. */
  readonly port: number;
}

/** What inventories/group_vars/ holds; inside the generated file, which has no group_vars beside it. */
export const LAB_GROUP_VARS = {
  hypervisors: { uplink: 'eno1', appliance_uplink: 'eno2', storage_uplink: 'eno3' },
  rack_a: { rack: 'a', web_guests: 2 },
  rack_b: { rack: 'b', web_guests: 1 },
} as const;

/** The larger half of the hosts stands in rack_a; every host is in `hypervisors`, the first also in `canary`. */
export function inventoryText(hosts: readonly ReachableHost[], directory: string): string {
  const half = Math.ceil(hosts.length / 2);
  const members = (some: readonly ReachableHost[]) =>
    Object.fromEntries(some.map(({ name }) => [name, null]));
  const knownHosts = join(directory, LAB_FILES.knownHosts);
  const inventory = {
    all: {
      hosts: Object.fromEntries(hosts.map(({ name, port }) => [name, { ansible_port: port }])),
      vars: {
        ansible_host: '127.0.0.1',
        ansible_user: 'root',
        ansible_ssh_private_key_file: join(directory, LAB_FILES.key),
        ansible_ssh_common_args: `-o ${sshWord(`UserKnownHostsFile=${knownHosts}`, knownHosts)}`,
      },
      children: {
        hypervisors: {
          vars: LAB_GROUP_VARS.hypervisors,
          children: {
            rack_a: { vars: LAB_GROUP_VARS.rack_a, hosts: members(hosts.slice(0, half)) },
            rack_b: { vars: LAB_GROUP_VARS.rack_b, hosts: members(hosts.slice(half)) },
          },
        },
        canary: { hosts: members(hosts.slice(0, 1)) },
      },
    },
  };
  return `# Written by "tapfleet lab up"; "tapfleet lab down" removes it.\n${blockYaml(inventory, '')}`;
}

type Tree = { readonly [key: string]: Tree | string | number | null };

/** Block mappings with JSON scalars, which YAML reads as they are; the server starts faster without a YAML library. */
function blockYaml(tree: Tree, indent: string): string {
  return Object.entries(tree)
    .map(([key, value]) => {
      if (value === null) return `${indent}${key}:\n`;
      if (typeof value !== 'object') return `${indent}${key}: ${JSON.stringify(value)}\n`;
      const inner = blockYaml(value, `${indent}  `);
      return inner === '' ? `${indent}${key}: {}\n` : `${indent}${key}:\n${inner}`;
    })
    .join('');
}

/** One line per host, as OpenSSH writes a port other than 22: `[127.0.0.1]:PORT TYPE KEY`. */
export function knownHostsText(hosts: readonly (ReachableHost & { readonly publicKey: string })[]): string {
  return hosts.map(({ port, publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`).join('');
}

/** The shell's quotes, and inside them the quotes that ssh itself needs to see one file where a path has a space. */
function sshWord(option: string, path: string): string {
  return /[\s"']/.test(path) ? `'${option.replace(path, `"${path}"`)}'` : option;
}
