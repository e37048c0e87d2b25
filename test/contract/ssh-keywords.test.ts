/** Does the table of keywords know every keyword of the installed ssh, and take the values that it takes? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Diagnostics } from '../../src/model/diagnostic.ts';
import { KEYWORDS, keywordNamed } from '../../src/ssh-config/keywords.ts';
import { readSshConfig } from '../../src/ssh-config/read-config.ts';
import { anything } from '../../src/ssh-config/values.ts';
import { describeWith } from '../support/needs.ts';
import { askSsh, keywordsOfSsh } from '../support/real-ssh.ts';

const VALUES = [
  ...[
    'yes',
    'NO',
    'true',
    'none',
    'auto',
    'ask',
    'any',
    'always',
    '0',
    '7',
    '22',
    '-1',
    '65536',
    '1m30',
    '2h',
    '1.5',
  ],
  ...[
    'word',
    '"two words"',
    'two words',
    '""',
    '/a/b',
    '~/x',
    '+x',
    '-x',
    '^x',
    'a,b',
    '*',
    'off',
    'accept-new',
  ],
  ...[
    'inet6',
    'unbound',
    'sha256',
    'debug2',
    'local3',
    'h:1',
    'u@h:22',
    'h:0',
    '${HOME}',
    '$HOME',
    '"open',
    "don't",
  ],
  ...[
    'aes128-ctr',
    '+aes128-ctr,x',
    'hmac-sha1',
    'curve25519-sha256',
    'ssh-ed25519',
    '+ssh-*',
    'none b',
    '7 # seven',
  ],
];

/** What ssh takes for a jump, and then cannot go to or would take for an option: here an error that shows it. */
const STRICTER: ReadonlySet<string> = new Set(
  ['two words', '"two words"', 'none b', '-1', '-x'].map((value) => `proxyjump ${value}`),
);

/** What ssh refuses of a value that means nothing here, and that the table lets pass whole, is ssh's to say. */
const unjudged = (keyword: string) => keywordNamed(keyword)?.check === anything;

describeWith(['ssh'], 'the table of keywords', () => {
  let folder: string;
  const write = (text: string) => {
    writeFileSync(join(folder, 'config'), text);
    return join(folder, 'config');
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tft-ssh-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('knows every keyword that the installed ssh knows', () => {
    const known = keywordsOfSsh(write);
    expect(known).toContain('identityfile');
    expect(known.length).toBeGreaterThan(100);
    expect(known.filter((name) => !keywordNamed(name))).toEqual([]);
  });

  it('names each keyword once', () => {
    const names = KEYWORDS.flatMap(({ name, aliases }) => [name.toLowerCase(), ...aliases]);
    expect(names).toEqual([...new Set(names)]);
  });

  it('takes the values that ssh takes, and refuses those that it refuses', async () => {
    const names = keywordsOfSsh(write).filter((name) => !/^(?:host|match|include)$/.test(name));
    const lines = names.flatMap((name) => VALUES.map((value) => `${name} ${value}`));
    // What ends ssh before it has read all is left out, until the rest is read whole.
    const fatal = new Set<string>();
    let theirs = askSsh(write(text(lines, fatal)), 'hv01');
    while (!/terminating, \d+ bad/.test(theirs.stderr) && theirs.badLines.length > 0) {
      const last = lines[(theirs.badLines.at(-1) ?? 2) - 2];
      expect(fatal).not.toContain(last);
      fatal.add(last ?? '');
      theirs = askSsh(write(text(lines, fatal)), 'hv01');
    }
    const diagnostics = new Diagnostics();
    const file = write(text(lines, new Set()));
    await readSshConfig({ file, trusted: true, home: folder }, diagnostics);
    const ours = new Set(diagnostics.all.map(({ where }) => lines[(where?.line ?? 0) - 2] ?? ''));
    const refused = new Set([...theirs.badLines.map((line) => lines[line - 2] ?? ''), ...fatal]);
    const judged = lines.filter((line) => !STRICTER.has(line));
    expect(judged.filter((line) => ours.has(line) && !refused.has(line))).toEqual([]);
    const missed = judged.filter((line) => !ours.has(line) && refused.has(line));
    expect(missed.filter((line) => !unjudged(line.split(' ', 1)[0] ?? ''))).toEqual([]);
  });
});

/** In a block that never holds, so that no value depends on one before. */
function text(lines: readonly string[], without: ReadonlySet<string>): string {
  return ['Host never', ...lines.map((line) => (without.has(line) ? '' : line)), ''].join('\n');
}
