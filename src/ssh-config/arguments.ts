/**
 * What do arguments written for the ssh command say? The same settings as a file would, the file to read in place of
 * the usual ones, and where to go. Names what it cannot honour; reads no files.
 */
import { isPort, parseHop } from './hop.ts';
import { readLine } from './line.ts';
import { madeSetting, type Origin, readSetting, type Setting } from './setting.ts';

export interface SshArguments {
  /** In the order in which ssh would take them: the first of a kind wins. */
  readonly settings: readonly Setting[];
  /** `-F`; of several, the last. */
  readonly configFile?: string;
  /** `-W`. */
  readonly forward?: string;
  /** What is no option, such as a destination and a command. */
  readonly words: readonly string[];
  /** What cannot be honoured, each fit to follow `Origin.says`. */
  readonly problems: readonly string[];
}

/** About a terminal, forwarding, noise, compression: none changes where we log in as whom. */
const HARMLESS = 'CqvTtxXYaAkKnNg';
const HARMLESS_WITH_VALUE = 'SEe';
/** Options with a value that is never looked at, so that it is not reported a second time. */
const UNKNOWN_WITH_VALUE = 'DLRIQOBPw';
const KEYWORD_OF: Readonly<Record<string, string>> = {
  i: 'identityfile',
  l: 'user',
  b: 'bindaddress',
  c: 'ciphers',
  m: 'macs',
};

export function readArguments(words: readonly string[], origin: Origin): SshArguments {
  const settings: Setting[] = [];
  const plain: string[] = [];
  const problems: string[] = [];
  const whole: { configFile?: string; forward?: string } = {};
  const option = (line: string) => {
    const read = readLine(line);
    const setting = read && readSetting(read, origin);
    if (!setting) problems.push(`the option ${JSON.stringify(line)}, which says nothing`);
    else if ('problem' in setting) problems.push(setting.problem);
    else if (/^(?:Host|Match|Include)$/.test(setting.keyword.name))
      problems.push(`the option ${setting.keyword.name}, which belongs into a file`);
    else settings.push(setting);
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (plain.length > 1 || !/^-[^-]/.test(word)) {
      plain.push(word);
      continue;
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word.charAt(i);
      if (HARMLESS.includes(letter)) continue;
      if (letter === '4' || letter === '6') {
        settings.push(madeSetting('addressfamily', [letter === '4' ? 'inet' : 'inet6'], origin));
        continue;
      }
      const takes = `oJpFW${HARMLESS_WITH_VALUE}${Object.keys(KEYWORD_OF).join('')}`;
      if (!takes.includes(letter)) {
        problems.push(`"${word}", which is not supported`);
        if (UNKNOWN_WITH_VALUE.includes(letter) && i === word.length - 1) at++;
        break;
      }
      const value = word.slice(i + 1) || words[++at];
      if (value === undefined || value === '') problems.push(`"-${letter}" without the value that it needs`);
      else if (letter === 'o') option(value);
      else if (letter === 'J') option(`ProxyJump ${value}`);
      else if (letter === 'F') whole.configFile = value;
      else if (letter === 'W') whole.forward = value;
      else if (letter === 'p') {
        if (isPort(value)) settings.push(madeSetting('port', [value], origin));
        else problems.push(`the port "${value}", which is not a number from 1 to 65535`);
      } else if (Object.hasOwn(KEYWORD_OF, letter))
        settings.push(madeSetting(KEYWORD_OF[letter] ?? '', [value], origin));
      break;
    }
  }
  return { settings, ...whole, words: plain, problems };
}

/** The host that a destination names, and the settings it holds besides. Undefined: no destination. */
export function readDestination(
  text: string,
  origin: Origin,
): { readonly host: string; readonly settings: readonly Setting[] } | undefined {
  // Without a URI a colon is part of the name, as in an IPv6 address.
  const plain = /^(?:([^@]+)@)?([^@\s/[\]-][^@\s/[\]]*)$/.exec(text);
  const [, user, host] = plain ?? [];
  const hop = host === undefined ? parseHop(text) : { host, ...(user === undefined ? {} : { user }) };
  if (!hop) return undefined;
  return {
    host: hop.host,
    settings: [
      ...(hop.user === undefined ? [] : [madeSetting('user', [hop.user], origin)]),
      ...('port' in hop && hop.port !== undefined ? [madeSetting('port', [String(hop.port)], origin)] : []),
    ],
  };
}
