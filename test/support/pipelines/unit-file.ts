/** What a unit of systemd says, and the command line that one of its Exec lines is (systemd.service(5), "Command lines"). */
export type Unit = ReadonlyMap<string, readonly string[]>;

/** Keys of all sections; a key may be there more than once. */
export function parseUnit(text: string): Unit {
  const unit = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, key, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) unit.set(key, [...(unit.get(key) ?? []), value]);
  }
  return unit;
}

/** Words in double quotes are one; `${NAME}` is filled in. A prefix, an escape or a specifier is not understood, and fails. */
export function commandLine(value: string, variables: Readonly<Record<string, string>>): string[] {
  if (/[%\\']/.test(value) || !value.startsWith('/')) throw new Error(`not understood: ${value}`);
  const words = [...value.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return words.map((word) =>
    word.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = variables[name];
      if (value === undefined) throw new Error(`no variable ${name}`);
      return value;
    }),
  );
}
