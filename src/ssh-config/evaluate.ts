/**
 * Which settings hold for one host? Those of the command line first, then the configuration's, in their order: of a
 * keyword the first value counts, key files add up (ssh_config(5)). Runs nothing and reads no files.
 */
import { asksForFinal, blocksFor } from './block-index.ts';
import type { Condition, Known } from './conditions.ts';
import type { SshConfig } from './read-config.ts';
import { isIgnored, type Setting, type Trouble, type UnknownKeyword } from './setting.ts';
import { expandTokens, hostNameTokens } from './tokens.ts';
import { isNone } from './values.ts';

export interface Destination {
  /** What ssh would be given. */
  readonly name: string;
  /** What ssh's command line would say, in its order. */
  readonly given: readonly Setting[];
  readonly localUser: string;
}

export interface Evaluated {
  /** Where to connect to: Hostname's value, or the name; in lower case, as ssh has it. */
  readonly hostName: string;
  /** By the keyword's name, as the manual spells it in lower case. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly identityFiles: readonly Setting[];
  /** What stands in the way. */
  readonly troubles: readonly Trouble[];
}

export function evaluate(config: SshConfig, destination: Destination): Evaluated {
  const pass = new Pass(destination);
  for (const setting of destination.given) pass.take(setting);
  pass.read(config, destination.name, false);
  const hostName = pass.hostName().toLowerCase();
  // As in ssh the second reading is on top of the first, and Host lines now see the name that is connected to.
  if (asksForFinal(config)) pass.read(config, hostName, true);
  return { hostName, settings: pass.settings, identityFiles: pass.identityFiles, troubles: pass.troubles() };
}

class Pass {
  readonly settings = new Map<string, Setting>();
  readonly identityFiles: Setting[] = [];
  readonly #destination: Destination;
  readonly #troubles: Trouble[] = [];

  constructor(destination: Destination) {
    this.#destination = destination;
  }

  read(config: SshConfig, name: string, final: boolean): void {
    // A line is judged where it stands: what its block says does not count for it.
    const verdicts = new Map<Condition, boolean>();
    const known = this.#known(name, final);
    for (const { conditions, items } of blocksFor(config, name)) {
      for (const condition of conditions) {
        if (verdicts.has(condition)) continue;
        verdicts.set(condition, condition.holds(known));
      }
      const holds = conditions.every((condition) => verdicts.get(condition));
      for (const item of items) {
        if ('unknown' in item) this.#meet(item);
        else if (holds) this.take(item);
      }
    }
  }

  take(setting: Setting): void {
    const name = setting.keyword.name.toLowerCase();
    if (setting.keyword.decision === 'ignored') return;
    if (name === 'identityfile') {
      const known = this.identityFiles.some(({ args }) => args[0] === setting.args[0]);
      if (!known) this.identityFiles.push(setting);
      return;
    }
    // `none` is ssh's way to say nothing to a time, and lets a later one in.
    if (this.settings.has(name) || (TIMES.has(name) && setting.args[0] === 'none')) return;
    // Of the two the first counts; only a ProxyJump of none lets a ProxyCommand in (seen on OpenSSH 9.2).
    if (name === 'proxyjump' && this.settings.has('proxycommand')) return;
    const jump = this.settings.get('proxyjump');
    if (name === 'proxycommand' && jump && !isNone(jump.args[0] ?? '')) return;
    this.settings.set(name, setting);
  }

  hostName(): string {
    const { name } = this.#destination;
    const setting = this.settings.get('hostname');
    const expanded = setting ? expandTokens(setting.args[0] ?? '', hostNameTokens(name)) : { text: name };
    return 'text' in expanded ? expanded.text : name;
  }

  troubles(): readonly Trouble[] {
    const refused = [...this.settings.values()].filter(
      ({ keyword, args }) =>
        keyword.decision === 'refused' && !keyword.harmless.includes(args[0]?.toLowerCase() ?? ''),
    );
    return [
      ...new Set(this.#troubles),
      ...refused.map(({ keyword, origin }) => ({
        problem: `the ssh option ${keyword.name}, which is not supported`,
        hint: hintFor(keyword.because, keyword.name, keyword.harmless[0]),
        origin,
      })),
      ...this.#hostNameTrouble(),
    ];
  }

  #hostNameTrouble(): Trouble[] {
    const setting = this.settings.get('hostname');
    const expanded = setting && expandTokens(setting.args[0] ?? '', hostNameTokens(this.#destination.name));
    if (!expanded || 'text' in expanded) return [];
    const problem = `Hostname ${JSON.stringify(setting.args[0])}, which is ${expanded.wrong}`;
    return [{ problem, hint: 'only %h and %% may stand in it', origin: setting.origin }];
  }

  #meet(item: UnknownKeyword): void {
    if (!isIgnored(item, this.settings.get('ignoreunknown')?.args[0])) this.#troubles.push(item.trouble);
  }

  /** Getters: it follows what is settled. */
  #known(name: string, final: boolean): Known {
    const { settings } = this;
    const { name: originalName, localUser } = this.#destination;
    const written = () => this.hostName();
    return {
      name,
      originalName,
      localUser,
      final,
      get hostName() {
        return final ? name : written();
      },
      get user() {
        return settings.get('user')?.args[0] ?? localUser;
      },
      get tag() {
        return settings.get('tag')?.args[0] ?? '';
      },
    };
  }
}

const TIMES = new Set(['connecttimeout', 'serveraliveinterval']);

function hintFor(because: string, name: string, harmless: string | undefined): string {
  const back = harmless === undefined ? '' : `; or take it back for this host with -o ${name}=${harmless}`;
  return `${because}${back}`;
}
