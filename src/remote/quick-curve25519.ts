/**
 * How is a key exchanged quickly? Node reads and writes the raw 32 bytes of X25519 (RFC 7748) ten times faster in JSON Web
 * Key than in DER, which the package `ssh2` 1.17 puts round them: 0.25 ms of 6 a host. The arithmetic is node's own either
 * way, and so is its refusal of a point that gives nothing. Where ssh2 is made otherwise, it is left as it is.
 */
import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import type { Client } from 'ssh2';

/** What is used of the class `Curve25519Exchange` in ssh2's `lib/protocol/kex.js`. */
export interface Exchange {
  type: string;
  _keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | null;
  _half?: Buffer;
  generateKeys(): void;
  getPublicKey(): Buffer;
  /** The shared secret as RFC 4251's mpint; what went wrong is given back. */
  computeSecret(other: Buffer): Buffer | Error;
}

const LENGTH = 32;
let isDone = false;

/** From the next connection on: the class shows itself with the first key that was exchanged. */
export function exchangeQuickly(client: Client): void {
  if (isDone) return;
  client.once('handshake', () => {
    const exchange = (client as unknown as { _protocol?: { _kex?: Exchange } })._protocol?._kex;
    if (isDone || exchange?.type !== '25519') return;
    isDone = true;
    const own = Object.getPrototypeOf(exchange) as Exchange;
    const parts = [own.generateKeys, own.getPublicKey, own.computeSecret];
    if (!parts.every((part) => typeof part === 'function')) return;
    own.getPublicKey = publicHalf;
    own.computeSecret = secretWith;
  });
}

/** Asked for twice an exchange. */
export function publicHalf(this: Exchange): Buffer {
  this.generateKeys();
  this._half ??= Buffer.from(this._keys?.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return this._half;
}

export function secretWith(this: Exchange, other: Buffer): Buffer | Error {
  this.generateKeys();
  try {
    if (!this._keys || other.length !== LENGTH) throw new Error('not a public key of X25519');
    const key = { kty: 'OKP', crv: 'X25519', x: other.toString('base64url') };
    const publicKey = createPublicKey({ key, format: 'jwk' });
    return mpint(diffieHellman({ privateKey: this._keys.privateKey, publicKey }));
  } catch (error) {
    return error as Error;
  }
}

/** A positive number as RFC 4251, section 5, writes it: no zeros before it, but one where it would look negative. */
export function mpint(number: Buffer): Buffer {
  const digits = number.subarray(number.findIndex((byte) => byte !== 0));
  return (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]);
}
