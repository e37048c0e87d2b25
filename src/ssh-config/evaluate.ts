/**
 * What does a configuration say of one host? The first value of a keyword wins, as ssh_config(5) has it. Runs nothing
 * and reads no files: a Match block that asks a program is passed over with a warning.
 */
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Condition, ConfigFile, Section } from './parse.ts';
import type { Setting } from './setting.ts';
import { expandTokens } from './tokens.ts';
import { isNone } from './value.ts';

/** A configuration that was read: the user's file, then the system's. */
export interface SshConfig {
  readonly files: readonly ConfigFile[];
  /** The file that `-F` or `--ssh-config` named, for messages. */
  readonly name?: string;
}

export interface Query {
  /** The host as it was asked for. */
  readonly host: string;
  /** What ssh's command line would say: it comes before every file. */
  readonly given: readonly Setting[];
  readonly localUser: string;
}

export interface Evaluated {
  /** The name or address to connect to: HostName's, or the one asked for; in lower case as ssh has it. */
  readonly hostname: string;
  /** By keyword in lower case; what adds up is in `identityFiles`. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly identityFiles: readonly Setting[];
  readonly diagnostics: readonly Diagnostic[];
}

export function evaluate(config: SshConfig, query: Query): Evaluated {
  const pass = new Pass(query);
  for (const setting of query.given) pass.apply(setting);
  for (const file of config.files) pass.read(file);
  const hostname = pass.hostname();
  if (pass.wantsFinal) {
    pass.beginFinal(hostname);
    for (const file of config.files) pass.read(file);
  }
  return {
    hostname,
    settings: pass.settings,
    identityFiles: pass.identityFiles,
    diagnostics: [...pass.diagnostics.values()],
  };
}

class Pass {
  readonly settings = new Map<string, Setting>();
  readonly identityFiles: Setting[] = [];
  readonly diagnostics = new Map<string, Diagnostic>();
  wantsFinal = false;
  readonly #query: Query;
  #final = false;
  /** The name that Host lines are compared with. */
  #host: string;

  constructor(query: Query) {
    this.#query = query;
    this.#host = query.host;
  }

  beginFinal(hostname: string): void {
    this.#final = true;
    this.#host = hostname;
  }

  /** HostName with its token, or the host asked for. */
  hostname(): string {
    const setting = this.settings.get('hostname');
    const written = setting?.args[0];
    if (setting === undefined || written === undefined) return this.#query.host.toLowerCase();
    const expanded = expandTokens(written, { h: this.#query.host });
    if ('text' in expanded) return expanded.text.toLowerCase();
    const summary = `${setting.origin.says}Hostname ${JSON.stringify(written)} ${expanded.problem}`;
    this.#report({ severity: 'error', summary, hint: 'only %h and %% stand for something in it' }, setting);
    return this.#query.host.toLowerCase();
  }

  read(file: ConfigFile): void {
    for (const index of sectionsFor(file, this.#host)) {
      const section = file.sections[index];
      if (section && this.#applies(section.condition)) this.#readItems(section);
    }
  }

  apply(setting: Setting): void {
    const name = setting.keyword.name.toLowerCase();
    if (setting.keyword.decision === 'ignored') return;
    if (name === 'identityfile') {
      const path = setting.args[0];
      if (!this.identityFiles.some((known) => known.args[0] === path)) this.identityFiles.push(setting);
      return;
    }
    if (this.settings.has(name)) return;
    // The first of the two keeps the other out, but a ProxyJump of `none` keeps out only its like (seen on OpenSSH 9.2).
    if (name === 'proxyjump' && this.settings.has('proxycommand')) return;
    const jump = this.settings.get('proxyjump');
    if (name === 'proxycommand' && jump && !isNone(jump.rest)) return;
    this.settings.set(name, setting);
  }

  #readItems({ items }: Section): void {
    for (const item of items) {
      if ('setting' in item) this.apply(item.setting);
      else for (const file of item.include.files) this.read(file);
    }
  }

  #applies(condition: Condition): boolean {
    if (condition.kind === 'always') return true;
    if (condition.kind === 'host') {
      const found = condition.patterns.filter(({ test }) => test(this.#host));
      return found.length > 0 && !found.some(({ negated }) => negated);
    }
    let unsupported: string | undefined;
    for (const { kind, negated, name, test } of condition.criteria) {
      if (kind === 'unsupported') unsupported ??= name;
      else {
        if (kind === 'final' && name === 'final') this.wantsFinal = true;
        const holds = kind === 'all' || (kind === 'final' ? this.#final : test(this.#subject(kind)));
        if (holds === negated) return false;
      }
    }
    if (unsupported === undefined) return true;
    this.#warnSkipped(unsupported, condition.where);
    return false;
  }

  #subject(kind: 'host' | 'originalhost' | 'user' | 'localuser' | 'tagged'): string {
    const { host, localUser } = this.#query;
    if (kind === 'originalhost') return host;
    if (kind === 'localuser') return localUser;
    if (kind === 'user') return this.settings.get('user')?.args[0] ?? localUser;
    if (kind === 'tagged') return this.settings.get('tag')?.args[0] ?? '';
    const written = this.settings.get('hostname')?.args[0];
    if (this.#final || written === undefined) return this.#host;
    const expanded = expandTokens(written, { h: host });
    return 'text' in expanded ? expanded.text : host;
  }

  #warnSkipped(criterion: string, where: Diagnostic['where'] & object): void {
    const text =
      criterion === 'exec'
        ? 'Match exec is not supported: the program is not run and the block is skipped'
        : `Match ${criterion} is not supported: the block is skipped`;
    this.diagnostics.set(`${where.file}:${where.line}`, {
      severity: 'warning',
      summary: text,
      hint: 'give what the block says with Host or Match host, or with variables of the inventory',
      where,
    });
  }

  #report(diagnostic: Diagnostic, { origin }: Setting): void {
    this.diagnostics.set(diagnostic.summary, {
      ...diagnostic,
      ...(origin.where ? { where: origin.where } : {}),
    });
  }
}

/** The indexes of the sections that may be about this host, in the order of the file. */
function sectionsFor({ named, others }: ConfigFile, host: string): readonly number[] {
  const own = named.get(host);
  return own ? [...own, ...others].sort((a, b) => a - b) : others;
}
