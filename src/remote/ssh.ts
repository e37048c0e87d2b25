/**
 * The one door to the package `ssh2`: a login on a host, commands over it, and what went wrong as a Problem. One TCP
 * connection serves every command of a host; the public key is offered straight away, which saves a round trip.
 */

import type { Duplex } from 'node:stream';
import ssh2, { type AnyAuthMethod, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import type { SshLogin } from '../model/connection.ts';
import type { ProblemKind } from '../model/problem.ts';
import { algorithmsOf } from './algorithms.ts';
import { Bastions } from './bastions.ts';
import { type Connection, HostTrouble, trouble } from './connection.ts';
import { HostKeys } from './host-keys.ts';
import { type AskPassphrase, type Identities, KeyRing } from './identities.ts';
import { throughCommand } from './proxy-command.ts';
import { SshConnection } from './ssh-connection.ts';

/** Host keys and identities read once and shared by all the connections of a run. */
export class SshTransport {
  readonly #hostKeys = new HostKeys();
  readonly #keyRing: KeyRing;
  readonly #bastions = new Bastions((settings) => this.#login(settings));

  constructor(ask?: AskPassphrase) {
    this.#keyRing = new KeyRing(ask);
  }

  /** Throws HostTrouble: unreachable, unknown host key, refused login. `signal` gives the attempt up. */
  async connect(settings: SshLogin, signal?: AbortSignal): Promise<Connection> {
    return new SshConnection(await this.#login(settings, signal));
  }

  /** Ends what hosts shared. */
  close(): void {
    this.#bastions.close();
  }

  async #login(settings: SshLogin, signal?: AbortSignal): Promise<ssh2.Client> {
    const { proxy } = settings;
    const through = proxy?.kind === 'command' ? throughCommand(proxy.command) : undefined;
    const sock =
      proxy?.kind === 'jump' ? await this.#bastions.stream(proxy.through, settings) : through?.stream;
    try {
      return await this.#loginOver(settings, sock, signal);
    } catch (error) {
      sock?.destroy();
      through?.end();
      throw error;
    }
  }

  async #loginOver(settings: SshLogin, sock: Duplex | undefined, signal?: AbortSignal): Promise<ssh2.Client> {
    const identities = await this.#keyRing.identitiesFor(settings);
    const client = new ssh2.Client();
    let keyRefusal: string | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const abort = () =>
          reject(new HostTrouble({ kind: 'interrupted', message: 'interrupted while connecting' }));
        signal?.addEventListener('abort', abort, { once: true });
        if (signal?.aborted) return abort();
        client.once('ready', resolve);
        client.on('error', reject);
        client.once('close', () => reject(new Error('the connection was closed during the handshake')));
        if (!sock) client.once('connect', () => client.setNoDelay(true));
        const config = this.#config(settings, identities, (blob) => {
          keyRefusal = this.#hostKeys.refusal(settings, blob);
          return keyRefusal === undefined;
        });
        client.connect({ ...config, ...(sock ? { sock } : {}) });
      });
    } catch (error) {
      client.destroy();
      if (keyRefusal !== undefined) throw trouble('host-key', keyRefusal);
      throw error instanceof HostTrouble ? error : trouble(...explainConnect(error, settings, identities));
    }
    return client;
  }

  #config(settings: SshLogin, identities: Identities, verify: (blob: Buffer) => boolean): ConnectConfig {
    const { user: username } = settings;
    const methods: AnyAuthMethod[] = identities.keys.map(
      (key) => ({ type: 'publickey', username, key }) as AnyAuthMethod,
    );
    if (identities.agent) methods.push({ type: 'agent', username, agent: identities.agent });
    const without = settings.withoutMethods ?? [];
    const password = settings.password?.reveal();
    if (password !== undefined && !without.includes('password')) {
      methods.push({ type: 'password', username, password });
    }
    if (password !== undefined && !without.includes('keyboard-interactive')) {
      // Servers with PAM often ask this way only; the password answers hidden questions, and those once.
      methods.push({
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _language, prompts, finish) =>
          finish(prompts.map(({ echo }) => (echo ? '' : password))),
      });
    }
    const serverHostKey = hostKeyAlgorithms(this.#hostKeys.knownTypes(settings));
    return {
      host: settings.address,
      port: settings.port,
      username,
      readyTimeout: settings.connectTimeoutMs,
      // A peer that vanished without a word is noticed within half a minute, whatever it was asked.
      keepaliveInterval: settings.keepalive.intervalS * 1000,
      keepaliveCountMax: settings.keepalive.countMax,
      hostVerifier: verify,
      authHandler: methods.length > 0 ? (methods as never) : (['none'] as never),
      algorithms: algorithmsOf(settings, serverHostKey),
      ...(settings.bindAddress === undefined ? {} : { localAddress: settings.bindAddress }),
      ...(settings.addressFamily === 4 ? { forceIPv4: true } : {}),
      ...(settings.addressFamily === 6 ? { forceIPv6: true } : {}),
    };
  }
}

/** Every algorithm we take, those of known keys first. RSA keys sign with SHA-2 only (OpenSSH 8.8 dropped SHA-1). */
function hostKeyAlgorithms(knownTypes: readonly string[]): ServerHostKeyAlgorithm[] {
  const all: ServerHostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const isKnown = (name: string) => knownTypes.includes(name.startsWith('rsa-') ? 'ssh-rsa' : name);
  return [...all.filter(isKnown), ...all.filter((name) => !isKnown(name))];
}

function triesPassword({ password, withoutMethods = [] }: SshLogin): boolean {
  return (
    password !== undefined &&
    !['password', 'keyboard-interactive'].every((one) => withoutMethods.includes(one as never))
  );
}

function explainConnect(error: unknown, settings: SshLogin, identities: Identities): [ProblemKind, string] {
  const { code, level, message } = error as NodeJS.ErrnoException & { level?: string };
  const at = `${settings.address}:${settings.port}`;
  if (level === 'client-timeout' || code === 'ETIMEDOUT') {
    return ['connect-timeout', `${at} did not answer within ${settings.connectTimeoutMs / 1000} s`];
  }
  if (code === 'ECONNREFUSED')
    return ['connection-refused', `${at} refused the connection: nothing listens there`];
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || level === 'client-dns') {
    return ['name-resolution', `the name "${settings.address}" does not resolve (${code ?? message})`];
  }
  if (level === 'client-authentication') {
    const tried = [
      identities.keys.length > 0
        ? `${identities.keys.length} key file${identities.keys.length > 1 ? 's' : ''}`
        : '',
      identities.agent ? 'the agent' : '',
      triesPassword(settings) ? 'the password' : '',
    ].filter(Boolean);
    const what =
      tried.length > 0 ? `tried ${tried.join(' and ')}` : 'there was no key, agent or password to try';
    return [
      'authentication',
      [`${at} refused the login of "${settings.user}" (${what})`, ...identities.unusable].join('; '),
    ];
  }
  if (/no matching|handshake failed/i.test(message)) {
    return [
      'connection-lost',
      `${at}: no common ${/host key/i.test(message) ? 'host key ' : ''}algorithm: ${message}`,
    ];
  }
  return ['connection-lost', `${at}: ${code ?? ''} ${message}`.replace(/\s+/g, ' ').trim()];
}
