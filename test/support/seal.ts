/** Encrypts as Ansible Vault does (format 1.1, or 1.2 with a label), so that tests need no files made by hand. */
import { createCipheriv, createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** The envelope; always the same for the same text, password and label. */
export function seal(text: string | Buffer, password: string, label?: string): string {
  const salt = createHash('sha256').update(`${text}\0${password}`).digest();
  const keys = pbkdf2Sync(password, salt, 10_000, 80, 'sha256');
  const plain = Buffer.from(text);
  const padding = 16 - (plain.length % 16);
  const cipher = createCipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80));
  const data = Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)]))]);
  const mac = createHmac('sha256', keys.subarray(32, 64)).update(data).digest();
  const body = Buffer.from([salt, mac, data].map((part) => part.toString('hex')).join('\n')).toString('hex');
  const header = label === undefined ? '$ANSIBLE_VAULT;1.1;AES256' : `$ANSIBLE_VAULT;1.2;AES256;${label}`;
  return [header, ...(body.match(/.{1,80}/g) ?? [])].join('\n');
}

/** The same as a value of YAML that stands behind `key: ` on a line with so many spaces before it. */
export function sealedYaml(text: string, password: string, indent: number): string {
  const space = ' '.repeat(indent + 2);
  return `!vault |\n${space}${seal(text, password).replaceAll('\n', `\n${space}`)}`;
}
