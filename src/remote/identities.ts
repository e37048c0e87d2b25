/**
 * What to prove oneself with: private key files and the agent, read once a run. A key that cannot be used is passed over
 * with its reason kept, so that "authentication failed" can say what was tried. Never prints key material.
 */
import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import { ownHome } from '../files/own-account.ts';
import type { SshLogin } from '../model/connection.ts';
import type { Secret } from '../model/secret.ts';
import { type AgentKeys, keysOfAgent, SomeKeysOfAgent, sameKey } from './agent.ts';
import { certificateBeside, type KeyFile, openKey, readKeyFile } from './key-file.ts';

/** As ssh(1) tries them, without the kinds that OpenSSH 9 no longer does. */
const DEFAULT_KEY_FILES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** In the order to try: a server hears only a few keys (MaxAuthTries), so none is offered twice. */
export interface Identities {
  /** Keys of files that the agent signs with, as their files are locked or hold the public half alone. */
  readonly named: SomeKeysOfAgent | undefined;
  readonly keys: readonly ParsedKey[];
  /** What else the agent has, where more than the files may be offered. */
  readonly agent: SomeKeysOfAgent | undefined;
  /** Why a key file that was named, or the agent, could not be used; sentences without secrets. */
  readonly unusable: readonly string[];
}

/** Asks a person; undefined where nobody can be asked. */
export type AskPassphrase = (file: string) => Promise<Secret | undefined>;

const MAX_TRIES = 3;
const NO_AGENT: AgentKeys = { keys: [], unusable: [] };

export class KeyRing {
  readonly #files = new Map<string, KeyFile>();
  readonly #opened = new Map<string, Promise<ParsedKey | undefined>>();
  readonly #agents = new Map<string, Promise<AgentKeys>>();
  readonly #ask: AskPassphrase | undefined;

  constructor(ask?: AskPassphrase) {
    this.#ask = ask;
  }

  /** The keys for one host: those its settings name, else the user's default ones; and the agent that may have more. */
  async identitiesFor(settings: SshLogin): Promise<Identities> {
    if (settings.withoutMethods?.includes('publickey')) {
      return { named: undefined, keys: [], unusable: [], agent: undefined };
    }
    const isNamed = settings.privateKeyFiles.length > 0 || settings.withoutDefaultKeys === true;
    const files = isNamed
      ? settings.privateKeyFiles
      : DEFAULT_KEY_FILES.map((name) => join(ownHome(), '.ssh', name));
    const listed = settings.agent === undefined ? NO_AGENT : await this.#list(settings.agent);
    const held = listed.keys;
    // A default key that is encrypted is asked for only where there is nothing else to try.
    const asks = isNamed || held.length === 0 || settings.identitiesOnly;
    const unusable = [...listed.unusable];
    const keys: ParsedKey[] = [];
    const named: ParsedKey[] = [];
    for (const file of files) {
      const found = this.#read(file);
      const certificate = certificateBeside(file);
      if (certificate)
        unusable.push(`the certificate ${certificate} was not shown: certificates are not supported`);
      const half = 'half' in found ? found.half : undefined;
      const inAgent = half && held.find((key) => sameKey(key, half));
      if (inAgent) named.push(inAgent);
      else if (found.kind === 'open') keys.push(found.key);
      else if (found.kind === 'locked') {
        const key = asks && !found.foreign ? await this.#open(file, found.text) : undefined;
        if (key) keys.push(key);
        else if (found.foreign)
          unusable.push(
            `the key ${file} is locked with ${found.foreign}, which only an agent opens: add it to ssh-agent`,
          );
        else unusable.push(`the key ${file} has a passphrase: add it to ssh-agent`);
      } else if (found.kind === 'unusable') unusable.push(found.why);
      else if (found.kind === 'public')
        unusable.push(`of the key ${file} only the public half is here, and no agent has the other`);
      else if (isNamed) unusable.push(`the key file ${file} does not exist`);
    }
    const others = settings.identitiesOnly
      ? []
      : held.filter((key) => ![...named, ...keys].some((other) => sameKey(key, other)));
    const offer = (some: readonly ParsedKey[]) =>
      settings.agent !== undefined && some.length > 0 ? new SomeKeysOfAgent(settings.agent, some) : undefined;
    return { named: offer(named), keys, agent: offer(others), unusable };
  }

  #read(file: string): KeyFile {
    const known = this.#files.get(file) ?? readKeyFile(file);
    this.#files.set(file, known);
    return known;
  }

  #list(socket: string): Promise<AgentKeys> {
    const known = this.#agents.get(socket) ?? keysOfAgent(socket);
    this.#agents.set(socket, known);
    return known;
  }

  #open(file: string, text: string): Promise<ParsedKey | undefined> {
    const known = this.#opened.get(file) ?? this.#askFor(file, text);
    this.#opened.set(file, known);
    return known;
  }

  async #askFor(file: string, text: string): Promise<ParsedKey | undefined> {
    for (let tries = 0; this.#ask && tries < MAX_TRIES; tries++) {
      const passphrase = await this.#ask(file);
      if (!passphrase) return undefined;
      const key = openKey(text, passphrase.reveal());
      if (key && key !== 'locked') return key;
    }
    return undefined;
  }
}
