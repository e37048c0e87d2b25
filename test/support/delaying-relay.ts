/**
 * What is a slow link like? A TCP relay through which every byte takes its time, each way: order, ends and half-open
 * connections stay as they are, nothing is lost. The kernel's own delay (netem) is not everywhere.
 *
 * Setting a connection up takes as long as over such a link, too: the client's call is taken at once, but what it says
 * first is at the target one and a half round trips later, as after a TCP handshake.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface RelayOptions {
  /** 127.0.0.1 and a free port where not said. */
  readonly listen?: { readonly host?: string; readonly port?: number };
  /** An address, or what opens a way to it, for each connection anew. */
  readonly target: { readonly host: string; readonly port: number } | (() => Duplex);
  /** One way; a round trip takes twice as long. */
  readonly delayMs: number;
}

export interface Relay {
  readonly host: string;
  readonly port: number;
  /** How many connections there have been. */
  readonly connections: number;
  /** Breaks what is open. Resolves when nothing listens any more. */
  readonly close: () => Promise<void>;
}

export async function delayingRelay({ listen = {}, target, delayMs }: RelayOptions): Promise<Relay> {
  const open = new Set<() => void>();
  let connections = 0;
  const dial = () => {
    if (typeof target === 'function') return target();
    return connect({ ...target, allowHalfOpen: true }).setNoDelay(true);
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections++;
    const end = relay(client, dial, delayMs);
    open.add(end);
    client.once('close', () => open.delete(end));
  });
  const { host = '127.0.0.1', port = 0 } = listen;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const end of open) end();
      await closed;
    },
  };
}

/** Gives back what breaks the connection off. */
function relay(client: Socket, dial: () => Duplex, delayMs: number): () => void {
  const timers = new Set<NodeJS.Timeout>();
  let far: Duplex | undefined;
  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  const breakOff = () => {
    for (const timer of timers) clearTimeout(timer);
    client.destroy();
    far?.destroy();
  };
  /** Timers of one length run in the order they were set. */
  const pass = (from: Duplex, to: Duplex) => {
    from.on('data', (chunk: Buffer) => after(delayMs, () => to.write(chunk)));
    from.on('end', () => after(delayMs, () => to.end()));
  };
  for (const event of ['error', 'close']) client.once(event, breakOff);
  // Two of the three ways of a handshake; the third is the way of the first bytes.
  after(2 * delayMs, () => {
    const target = dial();
    far = target;
    // What the target has said and ended with is still on its way: a break overtakes it.
    target.once('error', breakOff);
    pass(client, target);
    pass(target, client);
  });
  return breakOff;
}
