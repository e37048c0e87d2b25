/**
 * Which words of an SSH login can be left unsaid, or said at once? The package `ssh2` asks before it says: whether there
 * is a login service, whether a key would do. Each question is a round trip, and work for both ends; a server takes the
 * answers just as well without them (RFC 4252, sections 1 and 7). There is no setting for it, so this reaches into a
 * client of ssh2 1.17; where its insides are others than those, it is left as it is, and only slower.
 *
 * Host keys, algorithms and the order of methods are none of its concern.
 */
import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, ParsedKey } from 'ssh2';

type Handler = (protocol: Protocol, ...rest: unknown[]) => void;
type Sign = (data: Buffer, tell: (signature: Buffer) => void) => void;

/** What is used of ssh2's `lib/protocol/Protocol.js`, as `lib/client.js` makes one. */
interface Protocol {
  parse(piece: Buffer, from: number, to: number): void;
  service(name: string): void;
  authPK(user: string, key: ParsedKey, algorithm?: string, sign?: Sign): void;
  readonly _handlers: Record<'GLOBAL_REQUEST' | 'SERVICE_ACCEPT' | 'USERAUTH_PK_OK', Handler>;
}

/** `first`: the way in that will be tried first. To be called as soon as the client connects. */
export function takeShortcuts(client: Client, stream: Duplex, first: AnyAuthMethod | undefined): void {
  const protocol = protocolOf(client);
  if (!protocol) return;
  answerInOnePiece(protocol, stream);
  signUnasked(protocol);
  if (first && isSettled(first)) beginUnasked(protocol);
  leaveOtherKeysUnproven(protocol);
}

function protocolOf(client: Client): Protocol | undefined {
  const protocol = (client as unknown as { _protocol?: Partial<Protocol> })._protocol;
  const { parse, service, authPK, _handlers: handlers } = protocol ?? {};
  const parts = [
    parse,
    service,
    authPK,
    handlers?.GLOBAL_REQUEST,
    handlers?.SERVICE_ACCEPT,
    handlers?.USERAUTH_PK_OK,
  ];
  return parts.every((part) => typeof part === 'function') ? (protocol as Protocol) : undefined;
}

/** What is said to one piece of the server's goes out as one: fewer system calls here, fewer wake-ups there. */
function answerInOnePiece(protocol: Protocol, stream: Duplex): void {
  const parse = protocol.parse.bind(protocol);
  protocol.parse = (piece, from, to) => {
    stream.cork();
    // When all that waits for the piece has had its say: promises first, then this.
    queueMicrotask(() => process.nextTick(() => stream.uncork()));
    parse(piece, from, to);
  };
}

/**
 * A key that is in our hands signs at once, instead of being offered first. The signature holds for this session alone
 * (RFC 4252, section 7), whoever the server is. Keys of an agent are still offered: it may ask a person before it signs.
 */
function signUnasked(protocol: Protocol): void {
  const authPK = protocol.authPK.bind(protocol);
  protocol.authPK = (user, key, algorithm, sign) => {
    if (sign || !key.isPrivateKey()) authPK(user, key, algorithm, sign);
    else protocol._handlers.USERAUTH_PK_OK(protocol);
  };
}

/** Whether what is said first depends on nothing that the server has yet to say: with which hashes it takes RSA. */
function isSettled(first: AnyAuthMethod): boolean {
  return first.type === 'publickey' && (first.key as ParsedKey).type !== 'ssh-rsa';
}

/** The login is asked for behind the service that it belongs to: a server that has no such service ends the connection. */
function beginUnasked(protocol: Protocol): void {
  const service = protocol.service.bind(protocol);
  const handlers = protocol._handlers;
  protocol.service = (name) => {
    service(name);
    const begin = handlers.SERVICE_ACCEPT;
    handlers.SERVICE_ACCEPT = () => {};
    begin(protocol, name);
  };
}

/**
 * OpenSSH tells all keys of the host after a login (PROTOCOL, section 2.5), and ssh2 has it prove each. Nobody here asks:
 * it is answered as any request that is not known.
 */
function leaveOtherKeysUnproven(protocol: Protocol): void {
  const handlers = protocol._handlers;
  const handle = handlers.GLOBAL_REQUEST;
  handlers.GLOBAL_REQUEST = (from, name, ...rest) =>
    handle(from, name === 'hostkeys-00@openssh.com' ? 'unknown' : name, ...rest);
}
