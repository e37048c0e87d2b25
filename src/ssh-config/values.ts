/**
 * What may a keyword's value be? Checks as OpenSSH's readconf.c makes them, whatever becomes of the keyword afterwards.
 * Each answers undefined, or what is wrong, fit to follow "which". Reads and looks up nothing.
 */
import { CIPHERS, KEX, KEY_TYPES, MACS } from './algorithm-names.ts';
import { isPort, parseJump } from './hop.ts';
import { compilePatternList, isWild } from './pattern.ts';

/** `args`: at least one; `whole`: all after the keyword, quotes and comments included. */
export type Check = (args: readonly string[], whole: string) => string | undefined;

/** One word that a test accepts. */
function word(wrong: string, accepts: (text: string) => boolean): Check {
  return (args) => {
    if (args.length > 1) return 'more than one value';
    return accepts(args[0] ?? '') ? undefined : wrong;
  };
}

const oneOf = (...names: readonly string[]): Check =>
  word(`not one of ${names.join(', ')}`, (text) => names.includes(text.toLowerCase()));

/** Any value at all; ssh's own checks of it, if it has some, are not repeated. */
export const anything: Check = () => undefined;
export const text = word('empty', (some) => some !== '');
export const texts: Check = (args) => (args.includes('') ? 'empty' : undefined);
/** To the end of the line, quotes and all. */
export const command: Check = (_args, whole) => (whole === '' ? 'empty' : undefined);

export const flag = word('neither yes nor no', (some) => /^(?:yes|no|true|false)$/i.test(some));
export const flagOr = (...more: readonly string[]) => oneOf('yes', 'no', 'true', 'false', ...more);
export const isYes = (some: string) => /^(?:yes|true)$/i.test(some);

export const integer = word(
  'not a whole number of 0 or more',
  (some) => /^\s*[+]?[0-9]{1,10}$/.test(some) && Number(some) <= 2_147_483_647,
);
export const port = word('not a number from 1 to 65535', isPort);
export const time = word(
  'not a time: give seconds, or such as 1m30s',
  (some) => some === 'none' || secondsOf(some) !== undefined,
);
/** ControlPersist's; its words have no capitals. */
export const flagOrTime = word(
  'neither yes, no nor a time',
  (some) => /^(?:yes|no|true|false)$/.test(some) || secondsOf(some) !== undefined,
);
export const yesOrNo = oneOf('yes', 'no');

export const checking = flagOr('off', 'ask', 'accept-new');
export const pubkey = flagOr('unbound', 'host-bound');
export const addressFamily = oneOf('inet', 'inet6', 'any');
export const canonicalize = flagOr('always');
export const controlMaster = flagOr('ask', 'auto', 'autoask');
export const flagOrAsk = flagOr('ask');
export const requestTty = flagOr('force', 'auto');
export const sessionType = oneOf('none', 'subsystem', 'default');
export const tunnel = flagOr('ethernet', 'point-to-point');
export const hash = oneOf('md5', 'sha1', 'sha256', 'sha384', 'sha512');
export const logLevel = oneOf(
  ...['quiet', 'fatal', 'error', 'info', 'verbose', 'debug', 'debug1', 'debug2', 'debug3'],
);
export const facility = oneOf(
  ...['daemon', 'user', 'auth', 'authpriv'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
);

/** `none` stands alone; at most 32, ssh's SSH_MAX_HOSTS_FILES. */
export const list: Check = (args) => {
  if (args.includes('')) return 'empty';
  if (args.length > 32) return 'more than 32 values';
  return args.length > 1 && args.some(isNone) ? 'more than none alone' : undefined;
};

export const jump: Check = (_args, whole) =>
  parseJump(whole) ? undefined : 'no [user@]host[:port], nor several with commas between';

/** IdentityAgent: a path, or the name of a variable after `$`. */
export const agent = word('no path and no variable', (some) => /^(?:\$(?:\{|[A-Z_]\w*$)|[^$])/i.test(some));

export const ciphers = algorithms('cipher', CIPHERS);
export const macs = algorithms('MAC', MACS);
export const kex = algorithms('key exchange', KEX);
export const keyTypes = algorithms('key type', KEY_TYPES, { wild: true });

/** As in ssh what `-` takes away is not checked, and patterns are for types of keys alone. */
function algorithms(kind: string, known: readonly string[], { wild = false } = {}): Check {
  return (args, whole) => {
    const one = args[0] ?? '';
    const wrong = text(args, whole);
    if (wrong !== undefined || one.startsWith('-')) return wrong;
    const names = one.replace(/^[+^]/, '').split(',');
    const isKnown = (name: string) =>
      wild && isWild(name) ? known.some(compilePatternList(name)) : known.includes(name);
    const strange = names.find((name) => !isKnown(name));
    return strange === undefined ? undefined : `no list of ${kind}s: ssh knows no "${strange}"`;
  };
}

export function isNone(some: string): boolean {
  return some.toLowerCase() === 'none';
}

/** sshd_config(5), TIME FORMATS: `90`, `1m30`, `1h`; undefined where it is no time or ssh's int cannot hold it. */
export function secondsOf(value: string): number | undefined {
  if (!/^(?:[0-9]{1,10}[smhdw]?)+$/i.test(value)) return undefined;
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const parts = [...value.toLowerCase().matchAll(/([0-9]{1,10})([smhdw]?)/g)];
  const sum = parts.reduce(
    (total, [, number, unit]) => total + Number(number) * (units[unit || 's'] ?? 1),
    0,
  );
  return sum <= 2_147_483_647 ? sum : undefined;
}
