/** Texts that ansible-vault 2.14 wrote, and texts that nobody should trust. */
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/model/secret.ts';
import { unseal } from '../../../src/vault/unseal.ts';
import { type Closed, sealedValue, Vault } from '../../../src/vault/vault.ts';

/** "hunter2hunter2", with the password "pw one". */
const PLAIN = `$ANSIBLE_VAULT;1.1;AES256
36653533333638303234613030313837663661356266386334666238373532653166306534653338
6333396261396461663935396437353834356233636230330a376636343566623361353961353261
61306436316238623361646434343533613233336532613539346531646638336562356566666138
3736363232656239630a656261623864396435366532313138316631336133656335383566346236
3862
`;
/** "ünï\n", for the vault id "lab", with the password "pw2". */
const LABELLED = `$ANSIBLE_VAULT;1.2;AES256;lab
34663630333530356461386463373564353764663466333238353934343033376134376163346366
3835376361613832353065636530313630356434336333610a303161633232363635326563353861
64303363313137653138383131663136636666383933326566636232346137366332663635323432
6533623033623264310a626661316261386336336163303032663537346233376166343536366239
6363`;

const secret = (label: string, password: string) => ({ label, password: new Secret(password) });
const both = new Vault([secret('default', 'pw one'), secret('lab', 'pw2')]);

test('opens what Ansible encrypted, whatever the id', () => {
  expect(both.open(PLAIN)).toEqual({ text: 'hunter2hunter2' });
  expect(both.open(LABELLED)).toEqual({ text: 'ünï\n' });
  expect(new Vault([secret('other', 'pw2')]).open(LABELLED)).toEqual({ text: 'ünï\n' });
});

describe('says why it cannot', () => {
  const body = PLAIN.split('\n').slice(1).join('\n');
  test.each<[string, Vault, string, string]>([
    ['no password', new Vault(), PLAIN, 'no vault password was given'],
    [
      'a wrong one',
      new Vault([secret('a', 'x'), secret('b', 'y')]),
      PLAIN,
      'no password given opens it (tried: a, b)',
    ],
    [
      'a wrong one for an id',
      new Vault([secret('a', 'x')]),
      LABELLED,
      'for the vault id "lab", and no password',
    ],
    ['another format', both, PLAIN.replace('1.1', '1.0'), 'is encrypted as 1.0 AES256; 1.1 and 1.2'],
    ['no vault at all', both, 'hello', 'it must begin with $ANSIBLE_VAULT'],
    ['nothing behind the header', both, '$ANSIBLE_VAULT;1.1;AES256\n', 'is damaged'],
    ['half of it', both, PLAIN.slice(0, 200), 'is damaged'],
    ['no hexadecimal', both, '$ANSIBLE_VAULT;1.1;AES256\nzz', 'is damaged'],
    [
      'one digit changed',
      both,
      `$ANSIBLE_VAULT;1.1;AES256\n${body.replace(/3862\s*$/, '3863')}`,
      'no password given',
    ],
  ])('%s', (_title, vault, text, problem) => {
    const opened = vault.open(text);
    expect('problem' in opened ? opened.problem : opened).toContain(problem);
  });
});

test('a value is opened where it is used, wherever it is inside, and kept off screens from then on', () => {
  const vault = new Vault([secret('default', 'pw one')]);
  const value = { list: [1, { inner: sealedValue(PLAIN) }] };
  expect([...vault.revealed]).toEqual([]);
  const fail = ({ problem }: Closed): never => {
    throw new Error(problem);
  };
  expect(unseal(value, vault, fail)).toEqual({ list: [1, { inner: 'hunter2hunter2' }] });
  expect([...vault.revealed]).toEqual(['hunter2hunter2']);
  expect(() => unseal(value, new Vault(), fail)).toThrow('no vault password was given');
});
