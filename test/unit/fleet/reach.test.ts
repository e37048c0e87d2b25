/** Does a host whose time as a whole is bounded get no more than what is left of it, whatever it is doing? */
import { expect, test } from 'vitest';
import { reach } from '../../../src/fleet/reach.ts';
import type { Connection } from '../../../src/remote/connection.ts';
import { trouble } from '../../../src/remote/connection.ts';
import { neverFollows } from '../../support/never-follows.ts';
import { sshSettings } from '../../support/ssh-settings.ts';

const STAYS = { release: () => {}, take: () => Promise.resolve() };
const SETTINGS = sshSettings({});

function login(exec: Connection['exec']) {
  const connect = async () => ({ open: true, close: () => {}, follow: neverFollows, exec });
  return { connect, hostTimeoutMs: 10_000 };
}

test('a command, and what is said to it later', async () => {
  let left = 9_000;
  const times: (number | undefined)[] = [];
  const options = login(async (_command, { timeoutMs, reply }) => {
    times.push(timeoutMs);
    left = 4_000;
    const said = reply?.say('');
    times.push(said?.timeoutMs);
    left = 3_000;
    times.push(said?.next?.say('').timeoutMs);
    return { stdout: '', stderr: '', code: 0 };
  });
  const next = { after: 'b', say: () => ({ text: '', timeoutMs: 2_000 }) };
  const reply = { begun: 'a', after: 'a', say: () => ({ text: '', timeoutMs: 60_000, next }) };
  await reach(SETTINGS, options, STAYS, { leftMs: () => left }, (connection) =>
    connection.exec('x', { timeoutMs: 60_000, reply }),
  );
  expect(times).toEqual([9_000, 4_000, 2_000]);
});

test.each([
  ['its own time', 5_000, 'did not finish'],
  ['that of the host as a whole', 60_000, 'not finished within 10 s (--host-timeout)'],
])('past %s it says so', async (_what, timeoutMs, message) => {
  const options = login(() => Promise.reject(trouble('timeout', 'did not finish')));
  const reached = reach(SETTINGS, options, STAYS, { leftMs: () => 9_000 }, (connection) =>
    connection.exec('x', { timeoutMs }),
  );
  await expect(reached).rejects.toMatchObject({
    problem: { kind: 'timeout', message: expect.stringContaining(message) },
  });
});
