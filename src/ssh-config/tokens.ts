/** Fills tokens (`%h`), `${VARIABLE}` and `~` into a value, as ssh_config(5) says. Looks up nothing but what it is given. */

export type Tokens = Readonly<Record<string, string | undefined>>;

export type Expanded = { readonly text: string } | { readonly problem: string };

/** ssh_config(5), TOKENS: each keyword takes some of them, and any other is an error. */
export function expandTokens(text: string, tokens: Tokens): Expanded {
  let problem: string | undefined;
  const filled = text.replace(/%([\s\S]?)/g, (_, letter: string) => {
    const value = letter === '%' ? '%' : Object.hasOwn(tokens, letter) ? tokens[letter] : undefined;
    if (value === undefined) problem ??= `holds "%${letter}", which cannot be filled in here`;
    return value ?? '';
  });
  return problem === undefined ? { text: filled } : { problem };
}

/** `${VARIABLE}` of the environment; one that is not set is an error. */
export function expandEnvironment(text: string, env: Tokens): Expanded {
  let problem: string | undefined;
  const filled = text.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) problem ??= `holds "\${${name}}", which is not set in the environment`;
    return value ?? '';
  });
  return problem === undefined ? { text: filled } : { problem };
}

/** `~` and `~/…`: other users' homes are left as written. */
export function expandHome(path: string, home: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? `${home.replace(/\/$/, '')}${path.slice(1)}` : path;
}
