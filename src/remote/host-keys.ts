/**
 * Is this the host it claims to be? Reads the known_hosts files once a run, judges a key, writes a new one down where
 * the run was told to accept it. The verdict's text goes into the host's row.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SshLogin } from '../model/connection.ts';
import { hostName, KnownHosts, type KnownKey } from './known-hosts.ts';

export class HostKeys {
  readonly #files = new Map<string, KnownHosts>();

  #read(files: readonly string[]): KnownHosts {
    const id = files.join('\0');
    const known = this.#files.get(id) ?? new KnownHosts();
    if (!this.#files.has(id)) {
      for (const file of files) known.add(readIfThere(file), file);
      this.#files.set(id, known);
    }
    return known;
  }

  /**
   * The key types known for a host: offered first when connecting, so that a host with several keys shows one that we
   * know and is not mistaken for a changed one.
   */
  knownTypes(settings: SshLogin): string[] {
    const keys = this.#read(settings.knownHostsFiles).keysOf(...placeOf(settings));
    return [...new Set(keys.filter((key) => key.marker === undefined).map((key) => key.type))];
  }

  /** Undefined where the key may be trusted; else why not and what to do. `blob` is the public key as SSH sends it. */
  refusal(settings: SshLogin, blob: Buffer): string | undefined {
    const known = this.#read(settings.knownHostsFiles);
    const keys = known.keysOf(...placeOf(settings));
    const presented = blob.toString('base64');
    const type = keyType(blob);
    const name = hostName(...placeOf(settings));
    const same = keys.filter((key) => key.key === presented);
    const revoked = same.find((key) => key.marker === 'revoked');
    if (revoked) {
      return `the host key of ${name} (${type} ${fingerprint(blob)}) is marked as revoked in ${place(revoked)}`;
    }
    if (same.some((key) => key.marker === undefined) || settings.hostKeyChecking === 'no') return undefined;
    if (keys.length === 0 && this.#knownWithoutPort(known, settings, presented)) return undefined;
    const other = keys.find((key) => key.marker === undefined);
    if (other) {
      return (
        `the host key of ${name} has changed: it presents ${type} ${fingerprint(blob)}, ` +
        `${place(other)} has ${other.type} ${fingerprint(Buffer.from(other.key, 'base64'))}; ` +
        'if the host was reinstalled, remove that line, otherwise do not connect'
      );
    }
    if (settings.hostKeyChecking === 'accept-new') {
      this.#remember(settings, known, `${name} ${type} ${presented}`);
      return undefined;
    }
    const authority = keys.some((key) => key.marker === 'cert-authority')
      ? ' (a @cert-authority line is there, which is not supported)'
      : '';
    return (
      `the host key of ${name} is not known (${type} ${fingerprint(blob)})${authority}: ` +
      `add it with "ssh-keyscan", or use --host-key-checking=accept-new`
    );
  }

  /** As ssh: an unknown `[host]:port` is trusted where this very key is known for the host's usual port. */
  #knownWithoutPort(
    known: KnownHosts,
    { hostKeyAlias, address, port }: SshLogin,
    presented: string,
  ): boolean {
    if (hostKeyAlias !== undefined || port === 22) return false;
    const same = known.keysOf(address, 22).filter((key) => key.key === presented);
    return same.length > 0 && same.every((key) => key.marker === undefined);
  }

  #remember(settings: SshLogin, known: KnownHosts, line: string): void {
    const [file] = settings.knownHostsFiles;
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const last = readIfThere(file).at(-1);
    appendFileSync(file, `${last === undefined || last === '\n' ? '' : '\n'}${line}\n`, { mode: 0o600 });
    known.add(line, file);
  }
}

/** What a host's key is known under: its alias, or its address and port. */
function placeOf({ hostKeyAlias, address, port }: SshLogin): [string, number] {
  return hostKeyAlias === undefined ? [address, port] : [hostKeyAlias, 22];
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function keyType(blob: Buffer): string {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return blob.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
}

function place(key: KnownKey): string {
  return `${key.file}:${key.line}`;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
