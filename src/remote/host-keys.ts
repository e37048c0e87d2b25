/**
 * Is this the host it claims to be? Reads the known_hosts files once a run, judges a key, writes a new one down where
 * the run was told to accept it. The verdict's text goes into the host's row.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SshLogin } from '../model/connection.ts';
import { hostName, KnownHosts, type KnownKey } from './known-hosts.ts';

interface Read {
  readonly known: KnownHosts;
  /** Files that are there and could not be read: what they say of a host is not known. */
  readonly unread: readonly string[];
}

export class HostKeys {
  readonly #files = new Map<string, Read>();

  #read(files: readonly string[]): Read {
    const id = files.join('\0');
    const found = this.#files.get(id) ?? readAll(files);
    this.#files.set(id, found);
    return found;
  }

  /**
   * The key types known for a host: offered first when connecting, so that a host with several keys shows one that we
   * know and is not mistaken for a changed one.
   */
  knownTypes(settings: SshLogin): string[] {
    const keys = this.#read(settings.knownHostsFiles).known.keysOf(...placeOf(settings));
    return [...new Set(keys.filter((key) => key.marker === undefined).map((key) => key.type))];
  }

  /** Undefined where the key may be trusted; else why not and what to do. `blob` is the public key as SSH sends it. */
  refusal(settings: SshLogin, blob: Buffer): string | undefined {
    const { known, unread } = this.#read(settings.knownHostsFiles);
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
    const unknown = `the host key of ${name} is not known (${type} ${fingerprint(blob)})`;
    if (unread.length > 0) return `${unknown}: ${unread.join(', ')}`;
    if (settings.hostKeyChecking === 'accept-new') {
      const fault = this.#remember(settings, known, `${name} ${type} ${presented}`);
      return fault && `${unknown}, and could not be written down: ${fault}`;
    }
    const authority = keys.some((key) => key.marker === 'cert-authority')
      ? ' (a @cert-authority line is there, which is not supported)'
      : '';
    return `${unknown}${authority}: add it with "ssh-keyscan", or use --host-key-checking=accept-new`;
  }

  /** Another key than the known one: whoever has it may be trusted with nothing, even where any key is taken. */
  isChanged(settings: SshLogin, blob: Buffer): boolean {
    const keys = this.#read(settings.knownHostsFiles).known.keysOf(...placeOf(settings));
    const known = keys.filter((key) => key.marker === undefined);
    return known.length > 0 && !known.some((key) => key.key === blob.toString('base64'));
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

  /** What stood in the way. */
  #remember(settings: SshLogin, known: KnownHosts, line: string): string | undefined {
    const [file] = settings.knownHostsFiles;
    if (file === undefined) return undefined;
    try {
      makeFolder(dirname(file));
      const last = readIfThere(file).at(-1);
      appendFileSync(file, `${last === undefined || last === '\n' ? '' : '\n'}${line}\n`, { mode: 0o600 });
    } catch (error) {
      return `${file} cannot be written (${(error as NodeJS.ErrnoException).code})`;
    }
    known.add(line, file);
    return undefined;
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

function readAll(files: readonly string[]): Read {
  const known = new KnownHosts();
  const unread: string[] = [];
  for (const file of files) {
    try {
      known.add(readIfThere(file), file);
    } catch (error) {
      unread.push(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return { known, unread };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** One folder, as `~/.ssh`: node makes folders in folders for ever where a file system has none (/proc). */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
