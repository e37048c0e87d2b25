/** Does a name match a pattern of ssh_config(5): `*`, `?`, and lists with `!`? Knows nothing of what is matched. */

/** A test for whole names. An earlier star is never tried again, so that no pattern can hang it. */
export function compilePattern(pattern: string): (name: string) => boolean {
  if (!isWild(pattern)) return (name) => name === pattern;
  if (pattern === '*') return () => true;
  return (name) => matches(pattern, name);
}

export function isWild(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** A comma-separated list: one pattern must match, and none with a `!` before it. */
export function compilePatternList(list: string): (name: string) => boolean {
  const tests = list.split(',').map((one) => {
    const negated = one.startsWith('!');
    return { negated, test: compilePattern(negated ? one.slice(1) : one) };
  });
  return (name) => {
    const found = tests.filter(({ test }) => test(name));
    return found.length > 0 && !found.some(({ negated }) => negated);
  };
}

function matches(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let starName = 0;
  for (let i = 0; i < name.length; ) {
    const wanted = pattern.charAt(at);
    if (wanted === '*') {
      star = at++;
      starName = i;
    } else if (at < pattern.length && (wanted === '?' || wanted === name.charAt(i))) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++starName;
    } else return false;
  }
  while (pattern.charAt(at) === '*') at++;
  return at === pattern.length;
}
