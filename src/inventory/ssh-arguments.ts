/**
 * What do arguments written for the ssh command (`ansible_ssh_common_args` and its kin) ask of a connection? Reads
 * those that tapfleet can honour, skips those that change nothing here, and names every other one. Reads no files.
 */
import type { HostKeyChecking } from '../model/connection.ts';
import { isPort } from '../ssh-config/hop.ts';
import { splitArguments } from '../ssh-config/line.ts';
import { shellWords } from './shell-words.ts';

export interface SshArguments {
  readonly port?: number;
  readonly user?: string;
  /** In order, `~` not yet expanded. */
  readonly identityFiles: readonly string[];
  /** `none` is the empty list. */
  readonly userKnownHostsFiles?: readonly string[];
  readonly globalKnownHostsFiles?: readonly string[];
  readonly hostKeyChecking?: HostKeyChecking;
  readonly connectTimeoutMs?: number;
  /** Of a configuration only; `%h` not yet filled in. */
  readonly hostName?: string;
  readonly hostKeyAlias?: string;
  readonly identitiesOnly?: boolean;
  /** Path of a socket, `SSH_AUTH_SOCK` or `none`. */
  readonly identityAgent?: string;
  readonly aliveIntervalS?: number;
  readonly aliveCountMax?: number;
  readonly ciphers?: string;
  readonly kex?: string;
  readonly macs?: string;
  readonly hostKeyAlgorithms?: string;
  /** The first of ProxyJump and ProxyCommand counts. */
  readonly proxy?: { readonly jump: string } | { readonly command: string };
  /** What cannot be honoured, each fit to follow the variable's name. */
  readonly problems: readonly string[];
}

type Wanted = { -readonly [K in keyof SshArguments]: SshArguments[K] } & {
  identityFiles: string[];
  problems: string[];
};

/** `ask` is `yes`: nobody is there to be asked. */
const CHECKING: ReadonlyMap<string, HostKeyChecking> = new Map([
  ['yes', 'yes'],
  ['true', 'yes'],
  ['ask', 'yes'],
  ['accept-new', 'accept-new'],
  ['no', 'no'],
  ['false', 'no'],
  ['off', 'no'],
]);

/** Options about sharing, logging, forwarding and keeping alive, and which of the login's ways to try: none changes where we log in as whom. */
const HARMLESS = new Set(
  `addkeystoagent batchmode checkhostip compression connectionattempts controlmaster controlpath controlpersist
  forwardagent forwardx11 forwardx11trusted gssapiauthentication gssapidelegatecredentials hashknownhosts
  kbdinteractiveauthentication loglevel numberofpasswordprompts passwordauthentication
  preferredauthentications pubkeyauthentication requesttty sendenv
  setenv tcpkeepalive updatehostkeys verifyhostkeydns visualhostkey`.split(/\s+/),
);
const HARMLESS_FLAGS = /^-[CqvTtxXYaAkKn]+$/;

/** As ssh does, the first value of an option wins; `-i` and IdentityFile add up. */
export function parseSshArguments(text: string): SshArguments {
  const wanted: Wanted = { identityFiles: [], problems: [] };
  const words = shellWords(text);
  if (!words) return { identityFiles: [], problems: ['has a quote that is never closed'] };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (HARMLESS_FLAGS.test(word)) continue;
    const [, letter = '', rest = ''] = /^-([ipFloJ])([\s\S]*)$/.exec(word) ?? [];
    if (letter === '') {
      wanted.problems.push(`holds "${word}", which is not supported`);
      // Its argument would be reported a second time.
      if (/^-[WSDLRbcmEIeBwOQ]$/.test(word)) at++;
      continue;
    }
    const value = rest === '' ? words[++at] : rest;
    if (value === undefined) wanted.problems.push(`ends with "${word}", which needs a value`);
    else if (letter === 'i') wanted.identityFiles.push(value);
    else if (letter === 'p') takePort(value, wanted);
    else if (letter === 'l') wanted.user ??= value;
    else if (letter === 'J') wanted.proxy ??= { jump: value };
    else if (letter === 'F') wanted.problems.push('holds "-F", which is not supported: use --ssh-config');
    else takeOption(value, wanted);
  }
  return wanted;
}

/** What the options of a configuration ask, as those of `-o`; what means nothing here is passed over, as ssh_config is not ours. */
export function fromOptions(
  options: readonly { readonly keyword: string; readonly rest: string }[],
): SshArguments {
  const wanted: Wanted = { identityFiles: [], problems: [] };
  for (const { keyword, rest } of options) {
    const value = TAKEN_WHOLE.has(keyword) ? rest : (splitArguments(rest)?.[0] ?? rest);
    honour(keyword, value, wanted);
  }
  return wanted;
}

const TAKEN_WHOLE = new Set(['proxycommand', 'userknownhostsfile', 'globalknownhostsfile']);

function takeOption(written: string, wanted: Wanted): void {
  const [, key = written, raw = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)([\s\S]*)$/.exec(written) ?? [];
  const keyword = key.toLowerCase();
  if (honour(keyword, raw.trim(), wanted) || HARMLESS.has(keyword)) return;
  wanted.problems.push(`holds the ssh option ${key}, which is not supported`);
}

/** Keywords whose value is kept as it is written. */
const TEXTS = {
  user: 'user',
  hostname: 'hostName',
  hostkeyalias: 'hostKeyAlias',
  ciphers: 'ciphers',
  kexalgorithms: 'kex',
  macs: 'macs',
  hostkeyalgorithms: 'hostKeyAlgorithms',
} as const;

/** False for a keyword that is not known here. */
function honour(keyword: string, value: string, wanted: Wanted): boolean {
  if (Object.hasOwn(TEXTS, keyword)) {
    wanted[TEXTS[keyword as keyof typeof TEXTS]] ??= value;
    return true;
  }
  switch (keyword) {
    case 'port':
      takePort(value, wanted);
      return true;
    case 'identityfile':
      if (value.toLowerCase() !== 'none') wanted.identityFiles.push(unquoted(value));
      return true;
    case 'identitiesonly':
      wanted.identitiesOnly ??= /^(?:yes|true)$/i.test(value);
      return true;
    case 'identityagent':
      wanted.identityAgent ??= unquoted(value);
      return true;
    case 'userknownhostsfile':
      wanted.userKnownHostsFiles ??= fileList(value, wanted);
      return true;
    case 'globalknownhostsfile':
      wanted.globalKnownHostsFiles ??= fileList(value, wanted);
      return true;
    case 'stricthostkeychecking': {
      const checking = CHECKING.get(value.toLowerCase());
      if (checking) wanted.hostKeyChecking ??= checking;
      else wanted.problems.push(`holds StrictHostKeyChecking=${value}, which is not yes, no or accept-new`);
      return true;
    }
    case 'connecttimeout': {
      const seconds = secondsOf(value) ?? 0;
      if (seconds > 0) wanted.connectTimeoutMs ??= seconds * 1000;
      else wanted.problems.push(`holds ConnectTimeout=${value}, which is not a number of seconds`);
      return true;
    }
    case 'serveraliveinterval': {
      const seconds = secondsOf(value);
      if (seconds === undefined) wanted.problems.push(`holds ServerAliveInterval=${value}, which is no time`);
      wanted.aliveIntervalS ??= seconds ?? 0;
      return true;
    }
    case 'serveralivecountmax':
      if (/^[0-9]{1,6}$/.test(value)) wanted.aliveCountMax ??= Number(value);
      return true;
    case 'revokedhostkeys':
      wanted.problems.push(
        'holds RevokedHostKeys, which is not supported: mark the keys @revoked in known_hosts',
      );
      return true;
    case 'proxyjump':
      wanted.proxy ??= { jump: value };
      return true;
    case 'proxycommand':
      wanted.proxy ??= { command: value };
      return true;
    default:
      return false;
  }
}

/** sshd_config(5), TIME FORMATS: `90`, `1m30`, `1h`. */
function secondsOf(value: string): number | undefined {
  if (!/^(?:[0-9]{1,6}[smhdw]?)+$/i.test(value)) return undefined;
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const parts = [...value.toLowerCase().matchAll(/([0-9]{1,6})([smhdw]?)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit || 's'] ?? 1), 0);
}

function takePort(value: string, wanted: Wanted): void {
  if (isPort(value)) wanted.port ??= Number(value);
  else wanted.problems.push(`holds the port "${value}", which is not a number from 1 to 65535`);
}

function fileList(value: string, wanted: Wanted): readonly string[] {
  const files = shellWords(value);
  if (!files) wanted.problems.push('has a quote that is never closed');
  return (files ?? []).filter((file) => file.toLowerCase() !== 'none');
}

function unquoted(value: string): string {
  return /^"[^"]*"$/.test(value) ? value.slice(1, -1) : value;
}
