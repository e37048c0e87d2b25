/** Logins on simulated hosts for tests of runs: what a host does when it is well, and ways to make it ill. */
import { applyCommand } from '../../src/host/apply-script.ts';
import { newNonce } from '../../src/host/frame.ts';
import type { Answer } from '../../src/host/read-gather.ts';
import { answer, answerFirst, type SimulatedState } from '../../src/lab/simulated-host.ts';
import type { ConnectionSettings } from '../../src/model/connection.ts';
import { type Connection, type ExecOptions, HostTrouble } from '../../src/remote/connection.ts';
import { neverFollows } from './never-follows.ts';
import { sshSettings } from './ssh-settings.ts';

export interface ModelHost extends SimulatedState {
  /** Connecting fails. */
  refuses?: boolean;
  /** A fault of ours while connecting. */
  throws?: boolean;
  /** A program that goes on. */
  follows?: Connection['follow'];
  /** Takes the place of an answer; undefined: the host's own. */
  answers?: (command: string, input: string) => Answer | HostTrouble | undefined;
}

export class ModelFleet {
  readonly hosts: ReadonlyMap<string, ModelHost>;
  /** In the order they came: `hv01 connect`, `hv01 exec`, `hv01 close`. */
  readonly events: string[] = [];
  /** Logins open at once, at most. */
  mostOpen = 0;
  #open = 0;

  constructor(hosts: Readonly<Record<string, ModelHost>>) {
    this.hosts = new Map(Object.entries(hosts));
  }

  /** The address of the settings is the host's name. */
  readonly connect = async (settings: ConnectionSettings): Promise<Connection> => {
    const address = settings.kind === 'ssh' ? settings.address : 'localhost';
    const host = this.hosts.get(address);
    if (!host || host.refuses) {
      throw new HostTrouble({ kind: 'connection-refused', message: `${address}:22 refused the connection` });
    }
    if (host.throws) throw new TypeError('no such thing');
    this.#open++;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    this.events.push(`${address} connect`);
    let open = true;
    const close = () => {
      if (open) this.#open--;
      open = false;
      this.events.push(`${address} close`);
    };
    const exec = async (command: string, { stdin = '', reply }: ExecOptions): Promise<Answer> => {
      this.events.push(`${address} exec`);
      await Promise.resolve();
      const instead = host.answers?.(command, stdin);
      if (instead instanceof HostTrouble) throw instead;
      if (instead) return instead;
      const first = answerFirst(host, command);
      if (first === '') return answer(host, command, stdin);
      const said = reply?.say(first);
      if (!said || said.last) return { stdout: first, stderr: '', code: 0 };
      this.events.push(`${address} program`);
      await Promise.resolve();
      // Like a channel of its own, to who makes it ill.
      const ill = host.answers?.(applyCommand(newNonce()), said.text);
      if (ill instanceof HostTrouble) throw ill;
      const rest = ill ?? answer(host, command, said.text);
      return { ...rest, stdout: first + rest.stdout };
    };
    return {
      exec,
      follow: host.follows ?? neverFollows,
      close,
      get open() {
        return open;
      },
    };
  };

  /** Cuts every login, as a network would. */
  get stillOpen(): number {
    return this.#open;
  }
}

export function settingsFor(address: string): ConnectionSettings {
  return sshSettings({ address, connectTimeoutMs: 1000 });
}
