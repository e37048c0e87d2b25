/** What do confirmation and order to undo answer where there is nothing to confirm? And does every shell pass them on? */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmCommand, undoCommand } from '../../../src/host/confirm-script.ts';
import { newNonce } from '../../../src/host/frame.ts';
import { readVerdict } from '../../../src/host/read-apply.ts';
import { FaultHost } from '../../support/fault-host.ts';
import { describeWith } from '../../support/needs.ts';

test.each([confirmCommand, undoCommand])('%o is one line without what a login shell changes', (command) => {
  const script = /-c '([^']*)'/.exec(command('0f'))?.[1] ?? '';
  expect(script).not.toBe('');
  expect(script).not.toMatch(/[\\!\n]/);
});

test('an answer of another run, or half of one, is none', () => {
  const answer = {
    stdout: '\n@@tapfleet:aa:begin\n\n@@tapfleet:aa:verdict\nconfirmed\n',
    stderr: '',
    code: 0,
  };
  expect(readVerdict(answer, 'aa')).toBeUndefined();
  expect(readVerdict({ ...answer, stdout: `${answer.stdout}\n@@tapfleet:aa:end\n` }, 'aa')).toBe('confirmed');
  expect(readVerdict({ ...answer, stdout: `${answer.stdout}\n@@tapfleet:aa:end\n` }, 'bb')).toBeUndefined();
});

describeWith(['root', 'macvtap', 'ip'], 'on a host without a transaction', () => {
  let host: FaultHost;
  beforeAll(async () => {
    host = await FaultHost.make([]);
  });
  afterAll(() => host?.remove());

  test.each([confirmCommand, undoCommand])('%o finds it gone', async (command) => {
    const nonce = newNonce();
    const answer = await host.connection().exec(command(nonce), { timeoutMs: 10_000 });
    expect(readVerdict(answer, nonce)).toBe('gone');
    expect(host.leftovers()).toEqual([]);
  });
});
