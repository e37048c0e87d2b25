/**
 * What do arguments written for the ssh command say? The same settings as a file would, the file to read in place of the
 * usual ones, and what is left over. Names what it cannot honour; reads no files.
 */
import { SECRET_NAME } from '../model/secret-name.ts';
import { readLine } from './line.ts';
import {
  isIgnored,
  madeSetting,
  type Origin,
  readSetting,
  type Setting,
  type Trouble,
  type UnknownKeyword,
} from './setting.ts';

export interface SshArguments {
  /** In the order in which ssh would take them. */
  readonly settings: readonly Setting[];
  /** `-F`; of several the last, as in ssh. */
  readonly configFile?: string;
  /** `-W`. */
  readonly forward?: string;
  /** What is no option: a destination, a command. */
  readonly words: readonly string[];
  readonly troubles: readonly Trouble[];
}

/** About a terminal, sharing, forwarding, noise, compression and GSSAPI: none changes where we log in as whom. */
const HARMLESS = 'CqvTtxXYaAkKnNgfsyM';
/** A file for messages that nobody writes here. */
const HARMLESS_WITH_VALUE = 'E';
/** Their value is passed over, so that it is not reported a second time. */
const REFUSED_WITH_VALUE = 'OQ';
/** ssh(1): what each is short for; the table of keywords says what becomes of it. */
const KEYWORD_OF: Readonly<Record<string, string>> = {
  B: 'BindInterface',
  D: 'DynamicForward',
  I: 'PKCS11Provider',
  J: 'ProxyJump',
  L: 'LocalForward',
  P: 'Tag',
  R: 'RemoteForward',
  S: 'ControlPath',
  b: 'BindAddress',
  c: 'Ciphers',
  e: 'EscapeChar',
  i: 'IdentityFile',
  l: 'User',
  m: 'MACs',
  p: 'Port',
  w: 'TunnelDevice',
};
const FAMILY: Readonly<Record<string, string>> = { 4: 'inet', 6: 'inet6' };
const OUT = 'take it out, or give the host variables and options that tapfleet knows';

export function readArguments(words: readonly string[], origin: Origin): SshArguments {
  const settings: Setting[] = [];
  const troubles: Trouble[] = [];
  const plain: string[] = [];
  const last: { configFile?: string; forward?: string } = {};
  const fail = (problem: string) => troubles.push({ problem, hint: OUT, origin });
  const take = (line: string) => {
    const found = settingOf(line, origin);
    if ('unknown' in found) {
      const ignored = settings.find(({ keyword }) => keyword.name === 'IgnoreUnknown')?.args[0];
      if (!isIgnored(found, ignored)) troubles.push(found.trouble);
    } else if ('problem' in found) troubles.push(found);
    else settings.push(found);
  };
  // `-o ProxyCommand=sshpass -p secret`, without its quotes, is three words.
  const named = words.some((word) => SECRET_NAME.test(word));
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!/^-[^-]/.test(word)) {
      plain.push(word);
      continue;
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word.charAt(i);
      if (HARMLESS.includes(letter)) continue;
      const family = FAMILY[letter];
      if (family !== undefined) {
        settings.push(madeSetting('AddressFamily', family, origin));
        continue;
      }
      const keyword = Object.hasOwn(KEYWORD_OF, letter) ? KEYWORD_OF[letter] : undefined;
      if (keyword === undefined && !`oFW${HARMLESS_WITH_VALUE}${REFUSED_WITH_VALUE}`.includes(letter)) {
        fail(`"${word}", which is not supported`);
        break;
      }
      const value = word.slice(i + 1) || words[++at];
      if (REFUSED_WITH_VALUE.includes(letter)) fail(`"-${letter}", which is not supported`);
      else if (value === undefined || value === '') fail(`"-${letter}" without the value that it needs`);
      else if (letter === 'o') take(value);
      else if (letter === 'F') last.configFile = value;
      else if (letter === 'W') last.forward = value;
      else if (keyword !== undefined) {
        const setting = madeSetting(keyword, value, origin);
        const wrong = setting.keyword.check(setting.args, setting.whole);
        if (wrong === undefined) settings.push(setting);
        else fail(`"-${letter}${named ? '' : ` ${value}`}", which is ${wrong}`);
      }
      break;
    }
  }
  return { settings, ...last, words: plain, troubles };
}

/** A line of `-o`: as one of a file, but for what makes sense only there. */
function settingOf(text: string, origin: Origin): Setting | UnknownKeyword | Trouble {
  const line = readLine(text);
  if (!line) return { problem: `the option ${JSON.stringify(text)}, which says nothing`, hint: OUT, origin };
  if (['host', 'match', 'include'].includes(line.keyword)) {
    return { problem: `the option ${line.keyword}, which belongs into a file`, hint: OUT, origin };
  }
  return readSetting(line, origin);
}
