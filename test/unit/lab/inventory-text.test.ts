import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inventoryText, knownHostsText, LAB_GROUP_VARS } from '../../../src/lab/inventory-text.ts';

const hosts = [1, 2, 3].map((n) => ({ name: `lab0${n}`, port: 22400 + n }));
const repository = new URL('../../../', import.meta.url);

function read(path: string): unknown {
  return parse(readFileSync(new URL(path, repository), 'utf8'));
}

describe('the lab inventory', () => {
  it('says the same as inventories/lab.yml with its group_vars', () => {
    const twin = parse(inventoryText(hosts, '.tapfleet/lab')) as { all: Record<string, unknown> };
    const kept = read('inventories/lab.yml') as { all: Record<string, unknown> };
    expect(twin.all.hosts).toEqual(kept.all.hosts);
    expect(twin.all.vars).toEqual(kept.all.vars);
    expect(read('inventories/group_vars/hypervisors.yml')).toEqual(LAB_GROUP_VARS.hypervisors);
    expect(read('inventories/group_vars/rack_a.yml')).toEqual(LAB_GROUP_VARS.rack_a);
    expect(read('inventories/group_vars/rack_b.yml')).toEqual(LAB_GROUP_VARS.rack_b);
    expect(twin.all.children).toEqual({
      hypervisors: {
        vars: LAB_GROUP_VARS.hypervisors,
        children: {
          rack_a: { vars: LAB_GROUP_VARS.rack_a, hosts: { lab01: null, lab02: null } },
          rack_b: { vars: LAB_GROUP_VARS.rack_b, hosts: { lab03: null } },
        },
      },
      canary: { hosts: { lab01: null } },
    });
  });

  it('has both racks for any number of hosts, one included', () => {
    const one = parse(inventoryText(hosts.slice(0, 1), '/x')) as {
      all: { children: { hypervisors: unknown } };
    };
    expect(one.all.children.hypervisors).toMatchObject({
      children: { rack_a: { hosts: { lab01: null } }, rack_b: { hosts: {} } },
    });
  });

  it('keeps a directory with a space or a quote one word for the shell and for ssh', () => {
    const text = inventoryText(hosts, '/home/a user/lab');
    const { all } = parse(text) as { all: { vars: Record<string, string> } };
    expect(all.vars.ansible_ssh_private_key_file).toBe('/home/a user/lab/id_ed25519');
    expect(all.vars.ansible_ssh_common_args).toBe(`-o 'UserKnownHostsFile="/home/a user/lab/known_hosts"'`);
  });

  it('writes known_hosts lines with the port', () => {
    expect(knownHostsText([{ name: 'lab01', port: 22401, publicKey: 'ssh-ed25519 AAAA' }])).toBe(
      '[127.0.0.1]:22401 ssh-ed25519 AAAA\n',
    );
  });
});
