/**
 * Key pairs for the lab, in the form OpenSSH reads (PROTOCOL.key), for the client and for the servers. Written out here
 * because `generateKeyPairSync` of ssh2 1.17 gives a malformed ed25519 key about once in 200 times. Writes no file.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface KeyPair {
  /** The whole text of a private key file, unencrypted. */
  readonly privateKey: string;
  /** `ssh-ed25519 BASE64`, as in known_hosts and authorized_keys. */
  readonly publicKey: string;
}

const TYPE = 'ssh-ed25519';
const KEY_BYTES = 32;

export function newKeyPair(comment: string): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  // RFC 8410: the 32 bytes of the key end both forms. Not by way of a JWK: exporting one right after generating it
  // now and then blocks Node 20.20 for ever.
  const publicBytes = publicKey.subarray(-KEY_BYTES);
  const seed = privateKey.subarray(-KEY_BYTES);
  const publicBlob = Buffer.concat([field(TYPE), field(publicBytes)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    field(Buffer.concat([seed, publicBytes])),
    field(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, i) => i + 1));
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    number(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKey: [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      ...lines,
      '-----END OPENSSH PRIVATE KEY-----',
      '',
    ].join('\n'),
    publicKey: `${TYPE} ${publicBlob.toString('base64')}`,
  };
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
