/**
 * What does a text encrypted with Ansible Vault say? Formats 1.1 and 1.2 (AES256: PBKDF2-SHA256, AES-256-CTR,
 * HMAC-SHA256; ansible/parsing/vault, ansible-core 2.14). Reads no file and asks nobody. Remembers what it opened, so
 * that it can be kept off every screen.
 */
import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { firstBadByte } from '../files/bad-byte.ts';
import type { Json } from '../model/json.ts';
import type { Secret } from '../model/secret.ts';

export interface VaultSecret {
  /** The vault id's label; `default` where none was given. */
  readonly label: string;
  readonly password: Secret;
}

/** Why a text stays closed, fit to follow the name of the file or variable; and what to do. */
export interface Closed {
  readonly problem: string;
  readonly hint: string;
  /** Where in the opened text. */
  readonly at?: { readonly line: number; readonly column: number };
}

/** Hidden, they would be missing from every report, and nothing would be hidden by it. */
const COMMON_WORD = /^\s*(?:true|false|none|null|yes|no)\s*$/i;

const ITERATIONS = 10_000;
const GIVE_IT = 'give it with --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass';
const ENCRYPT_AGAIN = 'encrypt it again, with ansible-vault encrypt';

export class Vault {
  readonly #secrets: readonly VaultSecret[];
  readonly #opened = new Map<string, { readonly text: string } | Closed | undefined>();
  readonly #revealed = new Set<string>();

  constructor(secrets: readonly VaultSecret[] = []) {
    this.#secrets = secrets;
  }

  /** Everything opened so far that may not be shown. */
  get revealed(): ReadonlySet<string> {
    return this.#revealed;
  }

  /** From now on kept off every screen. */
  hide(secret: string): void {
    if (!COMMON_WORD.test(secret)) this.#revealed.add(secret);
  }

  /** The plain text, or why there is none. */
  open(envelope: string): { readonly text: string } | Closed {
    const parts = readEnvelope(envelope);
    if ('problem' in parts) return parts;
    if (this.#secrets.length === 0) {
      return { problem: 'is encrypted with Ansible Vault, and no vault password was given', hint: GIVE_IT };
    }
    const key = parts.body;
    if (!this.#opened.has(key)) this.#opened.set(key, textOf(this.#decrypt(parts)));
    const opened = this.#opened.get(key);
    if (opened) return opened;
    const ids = this.#secrets.map(({ label }) => label).join(', ');
    const wanted = parts.label === undefined ? '' : ` for the vault id "${parts.label}"`;
    return {
      problem: `is encrypted with Ansible Vault${wanted}, and no password given opens it (tried: ${ids})`,
      hint: GIVE_IT,
    };
  }

  /** Those whose label is the envelope's first; then all others, as Ansible does. */
  #decrypt({ label, salt, mac, data }: Envelope): Buffer | undefined {
    const first = this.#secrets.filter((one) => one.label === label);
    for (const { password } of [...first, ...this.#secrets.filter((one) => one.label !== label)]) {
      const keys = pbkdf2Sync(password.reveal(), salt, ITERATIONS, 80, 'sha256');
      const expected = createHmac('sha256', keys.subarray(32, 64)).update(data).digest();
      if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) continue;
      const decipher = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80));
      const padded = Buffer.concat([decipher.update(data), decipher.final()]);
      return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
    }
    return undefined;
  }
}

function textOf(bytes: Buffer | undefined): { readonly text: string } | Closed | undefined {
  const bad = bytes && firstBadByte(bytes);
  if (!bad) return bytes && { text: bytes.toString() };
  const { line, column } = bad;
  // Not which byte it is, for it may be one of a password.
  const problem = `is not UTF-8 once it is opened: see line ${line}, column ${column} of it`;
  return { problem, hint: 'save it as UTF-8 before it is encrypted', at: { line, column } };
}

/** Whether a whole file is encrypted. */
export function isVaulted(text: string): boolean {
  return text.startsWith('$ANSIBLE_VAULT;');
}

/** How a value under `!vault` is kept until somebody uses it: as ansible-inventory prints it. */
export function sealedValue(envelope: string): Json {
  return { __ansible_vault: envelope };
}

/** The envelope of such a value; also of those that an inventory in JSON holds. */
export function sealedText(value: Json): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const { __ansible_vault: envelope } = value as { readonly [key: string]: Json };
  return typeof envelope === 'string' && Object.keys(value).length === 1 ? envelope : undefined;
}

interface Envelope {
  readonly label: string | undefined;
  readonly body: string;
  readonly salt: Buffer;
  readonly mac: Buffer;
  readonly data: Buffer;
}

function readEnvelope(text: string): Envelope | Closed {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const [magic, version = '', cipher = '', label] = header.trim().split(';');
  if (magic !== '$ANSIBLE_VAULT')
    return { problem: 'is no text of Ansible Vault: it must begin with $ANSIBLE_VAULT', hint: ENCRYPT_AGAIN };
  if (cipher !== 'AES256' || (version !== '1.1' && version !== '1.2')) {
    return {
      problem: `is encrypted as ${version} ${cipher}; 1.1 and 1.2 with AES256 are known`,
      hint: ENCRYPT_AGAIN,
    };
  }
  const body = lines.map((line) => line.trim()).join('');
  // The parts are hexadecimal lines, and all together are so once more.
  const [salt, mac, data] = unhex(body)?.toString('latin1').split('\n').map(unhex) ?? [];
  if (!salt || !mac || !data)
    return {
      problem: 'is damaged: what follows its first line is no text of Ansible Vault',
      hint: ENCRYPT_AGAIN,
    };
  return { label: version === '1.2' ? label : undefined, body, salt, mac, data };
}

function unhex(text: string): Buffer | undefined {
  return text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}
