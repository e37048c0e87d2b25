/**
 * Where does a text stop being JSON? `JSON.parse` tells that it does, not always where (V8 names no position of an
 * unexpected token, and quotes the text around it, which may hold a secret).
 */

const TOKEN =
  /[ \t\r\n]*(?:([[\]{}:,])|("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.])|(?:true|false|null)(?!\w))/y;

type State = 'value' | 'item' | 'key' | 'first-key' | 'colon' | 'next';

/** Of a text that `JSON.parse` refuses: line and column, counted from 1, of the first token that cannot stand there. */
export function jsonFault(text: string): { readonly line: number; readonly column: number } {
  const open: string[] = [];
  let state: State = 'value';
  TOKEN.lastIndex = 0;
  for (let at = 0; ; at = TOKEN.lastIndex) {
    const [whole, sign, string] = TOKEN.exec(text) ?? [];
    const next: State | undefined = whole === undefined ? undefined : step(state, sign, string, open);
    if (next === undefined) return position(text, at);
    state = next;
  }
}

/** The state behind a token, or undefined where it may not stand. */
function step(
  state: State,
  sign: string | undefined,
  string: string | undefined,
  open: string[],
): State | undefined {
  const inside = open.at(-1);
  const closes = sign === (inside === '{' ? '}' : ']') && inside !== undefined;
  if (closes && (state === 'next' || state === 'first-key' || state === 'item')) {
    open.pop();
    return 'next';
  }
  if (state === 'next') {
    if (sign !== ',' || inside === undefined) return undefined;
    return inside === '{' ? 'key' : 'value';
  }
  if (state === 'colon') return sign === ':' ? 'value' : undefined;
  if (state === 'key' || state === 'first-key') return string === undefined ? undefined : 'colon';
  if (sign === undefined) return 'next';
  if (sign !== '{' && sign !== '[') return undefined;
  open.push(sign);
  return sign === '{' ? 'first-key' : 'item';
}

function position(text: string, offset: number) {
  const fault = offset + (/^[ \t\r\n]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const lines = text.slice(0, fault).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
