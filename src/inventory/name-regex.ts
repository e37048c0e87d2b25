/**
 * Which names does the regular expression of a `~pattern` match? The expression may come from a pull request, so its
 * time is bounded: V8 is made to stop it. Knows nothing of hosts and groups.
 */
import { createContext, Script } from 'node:vm';

/** For all names together; honest expressions need microseconds for each. */
const TIME_LIMIT_MS = 1000;
/** For all expressions that are tried on one inventory. */
const TOTAL_LIMIT_MS = 10_000;
const MAX_REGEX_CHARS = 1024;

/** What the expressions of one run may still take together; matching counts it down. */
export class RegexTime {
  leftMs = TOTAL_LIMIT_MS;
}

const script = new Script(
  'const test = new RegExp(source, flags); JSON.stringify(names.map((n) => test.test(n)))',
);

/**
 * The names that match from their beginning on (Python's `re.match`: the end may be anything), in their order; or
 * `problem`, fit to follow the pattern. Python's `(?i)`, `(?P<name>…)`, `\A` and `\Z` are understood.
 */
export function matchRegex(
  expression: string,
  names: readonly string[],
  time: RegexTime,
): { readonly matched: readonly string[] } | { readonly problem: string } {
  if (expression.length > MAX_REGEX_CHARS) return { problem: `is longer than ${MAX_REGEX_CHARS} characters` };
  if (time.leftMs <= 0)
    return { problem: `was not tried: those before it took ${TOTAL_LIMIT_MS / 1000} s together` };
  const ignoreCase = expression.startsWith('(?i)');
  const body = (ignoreCase ? expression.slice(4) : expression)
    .replace(/\(\?P</g, '(?<')
    .replace(/\\([\s\S])/g, (pair, letter) => (letter === 'A' ? '^' : letter === 'Z' ? '$' : pair));
  const context = createContext({ source: `^(?:${body})`, flags: ignoreCase ? 'i' : '', names: [...names] });
  const begun = performance.now();
  try {
    // Checked alone first: `a)|(b` is only well-formed inside the group above.
    new RegExp(body);
    const found = JSON.parse(script.runInContext(context, { timeout: TIME_LIMIT_MS })) as boolean[];
    return { matched: names.filter((_, i) => found[i]) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return { problem: `takes longer than ${TIME_LIMIT_MS / 1000} s and was stopped: nest no repetitions` };
    return {
      problem: `is not a regular expression: ${message.replace(/^Invalid regular expression: /, '')}`,
    };
  } finally {
    time.leftMs -= performance.now() - begun;
  }
}
