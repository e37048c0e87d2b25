/**
 * Which way leads to a login that is not straight over TCP: bastions, each looked up in ssh's configuration itself, or a
 * program. Runs nothing.
 */
import type { SshLogin, SshProxy } from '../model/connection.ts';
import { parseJump } from '../ssh-config/hop.ts';
import { configFor, type LoginOptions, loginOf } from './login.ts';
import { shellWords } from './shell-words.ts';
import type { SshArguments } from './ssh-arguments.ts';

const MAX_JUMPS = 8;

/**
 * `ssh -W %h:%p BASTION` is a jump that needs no program. Any other command is run only where the user's own
 * configuration has it: what an inventory brings along runs nothing here.
 */
export function proxyOf(
  { proxy }: SshArguments,
  login: SshLogin,
  options: LoginOptions & { readonly trusted: boolean },
  refuse: (problem: string) => void,
  depth: number,
): SshProxy | undefined {
  if (!proxy) return undefined;
  if ('command' in proxy && proxy.command.toLowerCase() === 'none') return undefined;
  const text = 'jump' in proxy ? proxy.jump : jumpOf(proxy.command);
  if (text === undefined && 'command' in proxy) {
    if (options.trusted) return { kind: 'command', command: fillIn(proxy.command, login) };
    refuse('holds a ProxyCommand that is not "ssh -W %h:%p BASTION": an inventory may run no program here');
    return undefined;
  }
  const hops = parseJump(text ?? '');
  if (!hops || depth > MAX_JUMPS) {
    refuse(depth > MAX_JUMPS ? 'jumps in a circle' : `jumps over "${text}", which is no [user@]host[:port]`);
    return undefined;
  }
  let through: SshLogin | undefined;
  for (const hop of hops) {
    const configured = configFor(hop.host, hop.user, options);
    const wanted = { name: hop.host, user: hop.user ?? configured.user, port: hop.port ?? configured.port };
    const next = loginOf({ ...wanted, key: undefined, password: undefined }, configured, options, undefined);
    const before: SshProxy | undefined = through
      ? { kind: 'jump', through }
      : proxyOf(configured, next, { ...options, trusted: true }, refuse, depth + 1);
    through = { ...next, ...(before ? { proxy: before } : {}) };
  }
  return through && { kind: 'jump', through };
}

/** The bastion of a ProxyCommand such as `ssh -q -W %h:%p -p 2222 user@bastion`; undefined where it is another command. */
function jumpOf(command: string): string | undefined {
  const words = shellWords(command) ?? [];
  if (!/^(?:.*\/)?ssh$/.test(words[0] ?? '')) return undefined;
  let port: string | undefined;
  let user: string | undefined;
  let host: string | undefined;
  let forwards = false;
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? '';
    if (/^-[qCTxaknN46]+$/.test(word)) continue;
    if (word === '-W') forwards = /^\[?%h\]?:%p$/.test(words[++at] ?? '');
    else if (word === '-p') port = words[++at];
    else if (word === '-l') user = words[++at];
    else if (!word.startsWith('-') && host === undefined) host = word;
    else return undefined;
  }
  if (!forwards || host === undefined) return undefined;
  return `${user === undefined || host.includes('@') ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
}

/** The values come from an inventory: each is one word to the shell, whatever it holds. */
function fillIn(command: string, { address, port, user }: SshLogin): string {
  const values: Readonly<Record<string, string>> = {
    h: address,
    n: address,
    p: String(port),
    r: user,
    '%': '%',
  };
  return command.replace(/%([hnpr%])/g, (_, letter: string) => {
    const value = values[letter] ?? '';
    return /^[\w.:%@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
  });
}
