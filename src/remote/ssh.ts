/**
 * The one door to the package `ssh2`: a login on a host, commands over it, and what went wrong as a Problem. One TCP
 * connection serves every command of a host; the public key is offered straight away, which saves a round trip.
 */

import { connect as connectTcp, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import type { SshLogin } from '../model/connection.ts';
import type { ProblemKind } from '../model/problem.ts';
import { algorithmsOf } from './algorithms.ts';
import { authOrder } from './auth-order.ts';
import { Bastions } from './bastions.ts';
import { type ConnectHow, type Connection, HostTrouble, trouble } from './connection.ts';
import { HostKeys } from './host-keys.ts';
import { type AskPassphrase, type Identities, KeyRing } from './identities.ts';
import { type CommandWay, throughCommand } from './proxy-command.ts';
import { Questions } from './questions.ts';
import { exchangeQuickly } from './quick-curve25519.ts';
import { takeShortcuts } from './shortcuts.ts';
import { SshConnection } from './ssh-connection.ts';
import { Client } from './ssh2.ts';

/** A host says its version as soon as it is reached: what takes longer is far away, slow or dead, and only waits. */
const SILENCE_MS = 300;

interface Encounter {
  /** Whether the host is believed, by its public key. */
  readonly verify: (blob: Buffer) => boolean;
  /** As in ssh: a host that shows another key than the known one is told no password, whatever else is allowed. */
  readonly mayBeTold: () => boolean;
}

/** Host keys and identities read once and shared by all the connections of a run. */
export class SshTransport {
  #hostKeys = new HostKeys();
  readonly #keyRing: KeyRing;
  readonly #bastions = new Bastions((settings, retries) => this.#login(settings, { retries }));

  constructor(ask?: AskPassphrase) {
    this.#keyRing = new KeyRing(ask);
  }

  /** Throws HostTrouble: unreachable, unknown host key, refused login. */
  async connect(settings: SshLogin, how: ConnectHow): Promise<Connection> {
    return new SshConnection(await this.#login(settings, how));
  }

  /** What was learned of host keys and bastions is looked up anew; the connections that stand stay. */
  refresh(): void {
    this.#hostKeys = new HostKeys();
    this.#bastions.forgive();
  }

  /** Ends what hosts shared. */
  close(): void {
    this.#bastions.close();
  }

  async #login(settings: SshLogin, how: ConnectHow): Promise<Client> {
    let isHeard = false;
    const heard = () => {
      isHeard = true;
      clearTimeout(quiet);
    };
    // A turn later: where it was this process that had no time, what the host has said is waiting to be read.
    const quiet = setTimeout(() => setImmediate(() => isHeard || how.silent?.()), SILENCE_MS);
    try {
      return await this.#loginHeard(settings, how, heard);
    } finally {
      heard();
    }
  }

  /** `heard`: called when the host has said something. */
  async #loginHeard(
    settings: SshLogin,
    { signal, retries = 0 }: ConnectHow,
    heard: () => void,
  ): Promise<Client> {
    const { proxy } = settings;
    // Before the connection: a question for a passphrase must not eat the host's time.
    const identities = await this.#keyRing.identitiesFor(settings);
    if (signal?.aborted) throw interrupted();
    const through = proxy?.kind === 'command' ? throughCommand(proxy.command) : undefined;
    const stream =
      proxy?.kind === 'jump'
        ? await this.#bastions.stream(proxy.through, settings, retries).catch((error: unknown) => {
            // Its login is all hosts', and so no signal ends it; it may have failed for a question that was interrupted.
            throw signal?.aborted ? interrupted() : error;
          })
        : (through?.stream ?? connectTcp(tcpOptions(settings)));
    try {
      return await this.#loginOver(settings, identities, stream, signal, heard);
    } catch (error) {
      stream.destroy();
      through?.end();
      throw through && error instanceof HostTrouble ? await withLastWords(error, through) : error;
    }
  }

  async #loginOver(
    settings: SshLogin,
    identities: Identities,
    sock: Duplex,
    signal: AbortSignal | undefined,
    heard: () => void,
  ): Promise<Client> {
    const client = new Client();
    let keyRefusal: string | undefined;
    let isChanged = false;
    const questions = settings.password && new Questions(settings.password.reveal());
    const methods = methodsOf(settings, identities, questions);
    let abort = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        abort = () => reject(interrupted());
        signal?.addEventListener('abort', abort, { once: true });
        if (signal?.aborted) return abort();
        client.once('ready', resolve);
        client.on('error', (error: Error & { level?: string }) => {
          // An agent that does not sign (`ssh-add -c`, and nobody said yes): ssh2 goes on with what is left to try.
          if (error.level !== 'agent') reject(error);
        });
        client.once('close', () => reject(new Error('the connection was closed during the handshake')));
        const config = this.#config(settings, methods, {
          verify: (blob) => {
            keyRefusal = this.#hostKeys.refusal(settings, blob);
            isChanged = this.#hostKeys.isChanged(settings, blob);
            return keyRefusal === undefined;
          },
          mayBeTold: () => !isChanged,
        });
        client.connect({ ...config, sock });
        takeShortcuts(client, sock, methods[0]);
        exchangeQuickly(client);
        // Only now: the package must be the first to hear what comes.
        sock.once('data', heard);
      });
    } catch (error) {
      client.destroy();
      if (keyRefusal !== undefined) throw trouble('host-key', keyRefusal);
      if (error instanceof HostTrouble) throw error;
      const heard = { withheld: isChanged && triesPassword(settings), unanswered: questions?.unanswered };
      throw trouble(...explainConnect(error, settings, identities, heard), maySucceedLater(error));
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    return client;
  }

  #config(
    settings: SshLogin,
    methods: readonly AnyAuthMethod[],
    { verify, mayBeTold }: Encounter,
  ): ConnectConfig {
    const { user: username } = settings;
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
      authHandler: methods.length > 0 ? (authOrder(methods, mayBeTold) as never) : (['none'] as never),
      algorithms: algorithmsOf(settings, serverHostKey),
    };
  }
}

function interrupted(): HostTrouble {
  return trouble('interrupted', 'interrupted while connecting');
}

/** In the order to try. `questions`: where there is a password to answer with. */
function methodsOf(
  { user: username, password, withoutMethods: without = [] }: SshLogin,
  { named, keys, agent }: Identities,
  questions: Questions | undefined,
): readonly AnyAuthMethod[] {
  const methods: AnyAuthMethod[] = [
    ...(named ? [{ type: 'agent', username, agent: named } as const] : []),
    ...keys.map((key) => ({ type: 'publickey', username, key }) as AnyAuthMethod),
    ...(agent ? [{ type: 'agent', username, agent } as const] : []),
  ];
  if (password !== undefined && !without.includes('password')) {
    methods.push({ type: 'password', username, password: password.reveal() });
  }
  if (questions && !without.includes('keyboard-interactive')) {
    // Servers with PAM often ask this way only.
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => finish(questions.answers(prompts)),
    });
  }
  return methods;
}

/** Where nobody has answered, it is the program that knows why. */
async function withLastWords(error: HostTrouble, way: CommandWay): Promise<HostTrouble> {
  const { kind, message } = error.problem;
  if (kind !== 'connection-lost' && kind !== 'connect-timeout') return error;
  const words = await way.lastWords();
  if (words === '') return error;
  const what = kind === 'connect-timeout' ? message : 'no SSH came through the ProxyCommand';
  return trouble(kind, `${what}: ${words}`, error.transient);
}

/** A connection that was refused or cut: the server may be starting, or have had too many at once (MaxStartups). */
function maySucceedLater(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN'].includes(code ?? '') ||
    /lost before handshake|during the handshake/.test(message)
  );
}

function tcpOptions({ address: host, port, bindAddress, addressFamily }: SshLogin): TcpNetConnectOpts {
  return {
    host,
    port,
    noDelay: true,
    ...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
    ...(addressFamily === undefined ? {} : { family: addressFamily }),
  };
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

function explainConnect(
  error: unknown,
  settings: SshLogin,
  identities: Identities,
  { withheld, unanswered }: { readonly withheld: boolean; readonly unanswered: string | undefined },
): [ProblemKind, string] {
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
  // The server's word in DISCONNECT: it ends the connection before the right key could be shown.
  const heardEnough = /^Too many authentication failures/.test(message);
  if (level === 'client-authentication' || heardEnough) {
    const { named, keys, agent } = identities;
    const held = (named?.keys.length ?? 0) + (agent?.keys.length ?? 0);
    const tried = [
      keys.length > 0 ? `${keys.length} key file${keys.length > 1 ? 's' : ''}` : '',
      held > 0 ? `${held} key${held > 1 ? 's' : ''} of the agent` : '',
      triesPassword(settings) && !withheld ? 'the password' : '',
    ].filter(Boolean);
    const what =
      tried.length > 0 ? `tried ${tried.join(' and ')}` : 'there was no key, agent or password to try';
    return [
      'authentication',
      [
        `${at} refused the login of "${settings.user}" (${what})`,
        ...(heardEnough
          ? ['it said "Too many authentication failures": name the right key and set IdentitiesOnly=yes']
          : []),
        ...(withheld
          ? ['its host key is not the one that is known, so it was told no password; see to known_hosts']
          : []),
        ...(unanswered === undefined
          ? []
          : [`it asked ${JSON.stringify(unanswered)} besides, which nobody can answer here`]),
        ...identities.unusable,
      ].join('; '),
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
