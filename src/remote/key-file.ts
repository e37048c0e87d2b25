/**
 * What is in a private key file, and what can be told of a key that is locked with a passphrase? Its public half: an agent
 * that holds the other one can then sign, and nobody is asked. Never prints key material.
 */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { ParsedKey } from 'ssh2';
import { parseKey } from './ssh2.ts';

export type KeyFile =
  | { readonly kind: 'open'; readonly key: ParsedKey }
  /** `half` is undefined where only the passphrase could tell. */
  | {
      readonly kind: 'locked';
      readonly half: ParsedKey | undefined;
      readonly text: string;
      /** The cipher, where no passphrase helps: an agent alone can open it. */
      readonly foreign?: string;
    }
  /** No private key is here, but the public half of one that an agent may hold. */
  | { readonly kind: 'public'; readonly half: ParsedKey }
  /** A sentence without secrets. */
  | { readonly kind: 'unusable'; readonly why: string }
  | { readonly kind: 'absent' };

/** What node calls the form of a key that ssh2 reads. */
const TRADITIONAL: ReadonlyMap<string, 'pkcs1' | 'sec1'> = new Map([
  ['rsa', 'pkcs1'],
  ['ec', 'sec1'],
]);

export function readKeyFile(file: string): KeyFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return { kind: 'unusable', why: `the key file ${file} cannot be read (${code})` };
    const half = publicFile(`${file}.pub`);
    return half ? { kind: 'public', half } : { kind: 'absent' };
  }
  const key = openKey(text, undefined);
  if (key === 'locked') {
    const { half, cipher } = clearPart(text) ?? {};
    const foreign = cipher === FOREIGN_CIPHER ? { foreign: cipher } : {};
    return { kind: 'locked', half: half ?? publicFile(`${file}.pub`), text, ...foreign };
  }
  if (!key) return { kind: 'unusable', why: `the key file ${file} is no private key that can be used` };
  if (isCertificate(key)) {
    return { kind: 'unusable', why: `${file} is a certificate, which is not supported: name a plain key` };
  }
  return key.isPrivateKey() ? { kind: 'open', key } : { kind: 'public', half: key };
}

/** The certificate that ssh would show with this key, where there is one; it is not supported. */
export function certificateBeside(file: string): string | undefined {
  const beside = `${file}-cert.pub`;
  return existsSync(beside) ? beside : undefined;
}

function isCertificate({ type }: ParsedKey): boolean {
  return /-cert-v0\d@openssh\.com$/.test(type);
}

/** Undefined: no key that can be used. A wrong passphrase is `locked` too. */
export function openKey(text: string, passphrase: string | undefined): ParsedKey | 'locked' | undefined {
  const parsed = parseKey(text, passphrase);
  if (!(parsed instanceof Error)) return parsed.isPrivateKey() ? signingQuickly(parsed) : parsed;
  if (/encrypted|passphrase|bad decrypt|integrity/i.test(parsed.message)) return 'locked';
  // PKCS #8, as `ssh-keygen -m PKCS8` writes it, is none of the forms that ssh2 reads; node knows it.
  if (!/^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/.test(text)) return undefined;
  if (text.includes('ENCRYPTED') && passphrase === undefined) return 'locked';
  try {
    const key = createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
    const type = TRADITIONAL.get(key.asymmetricKeyType ?? '');
    const form = type ? key.export({ type, format: 'pem' }).toString() : opensshForm(key);
    const again = form && parseKey(form);
    return again && !(again instanceof Error) ? signingQuickly(again) : undefined;
  } catch {
    return passphrase === undefined ? undefined : 'locked';
  }
}

/** What a key of this type signs with where nobody says (RFC 5656, section 6.2.1; RFC 8709: no hash of its own). */
const OWN_HASH: ReadonlyMap<string, string | undefined> = new Map([
  ['ssh-ed25519', undefined],
  ['ecdsa-sha2-nistp256', 'sha256'],
  ['ecdsa-sha2-nistp384', 'sha384'],
  ['ecdsa-sha2-nistp521', 'sha512'],
]);

/**
 * The same key, read by node once. ssh2 gives node the text of the key for each signature, and reading it takes ten times
 * as long as signing (0.44 ms to 0.04 ms with Ed25519, node 20): for each host of a fleet.
 */
function signingQuickly(key: ParsedKey): ParsedKey {
  const slowly = key.sign.bind(key);
  let secret: KeyObject;
  try {
    secret = createPrivateKey(key.getPrivatePEM());
  } catch {
    return key;
  }
  key.sign = (data, hash) =>
    hash === undefined && !OWN_HASH.has(key.type)
      ? slowly(data, hash)
      : sign(hash ?? OWN_HASH.get(key.type), Buffer.from(data), secret);
  return key;
}

const MAGIC = 'openssh-key-v1\0';

/** ssh-keygen writes it where it is asked for (`-Z`); ssh2 knows it for connections only. */
const FOREIGN_CIPHER = 'chacha20-poly1305@openssh.com';

/** OpenSSH's own format (PROTOCOL.key) has more than the key in the clear: magic, cipher, KDF, its options, a count, public keys. */
function clearPart(
  text: string,
): { readonly cipher: string; readonly half: ParsedKey | undefined } | undefined {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  let at = MAGIC.length;
  const next = (): Buffer => {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    return bytes.subarray(start, at);
  };
  try {
    const [cipher] = [next(), next(), next()];
    at += 4;
    return { cipher: cipher?.toString('latin1') ?? '', half: publicKey(next()) };
  } catch {
    return undefined;
  }
}

/** Ed25519 of PKCS #8 (OpenSSH 9.6) in the one form of it that ssh2 reads: OpenSSH's own. */
function opensshForm(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== 'ed25519') return undefined;
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const [seed, half] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const text = (...parts: (string | Buffer)[]) => {
    const all = Buffer.concat(parts.map((part) => Buffer.from(part)));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(all.length);
    return Buffer.concat([length, all]);
  };
  const one = Buffer.from([0, 0, 0, 1]);
  const checks = Buffer.alloc(8);
  const keys = [checks, text('ssh-ed25519'), text(half), text(seed, half), text('')];
  const size = keys.reduce((sum, part) => sum + part.length, 0);
  const padding = Buffer.from(Array.from({ length: (8 - (size % 8)) % 8 }, (_, n) => n + 1));
  const clear = [text('none'), text('none'), text(''), one, text(text('ssh-ed25519'), text(half))];
  const bytes = Buffer.concat([Buffer.from(MAGIC), ...clear, text(...keys, padding)]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes.toString('base64').replace(/.{70}/g, '$&\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function publicFile(file: string): ParsedKey | undefined {
  try {
    return publicKey(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function publicKey(data: string | Buffer): ParsedKey | undefined {
  const key = parseKey(data);
  return key instanceof Error || key.isPrivateKey() ? undefined : key;
}
