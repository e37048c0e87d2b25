/** Does a name match a shell glob, whole and case-sensitive, as Python's fnmatch says? Linear in time for one star. */

type Token = 'star' | ((char: string) => boolean);

/**
 * A test for names: `*`, `?`, `[seq]`, `[!seq]`, anything else literally. Takes at most the pattern's length times the
 * name's steps: no pattern can hang it, as a regular expression with many stars could.
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  const tokens = tokenize([...pattern]);
  return (name) => matches(tokens, [...name]);
}

/** On a mismatch only the last star needs to take one more character; earlier ones never have to be tried again. */
function matches(tokens: readonly Token[], chars: readonly string[]): boolean {
  let token = 0;
  let star = -1;
  let starChar = 0;
  for (let at = 0; at < chars.length; ) {
    const test = tokens[token];
    if (test === 'star') {
      star = token++;
      starChar = at;
    } else if (test?.(chars[at] ?? '')) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starChar;
    } else return false;
  }
  while (tokens[token] === 'star') token++;
  return token === tokens.length;
}

function tokenize(pattern: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    if (char === '*') tokens.push('star');
    else if (char === '?') tokens.push(() => true);
    else {
      const close = char === '[' ? closingBracket(pattern, at) : -1;
      if (close < 0) tokens.push((one) => one === char);
      else {
        tokens.push(characterClass(pattern.slice(at + 1, close)));
        at = close;
      }
    }
  }
  return tokens;
}

/** A `]` right after `[` or `[!` is a member, not the end. */
function closingBracket(pattern: readonly string[], open: number): number {
  const first = open + (pattern[open + 1] === '!' ? 2 : 1);
  return pattern.indexOf(']', first + 1);
}

function characterClass(inside: readonly string[]): (char: string) => boolean {
  const negated = inside[0] === '!';
  const members = negated ? inside.slice(1) : inside;
  const ranges: [string, string][] = [];
  for (let at = 0; at < members.length; at++) {
    const from = members[at] ?? '';
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    ranges.push([from, isRange ? (members[at + 2] ?? '') : from]);
    if (isRange) at += 2;
  }
  return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}
