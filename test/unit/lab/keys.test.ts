import { randomBytes } from 'node:crypto';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { newKeyPair } from '../../../src/lab/keys.ts';

describe('key pairs', () => {
  it('are read by ssh2 every time, and sign what their public half verifies', () => {
    for (let i = 0; i < 300; i += 1) {
      const pair = newKeyPair('x'.repeat(i % 9));
      const secret = ssh2.utils.parseKey(pair.privateKey);
      const open = ssh2.utils.parseKey(pair.publicKey);
      if (secret instanceof Error || open instanceof Error) throw new Error('malformed');
      const data = randomBytes(32);
      expect(open.verify(data, secret.sign(data))).toBe(true);
      expect(secret.getPublicSSH()).toEqual(open.getPublicSSH());
    }
  });
});
