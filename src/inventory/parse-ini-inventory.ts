/**
 * What does one INI inventory say? Adds its groups, hosts and variables to the draft as Ansible's ini plugin would (read
 * line by line, seen in ansible-core 2.14), and reports every mistake at its place. Reads no files.
 */
import type { Diagnostics, Position } from '../model/diagnostic.ts';
import { partsQuoted, quotedWords } from '../model/secret-name.ts';
import { addGroup, addHosts, type Draft, setGroupVariable } from './draft.ts';
import { pythonValue } from './python-literal.ts';
import { expandHostName } from './ranges.ts';
import { splitShell } from './shell-words.ts';

const SECTION = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/u;
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/u;
/** The first ones tell what is wrong with a line. */
const MISTAKES_A_LINE = 10;
type Section = 'hosts' | 'children' | 'vars';

/** A group that a `[x:vars]` or `[y:children]` names before, or without, a section that declares it. */
interface Pending {
  readonly where: Position;
  readonly summary: string;
  readonly parents: string[];
}

/** `source` is the file's path as the user gave it. */
export function parseIniInventory(
  text: string,
  source: string,
  draft: Draft,
  diagnostics: Diagnostics,
): void {
  new IniParser(source, draft, diagnostics).parse(text);
}

class IniParser {
  readonly #pending = new Map<string, Pending>();
  #group = 'ungrouped';
  #section: Section | 'unknown' = 'hosts';

  constructor(
    private readonly source: string,
    private readonly draft: Draft,
    private readonly diagnostics: Diagnostics,
  ) {}

  parse(text: string): void {
    for (const [index, raw] of text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/).entries()) {
      const line = raw.trim();
      if (line === '' || /^[;#]/.test(line)) continue;
      const column = raw.length - raw.trimStart().length + 1;
      this.#line(line, { file: this.source, line: index + 1, column });
    }
    for (const [name, { where, summary }] of this.#pending) {
      this.diagnostics.error(summary, { hint: `declare it with a section [${name}]`, where });
    }
  }

  #line(line: string, where: Position): void {
    const header = SECTION.exec(line);
    if (header) this.#header(header[1] ?? '', header[2] ?? 'hosts', where);
    else if (line.startsWith('[') && line.endsWith(']')) {
      const hint = 'write [GROUP], [GROUP:vars] or [GROUP:children], without spaces';
      this.diagnostics.error(`${quotedWords(line)} is no section`, { hint, where });
      this.#section = 'unknown';
    } else if (this.#section === 'hosts') this.#host(line, where);
    else if (this.#section === 'vars') this.#variable(line, where);
    else if (this.#section === 'children') this.#child(line, where);
  }

  #header(name: string, kind: string, where: Position): void {
    if (kind !== 'hosts' && kind !== 'children' && kind !== 'vars') {
      const hint = `a section is [${name}], [${name}:vars] or [${name}:children]`;
      this.diagnostics.error(`the section [${name}:${kind}] is of no kind that there is`, { hint, where });
      this.#section = 'unknown';
      return;
    }
    this.#group = name;
    this.#section = kind;
    const waiting = this.#pending.get(name);
    if (kind === 'vars') {
      if (!this.draft.groups.has(name) && !waiting) {
        const summary = `the section [${name}:vars] is of the group "${name}", which is not declared`;
        this.#pending.set(name, { where, summary, parents: [] });
      }
      addGroup(this.draft, name, where);
      return;
    }
    addGroup(this.draft, name, where);
    if (!waiting) return;
    this.#pending.delete(name);
    for (const parent of waiting.parents) this.#adopt(parent, name, waiting.where);
  }

  #adopt(parent: string, child: string, where: Position): void {
    const { children } = addGroup(this.draft, parent);
    if (!children.has(child)) children.set(child, where);
  }

  #host(line: string, where: Position): void {
    const words = splitShell(line, { comments: true });
    const [first, ...rest] = words ?? [];
    if (!first) {
      const hint = 'close every quote, and write values with spaces in quotes';
      this.diagnostics.error('the line of a host has a quote that is never closed', { hint, where });
      return;
    }
    if (this.draft.full) return;
    const hosts = this.#names(first.text, where);
    const quoted = partsQuoted(line);
    let told = 0;
    const variables = rest.flatMap(({ text, at }) => {
      const place = { ...where, column: where.column + at };
      const equals = text.indexOf('=');
      if (equals >= 0) {
        return [
          [text.slice(0, equals), { value: pythonValue(text.slice(equals + 1)), where: place }] as const,
        ];
      }
      const hint = 'write name=value, with quotes round a value with spaces';
      if (++told > MISTAKES_A_LINE) return [];
      this.diagnostics.error(`${quoted(text)} is no variable of a host`, { hint, where: place });
      return [];
    });
    const group = addGroup(this.draft, this.#group);
    const port = hosts?.port === undefined ? {} : { port: hosts.port };
    const named = { names: hosts?.names ?? [], where, source: this.source, ...port };
    addHosts(this.draft, group, named, variables, this.diagnostics);
  }

  #names(written: string, where: Position) {
    const expanded = expandHostName(written);
    if ('problem' in expanded) {
      const hint = 'ranges are [01:50], [1:9:2] or [a:d]';
      this.diagnostics.error(`the host name ${quotedWords(written)} ${expanded.problem}`, { hint, where });
      return undefined;
    }
    if (written.endsWith(':') && expanded.port === undefined) {
      const hint = 'a colon is for a port: name:2222; is this YAML?';
      this.diagnostics.error(`the host name ${quotedWords(written)} ends in a colon`, { hint, where });
      return undefined;
    }
    if (expanded.names.includes('---')) {
      const hint = 'this looks like YAML: name the file .yml';
      this.diagnostics.error('"---" is no name of a host', { hint, where });
      return undefined;
    }
    return expanded;
  }

  #variable(line: string, where: Position): void {
    const equals = line.indexOf('=');
    if (equals < 0) {
      const hint = `write name=value; a section [${this.#group}] would begin hosts`;
      this.diagnostics.error(`${quotedWords(line)} is no variable of a group`, { hint, where });
      return;
    }
    const name = line.slice(0, equals).trim();
    const value = pythonValue(line.slice(equals + 1).trim());
    setGroupVariable(addGroup(this.draft, this.#group), name, { value, where }, where, this.diagnostics);
  }

  #child(line: string, where: Position): void {
    const child = GROUP_NAME.exec(line)?.[1];
    if (child === undefined) {
      const hint = 'one name of a group a line';
      this.diagnostics.error(`${quotedWords(line)} is no name of a group`, { hint, where });
      return;
    }
    if (this.draft.groups.has(child)) {
      this.#adopt(this.#group, child, where);
      return;
    }
    const waiting = this.#pending.get(child);
    if (waiting) waiting.parents.push(this.#group);
    else {
      const summary = `the section [${this.#group}:children] names the group "${child}", which is not declared`;
      this.#pending.set(child, { where, summary, parents: [this.#group] });
    }
  }
}
