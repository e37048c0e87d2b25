/** Fills `%h` and its kin, `${VARIABLE}` and `~` into a value, as ssh_config(5) says. Looks up only what it is given. */
import { createHash } from 'node:crypto';
import { expandHome } from '../files/expand-home.ts';

/** What the letters stand for. */
export type Tokens = Readonly<Record<string, string>>;

/** What is wrong is fit to follow "which". */
export type Expanded = { readonly text: string } | { readonly wrong: string };

/** What the tokens of one connection are made of. */
export interface Place {
  /** As it was asked for (`%n`). */
  readonly name: string;
  /** Where to connect to (`%h`). */
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly keyAlias: string | undefined;
  readonly home: string;
  readonly localUser: string;
  /** The machine's own name. */
  readonly localHost: string;
  readonly localUserId: number;
}

/** TOKENS of Hostname. */
export const hostNameTokens = (name: string): Tokens => ({ h: name });

/** TOKENS of ProxyCommand and ProxyJump. */
export function proxyTokens({ name, address, port, user }: Place): Tokens {
  return { h: address, n: name, p: String(port), r: user };
}

/** TOKENS of files: IdentityFile, IdentityAgent, UserKnownHostsFile. */
export function fileTokens(place: Place): Tokens {
  const { name, address, port, user, keyAlias, home, localUser, localHost, localUserId } = place;
  return {
    ...proxyTokens(place),
    // Made where it is used: a sum costs more than all the rest.
    get C() {
      return createHash('sha1').update(`${localHost}${address}${port}${user}`).digest('hex');
    },
    d: home,
    i: String(localUserId),
    k: keyAlias ?? name,
    L: localHost.replace(/\..*/s, ''),
    l: localHost,
    u: localUser,
  };
}

/** A letter that is not among the tokens is an error, as in ssh. */
export function expandTokens(text: string, tokens: Tokens): Expanded {
  return fill(text, tokens, undefined);
}

/** A path: `~`, tokens, and variables of the environment, where one that is not set is an error. */
export function expandFile(
  text: string,
  place: Place,
  environment: Readonly<Record<string, string | undefined>>,
): Expanded {
  return fill(expandHome(text, place.home), fileTokens(place), environment);
}

/** In one go, as ssh does: what is filled in is not looked at again. */
function fill(
  text: string,
  tokens: Tokens,
  environment: Readonly<Record<string, string | undefined>> | undefined,
): Expanded {
  let wrong: string | undefined;
  const fail = (why: string): string => {
    wrong ??= why;
    return '';
  };
  const pattern = environment ? /%([\s\S]?)|\$\{([^}]*)(\}?)/g : /%([\s\S]?)/g;
  const filled = text.replace(pattern, (_, letter: string | undefined, name = '', close = '') => {
    if (letter === '%') return '%';
    if (letter !== undefined) {
      return Object.hasOwn(tokens, letter)
        ? (tokens[letter] ?? '')
        : fail(`not to be filled in: "%${letter}" means nothing here`);
    }
    if (close === '' || name === '') return fail('not to be filled in: a "${" has no name or no "}"');
    return environment?.[name] ?? fail(`not to be filled in: the environment has no "${name}"`);
  });
  return wrong === undefined ? { text: filled } : { wrong };
}
