/** The frame around a host's answer: found in noise, never taken from another run, never half. */
import { describe, expect, test } from 'vitest';
import { applyCommand } from '../../../src/host/apply-script.ts';
import { commandLine, newNonce, readSections } from '../../../src/host/frame.ts';
import { gatherCommand } from '../../../src/host/gather-script.ts';

const N = '0123456789abcdef01';
const mark = (name: string, nonce = N) => `\n@@tapfleet:${nonce}:${name}\n`;

function sections(stdout: string): Record<string, string> | undefined {
  const found = readSections(stdout, N);
  return found && Object.fromEntries(found);
}

describe('readSections', () => {
  test.each([
    [
      'a whole answer',
      `${mark('begin')}${mark('links')}[]\n${mark('end')}`,
      { begin: '', links: '[]\n', end: '' },
    ],
    [
      'noise before and after',
      `motd\nx${mark('begin')}${mark('links')}[]${mark('end')}bye\n`,
      { begin: '', links: '[]', end: 'bye\n' },
    ],
    ['a marker at the very start', `${mark('begin').slice(1)}${mark('end')}`, { begin: '', end: '' }],
    [
      'line ends of a terminal',
      `hi\n${mark('begin')}${mark('host')}0\n6.1\n${mark('end')}`.replaceAll('\n', '\r\n'),
      { begin: '', host: '0\n6.1\n', end: '' },
    ],
    [
      'markers of another run inside',
      `${mark('begin')}${mark('links')}a${mark('end', 'ffffffffffffffffff')}b${mark('end')}`,
      { begin: '', links: `a${mark('end', 'ffffffffffffffffff')}b`, end: '' },
    ],
    [
      'a marker that is not a line of its own',
      `${mark('begin')}x @@tapfleet:${N}:evil\n${mark('end')}`,
      { begin: `x @@tapfleet:${N}:evil\n`, end: '' },
    ],
  ])('%s', (_title, stdout, expected) => {
    expect(sections(stdout)).toEqual(expected);
  });

  test.each([
    ['nothing', ''],
    ['noise alone', 'welcome\n'],
    ['half: no end', `${mark('begin')}${mark('links')}[]`],
    ['half: the end cut off', `${mark('begin')}${mark('end').slice(0, -1)}`],
    ['no beginning', mark('end')],
    ['another run', `${mark('begin', 'ff')}${mark('end', 'ff')}`],
  ])('%s is no answer', (_title, stdout) => {
    expect(sections(stdout)).toBeUndefined();
  });
});

describe('command lines', () => {
  test.each([
    ['gather', gatherCommand(N)],
    ['apply', applyCommand(N)],
  ])('%s: one line, one pair of single quotes, nothing in it that a login shell changes', (_title, line) => {
    expect(line.split("'")).toHaveLength(3);
    expect(line).not.toMatch(/[\\!\n\r\t]/);
    expect(line).toMatch(/^exec \/bin\/sh -c '/);
    expect(line.endsWith(` ${N} "$SSH_CONNECTION"`)).toBe(true);
    // execve takes 128 KiB in one word (MAX_ARG_STRLEN); old servers cut far earlier.
    expect(line.length).toBeLessThan(4096);
  });

  test.each(["'", '\\', '!', '\n'])('a script with %j is a fault of ours', (bad) => {
    expect(() => commandLine(`echo ${bad}`, 'x', N)).toThrow(/some login shell changes/);
  });

  test('a nonce is never used twice', () => {
    const all = new Set(Array.from({ length: 100 }, newNonce));
    expect(all.size).toBe(100);
    for (const nonce of all) expect(nonce).toMatch(/^[0-9a-f]{18}$/);
  });
});
