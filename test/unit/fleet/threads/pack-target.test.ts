import { expect, it } from 'vitest';
import { packTarget, unpackTarget } from '../../../../src/fleet/threads/pack-target.ts';
import type { SshLogin, SshSettings } from '../../../../src/model/connection.ts';
import { Secret } from '../../../../src/model/secret.ts';
import { DECLARED, manifestOf, wanted } from '../../../support/builders.ts';
import { settingsFor } from '../../../support/model-connection.ts';

const base = settingsFor('hv01') as SshSettings;
const login = (password: string): SshLogin => ({ ...base, password: new Secret(password) });
const settings: SshSettings = {
  ...base,
  password: new Secret('one'),
  becomePassword: new Secret('two'),
  algorithms: { ciphers: '+aes128-cbc' },
  proxy: {
    kind: 'jump',
    through: { ...login('three'), proxy: { kind: 'jump', through: login('four') } },
  },
};
const target = { host: 'hv01', settings, manifest: manifestOf('hv01', [wanted('web0', DECLARED)]) };

it('goes to another thread and back with every secret, the innermost too', () => {
  const back = unpackTarget(structuredClone(packTarget(target))).settings as SshSettings;
  const [jump, inner] = [back.proxy, back.proxy?.kind === 'jump' ? back.proxy.through.proxy : undefined];
  const through = [jump, inner].map((proxy) => (proxy?.kind === 'jump' ? proxy.through.password : undefined));
  const secrets = [back.password, back.becomePassword, ...through];
  expect(secrets.map((secret) => secret instanceof Secret && secret.reveal())).toEqual([
    'one',
    'two',
    'three',
    'four',
  ]);
});

it('loses nothing else', () => {
  const back = unpackTarget(structuredClone(packTarget(target)));
  // Secrets show themselves as a mask, on both sides.
  expect(JSON.stringify(back)).toBe(JSON.stringify(target));
  expect(back.manifest).toEqual(target.manifest);
});
