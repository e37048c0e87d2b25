/**
 * What to prove oneself with: private key files and the agent, read once a run. A key that cannot be used is passed over
 * with its reason kept, so that "authentication failed" can say what was tried. Never prints key material.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import type { SshLogin } from '../model/connection.ts';

/** As ssh(1) tries them, without the kinds that OpenSSH 9 no longer does. */
const DEFAULT_KEY_FILES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

export interface Identities {
  readonly keys: readonly ParsedKey[];
  /** Path of the agent's socket. */
  readonly agent: string | undefined;
  /** Why a key file that was named could not be used; sentences without secrets. */
  readonly unusable: readonly string[];
}

export class KeyRing {
  readonly #files = new Map<string, ParsedKey | string | undefined>();

  /** The keys for one host: those its settings name, else the agent's and the user's default ones. */
  identitiesFor(settings: SshLogin): Identities {
    const named = settings.privateKeyFiles.length > 0;
    const files = named
      ? settings.privateKeyFiles
      : DEFAULT_KEY_FILES.map((name) => join(homedir(), '.ssh', name));
    const keys: ParsedKey[] = [];
    const unusable: string[] = [];
    for (const file of files) {
      const key = this.#read(file);
      if (typeof key === 'string') unusable.push(key);
      else if (key) keys.push(key);
      else if (named) unusable.push(`the key file ${file} does not exist`);
    }
    return { keys, unusable, agent: settings.identitiesOnly ? undefined : settings.agent };
  }

  /** The key, a sentence where the file is there and cannot be used, or undefined where it is not there. */
  #read(file: string): ParsedKey | string | undefined {
    if (!this.#files.has(file)) this.#files.set(file, readKey(file));
    return this.#files.get(file);
  }
}

function readKey(file: string): ParsedKey | string | undefined {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : `the key file ${file} cannot be read (${code})`;
  }
  const parsed = ssh2.utils.parseKey(text);
  if (!(parsed instanceof Error)) return parsed;
  return /encrypted|passphrase/i.test(parsed.message)
    ? `the key ${file} has a passphrase: add it to ssh-agent`
    : `the key file ${file} is no private key that can be used`;
}
