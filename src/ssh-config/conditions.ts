/** For whom does a block of the configuration hold? Reads `Host` and `Match` lines and judges them; runs nothing. */
import { compilePattern, compilePatternList, isWild } from './pattern.ts';

/** Of one host while its configuration is read: what the lines before have settled. */
export interface Known {
  /** What ssh was given; in the final pass, the name that it connects to. Compared with its case, as ssh does. */
  readonly name: string;
  /** What ssh was given, in both passes. */
  readonly originalName: string;
  readonly hostName: string;
  readonly user: string;
  readonly localUser: string;
  readonly tag: string;
  /** The configuration is read a second time. */
  readonly final: boolean;
}

export interface Condition {
  readonly holds: (known: Known) => boolean;
  /** It names `final`: its being there makes ssh read the configuration twice. */
  readonly asksForFinal: boolean;
  /** Where it names hosts plainly: it holds for these alone. */
  readonly names?: ReadonlySet<string>;
}

const WITHOUT_VALUE = new Set(['all', 'canonical', 'final']);
const SUBJECTS: Readonly<Record<string, (known: Known) => string>> = {
  host: ({ hostName }) => hostName.toLowerCase(),
  originalhost: ({ originalName }) => originalName.toLowerCase(),
  user: ({ user }) => user,
  localuser: ({ localUser }) => localUser,
  tagged: ({ tag }) => tag,
};
/** Host names are compared in lower case; users are not. */
const FOLDED = new Set(['host', 'originalhost']);

/** A comma is part of a pattern here. */
export function hostCondition(words: readonly string[]): Condition {
  if (!words.some((word) => isWild(word) || word.startsWith('!'))) {
    const names = new Set(words);
    return { holds: ({ name }) => names.has(name), asksForFinal: false, names };
  }
  const patterns = words.map((word) => {
    const negated = word.startsWith('!');
    return { negated, matches: compilePattern(negated ? word.slice(1) : word) };
  });
  return {
    holds: ({ name }) => {
      const found = patterns.filter(({ matches }) => matches(name));
      return found.length > 0 && !found.some(({ negated }) => negated);
    },
    asksForFinal: false,
  };
}

/** `runs`: it has an `exec`, which is never run, so that it never holds. */
export function matchCondition(
  words: readonly string[],
): (Condition & { readonly runs: boolean }) | { readonly wrong: string } {
  const tests: ((known: Known) => boolean)[] = [];
  let asksForFinal = false;
  let runs = false;
  for (let at = 0; at < words.length; at++) {
    const written = words[at] ?? '';
    const negated = written.startsWith('!');
    const name = written.slice(negated ? 1 : 0).toLowerCase();
    // One criterion before it is let through (seen on OpenSSH 9.2: `Match final all`).
    if (name === 'all' && (tests.length > 1 || at < words.length - 1)) {
      return { wrong: 'all, which must stand alone' };
    }
    const value = WITHOUT_VALUE.has(name) ? undefined : words[++at];
    const subject = Object.hasOwn(SUBJECTS, name) ? SUBJECTS[name] : undefined;
    if (name === 'all') tests.push(() => !negated);
    else if (WITHOUT_VALUE.has(name)) {
      asksForFinal ||= name === 'final';
      tests.push(({ final }) => final !== negated);
    } else if (name !== 'exec' && !subject)
      return { wrong: `${JSON.stringify(written)}, which is not supported` };
    else if (value === undefined || value === '') return { wrong: `${name} without a value` };
    else if (subject) {
      const matches = compilePatternList(FOLDED.has(name) ? value.toLowerCase() : value);
      tests.push((known) => matches(subject(known)) !== negated);
    } else {
      runs = true;
      tests.push(() => false);
    }
  }
  return { holds: (known) => tests.every((test) => test(known)), asksForFinal, runs };
}
