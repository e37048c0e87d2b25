/** `!vault` values in a playbook: opened, judged like literals, never templates, or refused where they stand. */
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../src/model/json.ts';
import { Secret } from '../../../src/model/secret.ts';
import { Vault } from '../../../src/vault/vault.ts';
import { seal } from '../../support/seal.ts';
import { lines, resolveText } from './mistakes.ts';

const PASSWORD = 'pw one';
const vaultWith = (password: string) => new Vault([{ label: 'default', password: new Secret(password) }]);
/** In one line, as a double-quoted string. */
const sealed = (text: string) => `!vault ${JSON.stringify(seal(text, PASSWORD))}`;

function resolve(text: string, vault = vaultWith(PASSWORD), variables: { [name: string]: Json } = {}) {
  const { manifests, diagnostics } = resolveText(text, { hv01: variables }, undefined, vault);
  return { fields: manifests[0]?.present.map((one) => one.fields), said: lines(diagnostics), vault };
}

const play = (macvtap: string, more = '') => `- hosts: all\n  macvtaps:\n    - {${macvtap}}\n${more}`;

describe('a field', () => {
  it.each<[string, string, object]>([
    ['alias', `alias: ${sealed('the vault room')}`, { alias: 'the vault room' }],
    ['a template in it', `alias: ${sealed('{{ 1 + 1 }}')}`, { alias: '{{ 1 + 1 }}' }],
    ['mac', `mac: ${sealed('52-54-00-AB-CD-EF')}`, { mac: '52:54:00:ab:cd:ef' }],
    ['a number', `mtu: ${sealed('1400')}`, { mtu: 1400 }],
    [
      'items of a list',
      `mode: source, source_macs: [${sealed('52:54:00:00:00:02')}, "{{ other }}"]`,
      { source_macs: ['52:54:00:00:00:02', '52:54:00:00:00:03'] },
    ],
  ])('%s', (_title, field, expected) => {
    const { fields, said } = resolve(play(`name: t0, lower: eno1, ${field}`), vaultWith(PASSWORD), {
      other: '52:54:00:00:00:03',
    });
    expect(said).toEqual([]);
    expect(fields?.[0]).toMatchObject(expected);
  });
});

it('is opened in defaults, in names, in loops and in what a play asks for', () => {
  const { fields, said } = resolve(
    `- hosts: ${sealed('hv01')}\n  owner: ${sealed('me')}\n  defaults: {lower: ${sealed('eno1')}}\n` +
      `  macvtaps:\n    - {name: ${sealed('t0')}}\n    - {name: "{{ item }}", loop: [${sealed('t1')}]}\n`,
  );
  expect(said).toEqual([]);
  expect(fields?.map(({ lower }) => lower)).toEqual(['eno1', 'eno1']);
});

it('is opened in the variables of a play, also for its hosts', () => {
  const { fields, said } = resolve(
    `- hosts: "{{ who }}"\n  vars: {who: ${sealed('hv01')}, what: ${sealed('{{ x }}')}}\n` +
      '  macvtaps:\n    - {name: t0, lower: eno1, alias: "{{ what }}"}\n',
  );
  expect(said).toEqual([]);
  expect(fields?.[0]?.alias).toBe('{{ x }}');
});

it('is kept off screens, an address also as plans show it', () => {
  const { vault } = resolve(play(`name: t0, lower: eno1, mac: ${sealed('52-54-00-AB-CD-EF')}`));
  expect([...vault.revealed]).toEqual(['52-54-00-AB-CD-EF', '52:54:00:ab:cd:ef']);
});

describe('what cannot be used is refused at its place, once', () => {
  const text = play(`name: t0, lower: eno1, alias: ${sealed('a description')}`);
  test.each<[string, string, Vault, string]>([
    [
      'no password',
      text,
      new Vault(),
      '3:45 error the value of "alias" is encrypted with Ansible Vault, and no vault password was given',
    ],
    [
      'a wrong one',
      text,
      vaultWith('wrong'),
      '3:45 error the value of "alias" is encrypted with Ansible Vault, and no password given opens it (tried: default)',
    ],
    [
      'no name',
      play(`lower: eno1, name: ${sealed('t0')}`),
      new Vault(),
      '3:34 error the value of "name" is encrypted with Ansible Vault, and no vault password was given',
    ],
    [
      'a variable',
      `- hosts: all\n  vars: {a: ${sealed('b')}}\n  macvtaps:\n    - {name: t0, lower: eno1, alias: "{{ a }}"}\n`,
      new Vault(),
      '4:38 error the variable "a" (play.yml:2) is encrypted with Ansible Vault, and no vault password was given (on hv01)',
    ],
    [
      'a condition',
      play(`name: t0, lower: eno1, when: ${sealed('1 == 1')}`),
      vaultWith(PASSWORD),
      '3:44 error when is kept from the template engine, by !unsafe or because it was encrypted',
    ],
    [
      'a wrong value',
      play(`name: t0, lower: eno1, mtu: ${sealed('hello')}`),
      vaultWith(PASSWORD),
      '3:43 error mtu is "hello", not a whole number',
    ],
  ])('%s', (_title, playbook, vault, expected) => {
    expect(resolve(playbook, vault).said).toEqual([expected]);
  });

  test('more than anybody encrypts one by one', () => {
    const many = `- hosts: all\n  macvtaps: []\n  serial: [${'!vault "x", '.repeat(1001)}1]\n`;
    const { said } = resolve(many, new Vault());
    expect(said).toHaveLength(1001);
    expect(said.at(-1)).toContain('is encrypted, as are 1000 values before it; no more are opened');
  });
});
