/**
 * What does an inventory script's `--list` say? Adds its groups, hosts and variables to the draft as Ansible's script
 * plugin would (seen in ansible-core 2.14). Runs nothing.
 */
import type { Diagnostics } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import { quotedWords } from '../model/secret-name.ts';
import { addGroup, addHost, type Draft, type DraftGroup, setGroupVariable } from './draft.ts';

import { jsonFault } from './json-fault.ts';

type JsonMap = { readonly [key: string]: Json };

/** The hosts the script named, and whether it gave their variables too (`_meta.hostvars`): else it is asked for each. */
export interface ScriptHosts {
  readonly names: readonly string[];
  readonly complete: boolean;
}

export class ScriptOutput {
  readonly #names = new Set<string>();

  constructor(
    private readonly source: string,
    private readonly draft: Draft,
    private readonly diagnostics: Diagnostics,
  ) {}

  list(text: string): ScriptHosts {
    const root = this.#json(text, '--list');
    const { _meta: meta, ...groups } = root ?? {};
    for (const [name, data] of Object.entries(groups)) this.#group(name, data);
    const names = [...this.#names];
    const hostvars = isMap(meta) ? meta.hostvars : undefined;
    if (hostvars === undefined) return { names, complete: false };
    if (!isMap(hostvars)) this.#error('_meta.hostvars is not a map of hosts');
    else for (const name of names) this.#hostVariables(name, hostvars[name] ?? {}, `_meta.hostvars.${name}`);
    return { names, complete: true };
  }

  /** The answer to `--host NAME`; nothing printed is no variables. */
  host(name: string, text: string): void {
    if (text.trim() === '') return;
    const values = this.#json(text, `--host ${name}`);
    if (values) this.#hostVariables(name, values, `--host ${name}`);
  }

  #json(text: string, asked: string): JsonMap | undefined {
    let value: Json;
    try {
      value = JSON.parse(text);
    } catch {
      this.#error(`${asked} printed what is no JSON: ${noJson(text)}`);
      return undefined;
    }
    if (isMap(value)) return value;
    this.#error(`${asked} printed JSON that is no map`);
    return undefined;
  }

  #group(name: string, data: Json): void {
    if (name === '' || /[\s\p{Cc}]/u.test(name)) {
      this.#error(`${quotedWords(name)} is no name of a group`);
      return;
    }
    const group = addGroup(this.draft, name, this.#where);
    // A map with none of these keys is a host with its variables.
    const short = isMap(data) && !('hosts' in data || 'vars' in data || 'children' in data);
    const { hosts, vars, children } = short
      ? { hosts: [name], vars: data }
      : isMap(data)
        ? (data as { hosts?: Json; vars?: Json; children?: Json })
        : { hosts: data };
    for (const host of this.#words(hosts, `${name}.hosts`)) this.#host(host, group);
    if (vars !== undefined && !isMap(vars)) this.#error(`${name}.vars is not a map of variables`);
    else for (const [key, value] of Object.entries(vars ?? {})) this.#variable(group, key, value);
    for (const child of this.#words(children, `${name}.children`)) {
      addGroup(this.draft, child, this.#where);
      if (!group.children.has(child)) group.children.set(child, this.#where);
    }
  }

  #variable(group: DraftGroup, name: string, value: Json): void {
    setGroupVariable(group, name, { value, where: this.#where }, this.#where, this.diagnostics);
  }

  #words(list: Json | undefined, path: string): string[] {
    if (list === undefined || list === null) return [];
    if (Array.isArray(list) && list.every(isName)) return list as string[];
    this.#error(`${path} is not a list of names`);
    return [];
  }

  #host(name: string, group: DraftGroup): void {
    const named = { name, where: this.#where, source: this.source };
    if (addHost(this.draft, group, named, this.diagnostics)) this.#names.add(name);
  }

  #hostVariables(name: string, values: Json, path: string): void {
    const host = this.draft.hosts.get(name);
    if (!isMap(values)) this.#error(`${path} is not a map of variables`);
    else
      for (const [key, value] of Object.entries(values)) host?.vars.set(key, { value, where: this.#where });
  }

  get #where() {
    return { file: this.source, line: 1, column: 1 };
  }

  #error(summary: string): void {
    const hint = `see what it prints: ${this.source} --list`;
    this.diagnostics.error(`the inventory script: ${summary}`, { hint, where: this.#where });
  }
}

/** What begins like JSON may hold secrets: of that only the place is told. */
function noJson(text: string): string {
  const shown = text.trim().slice(0, 80);
  if (shown === '') return 'nothing';
  if (!/^[{[]/.test(shown)) return quotedWords(shown);
  const { line, column } = jsonFault(text);
  return `see line ${line}, column ${column} of what it printed`;
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: Json): boolean {
  return typeof value === 'string' && value !== '' && !/[\s\p{Cc}]/u.test(value);
}
