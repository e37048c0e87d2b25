/**
 * Reads one host's connection variables with the types they must have, and reports those that have another. Knows the
 * shapes of values, not what they are for.
 */
import { type Diagnostic, Diagnostics } from '../model/diagnostic.ts';
import type { Host, Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { Origin, Trouble } from '../ssh-config/setting.ts';
import { type Lookup, TemplateError } from '../template/evaluate.ts';
import { variablePosition } from './variables.ts';

/** All that say how a host is reached; others of Ansible mean nothing here. */
export const CONNECTION_VARIABLES: ReadonlySet<string> = new Set(
  (
    'become become_exe become_method become_pass become_password become_user connection host host_key_checking password port ' +
    'private_key_file ssh_args ssh_common_args ssh_extra_args ssh_host ssh_host_key_checking ssh_pass ssh_password ssh_pkcs11_provider ' +
    'ssh_port ssh_private_key_file ssh_timeout ssh_user sudo_exe sudo_pass sudo_user timeout user'
  )
    .split(' ')
    .map((name) => `ansible_${name}`),
);

const YES = new Set(['yes', 'on', '1', 'true', 't', 'y']);
const NO = new Set(['no', 'off', '0', 'false', 'f', 'n']);

export class ConnectionVariables {
  readonly #diagnostics = new Diagnostics();
  readonly #host: Host;
  readonly #lookup: Lookup;
  readonly #extraVars: Variables | undefined;

  constructor(host: Host, lookup: Lookup, extraVars?: Variables) {
    this.#host = host;
    this.#lookup = lookup;
    this.#extraVars = extraVars;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics.all;
  }

  /** Whether the host has it, whatever it is. */
  holds(name: string): boolean {
    return this.#value(name) !== null;
  }

  /** The last of `names` that has a value: of an option's old and new names Ansible lets the last one win. */
  text(...names: string[]): { name: string; value: string } | undefined {
    const found = this.#last(names);
    if (!found) return undefined;
    const { name, value } = found;
    if (typeof value === 'number') return { name, value: String(value) };
    if (typeof value === 'string' && !/[\0\r\n]/.test(value))
      return value === '' ? undefined : { name, value };
    this.refuse(name, `is ${kindOf(value)}, not a line of text`, 'write one string');
    return undefined;
  }

  port(...names: string[]): number | undefined {
    const found = this.#last(names);
    if (!found) return undefined;
    const port =
      typeof found.value === 'string' && /^\s*[0-9]{1,5}\s*$/.test(found.value)
        ? Number(found.value)
        : found.value;
    if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
    this.refuse(found.name, `is ${shown(found.value)}, not a port`, 'give a number from 1 to 65535');
    return undefined;
  }

  /** Of 0 or more. */
  wholeNumber(...names: string[]): number | undefined {
    const found = this.#last(names);
    if (!found) return undefined;
    if (/^\s*[0-9]{1,9}\s*$/.test(String(found.value)) && typeof found.value !== 'object')
      return Number(found.value);
    this.refuse(found.name, `is ${shown(found.value)}, not a whole number`, 'give one of 0 or more');
    return undefined;
  }

  bool(...names: string[]): boolean | undefined {
    const found = this.#last(names);
    if (!found) return undefined;
    const word = String(found.value).toLowerCase().trim();
    if (typeof found.value !== 'object' && YES.has(word)) return true;
    if (typeof found.value !== 'object' && NO.has(word)) return false;
    this.refuse(found.name, `is ${shown(found.value)}, not a yes or no`, 'write true or false');
    return undefined;
  }

  refuse(name: string, problem: string, hint: string): void {
    const where = variablePosition(this.#host, name, this.#extraVars);
    this.#diagnostics.error(`${name} of the host "${this.#host.name}" ${problem}`, {
      hint,
      ...(where ? { where } : {}),
    });
  }

  /** What ssh's words in a variable are reported with: `verb` stands between the host's name and the problem. */
  origin(name: string, verb: ' holds ' | ' gives '): Origin {
    const where = variablePosition(this.#host, name, this.#extraVars);
    return {
      says: `${name} of the host "${this.#host.name}"${verb}`,
      ...(where ? { where } : {}),
      trusted: false,
    };
  }

  report({ origin, problem, hint }: Trouble): void {
    this.#diagnostics.error(`${origin.says}${problem}`, {
      hint,
      ...(origin.where ? { where: origin.where } : {}),
    });
  }

  #last(names: readonly string[]): { name: string; value: Exclude<Json, null> } | undefined {
    return names.map((name) => ({ name, value: this.#value(name) })).findLast(hasValue);
  }

  #value(name: string): Json {
    try {
      return this.#lookup(name) ?? null;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.refuse(name, `cannot be evaluated: ${error.message}`, error.hint);
      return null;
    }
  }
}

function hasValue(found: {
  name: string;
  value: Json;
}): found is { name: string; value: Exclude<Json, null> } {
  return found.value !== null;
}

function shown(value: Json): string {
  const text = typeof value === 'object' ? kindOf(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text of several lines' : `the value ${String(value)}`;
}
