/** What GitHub's runner takes a job's log for: its commands, and text. */

export interface LogCommand {
  readonly name: string;
  readonly properties: string;
  readonly message: string;
}

/** A command stands at the beginning of a line, blanks before it aside; after `stop-commands` only its word is one. */
export function commandsIn(log: string): LogCommand[] {
  const found: LogCommand[] = [];
  let stopped: string | undefined;
  for (const line of log.split(/\r\n|[\r\n]/)) {
    if (stopped !== undefined) {
      if (line.trim() === `::${stopped}::`) stopped = undefined;
      continue;
    }
    const [, name = '', properties = '', message = ''] = /^\s*::([\w-]+)(?: (.*?))?::(.*)$/.exec(line) ?? [];
    if (name === 'stop-commands') stopped = message;
    else if (name !== '') found.push({ name, properties, message });
    else if (/##\[[a-z-]+/.test(line)) found.push({ name: '##', properties: '', message: line });
  }
  return found;
}
