/**
 * Which way leads to a login that is not straight over TCP: bastions, each looked up in ssh's configuration itself, or a
 * program. Runs nothing.
 */
import type { SshLogin, SshProxy } from '../model/connection.ts';
import { parseJump } from '../ssh-config/hop.ts';
import { type Jump, jumpOf, settingsOf } from '../ssh-config/jump-command.ts';
import { madeSetting, type Setting, type Trouble } from '../ssh-config/setting.ts';
import { expandTokens, proxyTokens, type Tokens } from '../ssh-config/tokens.ts';
import { isNone } from '../ssh-config/values.ts';
import { type Asked, type LoginOptions, type Settled, settle } from './login.ts';
import { strangeHost } from './ssh-names.ts';

const MAX_JUMPS = 8;
/** What may stand in a command without a shell seeing more than a word in it, within its quotes or outside. */
const PLAIN = /^[\w.:%@+][\w.:%@+-]*$/;

/** The login with the way to it. `report`: each thing that stands in the way; the login is then not to be used. */
export async function settleWithWay(
  asked: Asked,
  options: LoginOptions,
  report: (trouble: Trouble) => void,
): Promise<SshLogin> {
  return withWay(asked, await settle(asked, options, report), options, report, []);
}

async function withWay(
  asked: Asked,
  settled: Settled,
  options: LoginOptions,
  report: (trouble: Trouble) => void,
  trail: readonly string[],
): Promise<SshLogin> {
  const proxy = await proxyOf(asked, settled, options, report, trail);
  return { ...settled.login, ...(proxy ? { proxy } : {}) };
}

async function proxyOf(
  { config }: Asked,
  settled: Settled,
  options: LoginOptions,
  report: (trouble: Trouble) => void,
  trail: readonly string[],
): Promise<SshProxy | undefined> {
  const { evaluated, place } = settled;
  const tokens = proxyTokens(place);
  // Where both are there, the jump is `none`.
  const setting = evaluated.settings.get('proxycommand') ?? evaluated.settings.get('proxyjump');
  if (!setting || isNone(setting.args[0] ?? '')) return undefined;
  const fail = (problem: string, hint: string): undefined => {
    report({ problem, hint, origin: setting.origin });
    return undefined;
  };
  const isCommand = setting.keyword.name === 'ProxyCommand';
  const jump = isCommand ? jumpOf(setting.whole, tokens, setting.origin) : lastHopOf(setting, tokens);
  if (jump === undefined && isCommand) {
    if (setting.origin.trusted) return commandOf(setting, tokens, fail);
    return fail(
      'a ProxyCommand that is not "ssh -W %h:%p BASTION": an inventory may run no program here',
      'use ProxyJump, or -J USER@HOST; or give the command with --ssh-common-args or in ~/.ssh/config',
    );
  }
  if (jump === undefined) {
    return fail(
      `ProxyJump ${JSON.stringify(setting.whole)}, which is no [user@]host[:port]`,
      'only %h, %n, %p, %r and %% may stand in it',
    );
  }
  if (strangeHost(jump.name)) {
    return fail(`a jump over ${JSON.stringify(jump.name)}, which ssh takes for no name`, 'name a host');
  }
  // Who jumps where, so that a circle is known however the names in it are written.
  const here = [...trail, `${place.user}@${place.name.toLowerCase()}:${place.port}`];
  const through: Asked = isCommand ? askedOf(jump, setting) : { ...jump, ...(config ? { config } : {}) };
  const next = await settle(through, options, report);
  const there = `${next.place.user}@${next.place.name.toLowerCase()}:${next.place.port}`;
  if (here.includes(there)) {
    const way = [...here.slice(here.indexOf(there)), there].map((one) => JSON.stringify(one)).join(' → ');
    return fail(
      `a jump in a circle: ${way}`,
      'keep the bastion out of it: Host !BASTION *, or ProxyJump none for it',
    );
  }
  if (here.length > MAX_JUMPS) return fail(`more than ${MAX_JUMPS} jumps`, 'go there in fewer');
  return { kind: 'jump', through: await withWay(through, next, options, report, here) };
}

function askedOf({ name, given, configFile }: Jump, { origin }: Setting): Asked {
  if (configFile === undefined) return { name, given };
  return { name, given, config: { file: configFile, trusted: origin.trusted } };
}

/** As ssh does: the last host is logged in on through those before it. */
function lastHopOf(setting: Setting, tokens: Tokens): Jump | undefined {
  const written = (setting.whole.split('#', 1)[0] ?? '').trim();
  const expanded = expandTokens(written, tokens);
  const hops = 'text' in expanded ? parseJump(expanded.text) : undefined;
  const hop = hops?.at(-1);
  if (!hop || !('text' in expanded)) return undefined;
  const before = expanded.text.slice(0, Math.max(0, expanded.text.lastIndexOf(',')));
  const given = settingsOf(hop, setting.origin);
  return {
    name: hop.host,
    given: before === '' ? given : [...given, madeSetting('ProxyJump', before, setting.origin)],
  };
}

/** Names of hosts and users may come from an inventory: what a shell would see more in than a word is refused. */
function commandOf(
  setting: Setting,
  tokens: Tokens,
  fail: (problem: string, hint: string) => undefined,
): SshProxy | undefined {
  const used = [...setting.whole.matchAll(/%(.)/g)].map(([, letter = '']) => letter);
  for (const letter of used) {
    const value = Object.hasOwn(tokens, letter) ? tokens[letter] : undefined;
    if (value !== undefined && !PLAIN.test(value)) {
      return fail(
        `a ProxyCommand whose %${letter} would be ${JSON.stringify(value)}`,
        'a shell would read more into it than a word: name the host or user otherwise',
      );
    }
  }
  const expanded = expandTokens(setting.whole, tokens);
  if ('text' in expanded) return { kind: 'command', command: expanded.text };
  return fail(`a ProxyCommand which is ${expanded.wrong}`, 'only %h, %n, %p, %r and %% may stand in it');
}
