/**
 * What to prove oneself with: private key files and the agent, read once a run. A key that cannot be used is passed over
 * with its reason kept, so that "authentication failed" can say what was tried. Never prints key material.
 */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import type { SshLogin } from '../model/connection.ts';
import type { Secret } from '../model/secret.ts';

/** As ssh(1) tries them, without the kinds that OpenSSH 9 no longer does. */
const DEFAULT_KEY_FILES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

export interface Identities {
  readonly keys: readonly ParsedKey[];
  /** Path of the agent's socket. */
  readonly agent: string | undefined;
  /** Why a key file that was named could not be used; sentences without secrets. */
  readonly unusable: readonly string[];
}

/** Asks a person; undefined where nobody can be asked. */
export type AskPassphrase = (file: string) => Promise<Secret | undefined>;

const MAX_TRIES = 3;
/** What node calls the form of a key that ssh2 reads. */
const TRADITIONAL: ReadonlyMap<string, 'pkcs1' | 'sec1'> = new Map([
  ['rsa', 'pkcs1'],
  ['ec', 'sec1'],
]);

export class KeyRing {
  readonly #files = new Map<string, Promise<ParsedKey | string | undefined>>();
  readonly #ask: AskPassphrase | undefined;

  constructor(ask?: AskPassphrase) {
    this.#ask = ask;
  }

  /** The keys for one host: those its settings name, else the user's default ones; and the agent that may have more. */
  async identitiesFor(settings: SshLogin): Promise<Identities> {
    if (settings.withoutMethods?.includes('publickey')) return { keys: [], unusable: [], agent: undefined };
    const named = settings.privateKeyFiles.length > 0 || settings.withoutDefaultKeys === true;
    const files = named
      ? settings.privateKeyFiles
      : DEFAULT_KEY_FILES.map((name) => join(homedir(), '.ssh', name));
    const agent = settings.identitiesOnly ? undefined : settings.agent;
    // A default key that is encrypted is asked for only where there is nothing else to try.
    const ask = named || !agent ? this.#ask : undefined;
    const keys: ParsedKey[] = [];
    const unusable: string[] = [];
    for (const file of files) {
      const key = await this.#read(file, ask);
      if (typeof key === 'string') unusable.push(key);
      else if (key) keys.push(key);
      else if (named) unusable.push(`the key file ${file} does not exist`);
    }
    return { keys, unusable, agent };
  }

  /** The key, a sentence where the file is there and cannot be used, or undefined where it is not there. */
  #read(file: string, ask: AskPassphrase | undefined): Promise<ParsedKey | string | undefined> {
    const known = this.#files.get(file) ?? readKey(file, ask);
    this.#files.set(file, known);
    return known;
  }
}

async function readKey(
  file: string,
  ask: AskPassphrase | undefined,
): Promise<ParsedKey | string | undefined> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : `the key file ${file} cannot be read (${code})`;
  }
  const plain = parseKey(text, undefined);
  if (plain !== 'encrypted') return plain ?? `the key file ${file} is no private key that can be used`;
  for (let tries = 0; ask && tries < MAX_TRIES; tries++) {
    const passphrase = await ask(file);
    if (!passphrase) break;
    const key = parseKey(text, passphrase.reveal());
    if (key && key !== 'encrypted') return key;
  }
  return `the key ${file} has a passphrase: add it to ssh-agent`;
}

/** Undefined: no key that can be used. A wrong passphrase is `encrypted` too. */
function parseKey(text: string, passphrase: string | undefined): ParsedKey | 'encrypted' | undefined {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  if (!(parsed instanceof Error)) return parsed;
  if (/encrypted|passphrase|bad decrypt|integrity/i.test(parsed.message)) return 'encrypted';
  // PKCS #8, as `ssh-keygen -m PKCS8` writes it, is none of the forms that ssh2 reads; node knows it.
  if (!/^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/.test(text)) return undefined;
  if (text.includes('ENCRYPTED') && passphrase === undefined) return 'encrypted';
  try {
    const key = createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
    const type = TRADITIONAL.get(key.asymmetricKeyType ?? '');
    const again = type && ssh2.utils.parseKey(key.export({ type, format: 'pem' }));
    return again && !(again instanceof Error) ? again : undefined;
  } catch {
    return passphrase === undefined ? undefined : 'encrypted';
  }
}
