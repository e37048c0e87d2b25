/**
 * Which keys does an ssh-agent hold, and how does it sign with some of them? Asked for its list once a run. An agent that
 * cannot be asked is a sentence for the host's row, and never keeps other ways to log in from being tried.
 */
import type { IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2';
import { certificatesOfAgent } from './agent-certificates.ts';
import { BaseAgent, OpenSSHAgent, parseKey } from './ssh2.ts';

/** An agent may have to wake up; one that hangs must not hold up the run. */
const LIST_MS = 5_000;

export interface AgentKeys {
  readonly keys: readonly ParsedKey[];
  /** What it holds that cannot be used, or why it could not be asked; sentences. */
  readonly unusable: readonly string[];
}

export async function keysOfAgent(socket: string): Promise<AgentKeys> {
  const [keys, certificates] = await Promise.all([list(socket), certificatesOfAgent(socket, LIST_MS)]);
  if (typeof keys === 'string') return { keys: [], unusable: [keys] };
  if (certificates === 0) return { keys, unusable: [] };
  const what = certificates === 1 ? 'a certificate, which is' : `${certificates} certificates, which are`;
  return { keys, unusable: [`the agent holds ${what} not supported`] };
}

/** Its keys, or why it could not be asked. */
async function list(socket: string): Promise<readonly ParsedKey[] | string> {
  const agent = new OpenSSHAgent(socket);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`the agent at ${socket} does not answer`), LIST_MS);
    agent.getIdentities((error, keys) => {
      clearTimeout(timer);
      const parsed = (keys ?? []).map((key) => parseKey(key as ParsedKey));
      resolve(
        error
          ? `the agent at ${socket} cannot be asked`
          : parsed.filter((key): key is ParsedKey => !(key instanceof Error)),
      );
    });
  });
}

/** Offers these keys alone, in this order. */
export class SomeKeysOfAgent extends BaseAgent<ParsedKey> {
  readonly #agent: InstanceType<typeof OpenSSHAgent>;

  constructor(
    socket: string,
    readonly keys: readonly ParsedKey[],
  ) {
    super();
    this.#agent = new OpenSSHAgent(socket);
  }

  getIdentities(done: IdentityCallback<ParsedKey>): void {
    done(undefined, [...this.keys]);
  }

  sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, done);
  }
}

export function sameKey(one: ParsedKey, other: ParsedKey): boolean {
  return one.getPublicSSH().equals(other.getPublicSSH());
}
