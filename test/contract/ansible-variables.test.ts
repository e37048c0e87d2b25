/** Does the documentation say what becomes of every variable that Ansible's own ways to a host read? */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CONNECTION_VARIABLES } from '../../src/inventory/connection-variables.ts';
import { runProcess } from '../support/cli.ts';
import { describeWith } from '../support/needs.ts';

const PLUGINS = [
  ['connection', 'ssh'],
  ['connection', 'paramiko_ssh'],
  ['connection', 'local'],
  ['become', 'sudo'],
  ['shell', 'sh'],
] as const;

const documentation = readFileSync(new URL('../../docs/connections.md', import.meta.url), 'utf8');
const table = documentation.slice(
  documentation.indexOf('| variable | |'),
  documentation.indexOf("## Ansible's settings"),
);

interface Described {
  readonly doc: {
    readonly options: Readonly<Record<string, { readonly vars?: readonly { readonly name: string }[] }>>;
  };
}

describeWith(['ansible-doc'], 'the table of variables', () => {
  it.each(PLUGINS)('has all of %s %s', async (type, plugin) => {
    const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LC_ALL: 'C.UTF-8' };
    const { stdout } = await runProcess(['ansible-doc', '-t', type, '-j', plugin], { env });
    const described = JSON.parse(stdout) as Readonly<Record<string, Described>>;
    const options = Object.values(described).flatMap(({ doc }) => Object.values(doc.options));
    const names = options
      .flatMap(({ vars = [] }) => vars.map(({ name }) => name))
      .filter((name) => name.startsWith('ansible_'));
    expect(options.length).toBeGreaterThan(0);
    expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });

  it('has all that tapfleet reads', () => {
    expect([...CONNECTION_VARIABLES].filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });
});
