/**
 * Which host keys are known: OpenSSH's known_hosts format (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"), plain and hashed
 * names, `[host]:port`, patterns, `@revoked`. Pure; `host-keys.ts` reads and writes the files.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { compilePatternList } from '../ssh-config/pattern.ts';

export interface KnownKey {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** Key type as written, such as `ssh-ed25519`. */
  readonly type: string;
  /** The key blob in base64. */
  readonly key: string;
  readonly file: string;
  /** Counts from 1. */
  readonly line: number;
}

interface Entry extends KnownKey {
  /** Comma-separated names or patterns; `|1|salt|hash` for a hashed one. */
  readonly names: string;
}

/** Parsed files with an index by plain name: thousands of hosts look their keys up. */
export class KnownHosts {
  readonly #plain = new Map<string, Entry[]>();
  /** Answers given: each hashed line costs an HMAC for every name, and each host is asked for more than once. */
  readonly #answers = new Map<string, KnownKey[]>();
  readonly #others: { readonly entry: Entry; readonly matches: (name: string) => boolean }[] = [];

  add(text: string, file: string): void {
    this.#answers.clear();
    for (const [index, raw] of text.split('\n').entries()) {
      const entry = parseLine(raw, file, index + 1);
      if (!entry) continue;
      const names = entry.names.split(',');
      if (names.every((name) => /^[^|*?!]+$/.test(name))) {
        for (const name of names) {
          const key = name.toLowerCase();
          this.#plain.set(key, [...(this.#plain.get(key) ?? []), entry]);
        }
      } else {
        this.#others.push({ entry, matches: matcherOf(entry.names) });
      }
    }
  }

  /** The keys written down for an address; for another port than 22 under `[address]:port`. */
  keysOf(address: string, port: number): KnownKey[] {
    const name = hostName(address, port);
    const known = this.#answers.get(name);
    if (known) return known;
    const others = this.#others.filter(({ matches }) => matches(name));
    const found = [...(this.#plain.get(name) ?? []), ...others.map(({ entry }) => entry)];
    this.#answers.set(name, found);
    return found;
  }
}

/** A host's name as known_hosts writes it. */
export function hostName(address: string, port: number): string {
  const host = address.toLowerCase();
  return port === 22 ? host : `[${host}]:${port}`;
}

function parseLine(raw: string, file: string, line: number): Entry | undefined {
  const words = raw.trim().split(/\s+/);
  if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return undefined;
  const marker =
    words[0] === '@revoked' ? 'revoked' : words[0] === '@cert-authority' ? 'cert-authority' : undefined;
  const [names, type, key] = marker ? words.slice(1) : words;
  if (names === undefined || type === undefined || key === undefined) return undefined;
  return { marker, names, type, key, file, line };
}

function matcherOf(names: string): (name: string) => boolean {
  if (names.startsWith('|1|')) return (name) => matchesHash(names, name);
  return compilePatternList(names.toLowerCase());
}

function matchesHash(hashed: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hashed.split('|');
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
