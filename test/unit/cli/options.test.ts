/** Which numbers may be written for a time: node's timers take one above 24.8 days for none at all. */
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { withChange } from '../../../src/cli/options.ts';

function parse(...argv: string[]): Record<string, unknown> | string {
  const command = withChange(new Command('apply'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  try {
    return command.parse(argv, { from: 'user' }).opts();
  } catch (error) {
    return (error as Error).message;
  }
}

test.each([
  ['--connect-timeout', 1],
  ['--command-timeout', 1],
  ['--host-timeout', 1],
  ['--confirm-timeout', 1],
  ['--lock-timeout', 0],
])('%s takes whole seconds up to a day', (option, least) => {
  const name = option.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  for (const value of [least, 86_400]) expect(parse(option, String(value))).toMatchObject({ [name]: value });
  for (const value of [least - 1, 86_401, 3_000_000, 1e30, 0.5, 'x', '']) {
    expect(parse(option, String(value))).toContain(
      `It must be whole seconds from ${least} to 86400, which is a day.`,
    );
  }
});
