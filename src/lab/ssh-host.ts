/**
 * One lab host's SSH server: public-key login of `root` for one key, exec and shell, nothing else; what is run is the
 * business of the LabHost behind it. Listens on loopback only.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type ParsedKey, type ServerChannel } from 'ssh2';
import { joinChannel } from './join-channel.ts';
import type { LabHost, Session } from './session.ts';

export interface SshHostOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Private key text. */
  readonly hostKey: string;
  /** `TYPE BASE64`: the one key that may log in. */
  readonly clientKey: string;
  /** The host, once it is made; before that every session is refused. */
  readonly host: () => LabHost | undefined;
  readonly log: (line: string) => void;
}

export interface SshHost {
  readonly port: number;
}

/** Rejects with the socket's own error (`EADDRINUSE`, …). */
export async function listenSsh(options: SshHostOptions): Promise<SshHost> {
  const clientKey = ssh2.utils.parseKey(options.clientKey);
  if (clientKey instanceof Error) throw clientKey;
  const server = new ssh2.Server({ hostKeys: [options.hostKey] });
  server.on('connection', (connection, info) => {
    connection.on('error', (error: Error) => options.log(`connection: ${error.message}`));
    authenticate(connection, clientKey);
    connection.on('session', (accept, reject) => {
      const host = options.host();
      if (!host) return reject();
      serveSession(accept(), host, `${info.ip} ${info.port} 127.0.0.1 ${port(server)}`);
    });
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return { port: port(server) };
}

function port(server: ssh2.Server): number {
  return (server.address() as AddressInfo).port;
}

function authenticate(connection: Connection, clientKey: ParsedKey): void {
  connection.on('authentication', (context) => {
    const known =
      context.method === 'publickey' &&
      context.username === 'root' &&
      context.key.data.equals(clientKey.getPublicSSH()) &&
      // Without a signature the client only asks whether the key would do.
      (!context.signature ||
        clientKey.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true);
    if (known) context.accept();
    else context.reject(['publickey']);
  });
}

function serveSession(session: ssh2.Session, host: LabHost, sshConnection: string): void {
  let running: Session | undefined;
  const start = (channel: ServerChannel, commandLine: string) => {
    running = host.run(commandLine, sshConnection);
    joinChannel(channel, running);
  };
  session.on('exec', (accept, _reject, { command }) => start(accept(), command));
  session.on('shell', (accept) => start(accept(), 'exec "$SHELL"'));
  session.on('signal', (accept, _reject, { name }) => {
    running?.kill(`SIG${name.replace(/^SIG/, '')}` as NodeJS.Signals);
    accept?.();
  });
}
