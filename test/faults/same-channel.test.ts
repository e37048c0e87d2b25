/** Is the last word over the transaction's own channel heard, and what if it comes too late or never? */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { gather } from '../../src/fleet/session.ts';
import { applyCommand, applyInput } from '../../src/host/apply-script.ts';
import { newNonce, sectionMark } from '../../src/host/frame.ts';
import { readVerdict } from '../../src/host/read-apply.ts';
import { transactionProgram } from '../../src/host/transaction-program.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { transactionOf } from '../../src/planning/transaction.ts';
import type { Connection } from '../../src/remote/connection.ts';
import { DECLARED, manifestOf, wanted } from '../support/builders.ts';
import { describeWith } from '../support/needs.ts';
import { randomIndexBase, TestNamespace } from '../support/netns.ts';
import { neverFollows } from '../support/never-follows.ts';

describeWith(['root', 'macvtap', 'ip'], 'the last word over the same channel', () => {
  let netns: TestNamespace;
  let folder: string;

  /** Other namespaces have folders of their own beside it. */
  const left = () => existsSync(folder);
  const has = async (name: string) => (await netns.ip(`link show dev ${name}`)).rc === 0;

  beforeEach(async () => {
    netns = new TestNamespace(`tff-${newNonce().slice(0, 11)}`);
    await netns.make(randomIndexBase());
    folder = `/run/tapfleet-${statSync(`/run/netns/${netns.name}`).ino}`;
  });
  afterEach(() => netns.remove());

  function start(line: string): ChildProcessWithoutNullStreams {
    return spawn('ip', ['netns', 'exec', netns.name, '/bin/sh', '-c', line], {
      env: { PATH: process.env.PATH, SSH_CONNECTION: '' },
    });
  }

  async function answerOf(child: ChildProcessWithoutNullStreams): Promise<string> {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout += piece;
    });
    await once(child, 'close');
    return stdout;
  }

  /** Sends a transaction that makes `web0` and waits until the host asks. */
  async function asked(confirmTimeoutS: number) {
    const over: Connection = {
      open: true,
      follow: neverFollows,
      close: () => undefined,
      exec: async (line) => {
        const child = start(line);
        child.stdin.end();
        return { stdout: await answerOf(child), stderr: '', code: 0 };
      },
    };
    const plan = planHost(manifestOf('hv01', [wanted('web0', DECLARED)]), await gather(over), {
      allowDisruption: false,
    });
    const transaction = transactionOf(plan, { confirmTimeoutS, lockTimeoutS: 0, controller: 'test' });
    if (!transaction) throw new Error('no fingerprint');
    const nonce = newNonce();
    const child = start(applyCommand(nonce));
    const answer = answerOf(child);
    let seen = '';
    const question = new Promise<void>((resolve) => {
      child.stdout.on('data', (piece: string) => {
        seen += piece;
        if (seen.includes(sectionMark(nonce, 'end'))) resolve();
      });
    });
    child.stdin.write(applyInput(transactionProgram(transaction), nonce));
    await question;
    expect([await has('web0'), left()]).toEqual([true, true]);
    return {
      child,
      verdict: async () => readVerdict({ stdout: await answer, stderr: '', code: 0 }, nonce),
    };
  }

  it('confirms', async () => {
    const { child, verdict } = await asked(30);
    child.stdin.end('confirm\n');
    expect(await verdict()).toBe('confirmed');
    expect([await has('web0'), left()]).toEqual([true, false]);
  });

  it('is too late after the timer, and says so', async () => {
    const { child, verdict } = await asked(1);
    await vi.waitFor(async () => expect(await has('web0')).toBe(false), { timeout: 10_000 });
    child.stdin.end('confirm\n');
    expect(await verdict()).toBe('gone');
    await vi.waitFor(() => expect(left()).toBe(false), { timeout: 10_000 });
  });

  it.each(['the input ends', 'the session is killed', 'something else is said'])(
    'leaves it to the timer where %s',
    async (what) => {
      const { child, verdict } = await asked(1);
      if (what === 'the session is killed') child.kill('SIGKILL');
      else child.stdin.end(what === 'the input ends' ? '' : 'yes\n');
      expect(await verdict()).toBeUndefined();
      await vi.waitFor(async () => expect([await has('web0'), left()]).toEqual([false, false]), {
        timeout: 10_000,
      });
    },
  );
});
