import { afterEach, describe, expect, it, vi } from 'vitest';
import { applyCommand, applyInput, readApplyCommand } from '../../../src/host/apply-script.ts';
import { confirmCommand, undoCommand } from '../../../src/host/confirm-script.ts';
import { newNonce, readSections } from '../../../src/host/frame.ts';
import { EVERYTHING, gatherCommand } from '../../../src/host/gather-script.ts';
import { readApply } from '../../../src/host/read-apply.ts';
import { readGather } from '../../../src/host/read-gather.ts';
import type { LabHost } from '../../../src/lab/session.ts';
import {
  answer,
  makeSimulatedHost,
  readsInput,
  type SimulatedState,
  simulatedKernel,
} from '../../../src/lab/simulated-host.ts';
import { prints } from '../../../src/lab/simulated-transaction.ts';
import { cksum } from '../../../src/planning/cksum.ts';

const nonce = newNonce();

/** The parts of a transaction program that a simulated host reads, planned from the state as it is. */
function programOf(state: SimulatedState, steps: readonly string[]): string {
  const lines = prints(state.kernel).flatMap(([name, line]) => (name === 'eno1' ? [line] : []));
  const file = (name: string, text: readonly string[]) => `put ${name} '${text.join('\n')}'`;
  const head = `CONFIRM=30; LOCK_TIMEOUT=1; WHO='me'\nSUM='${cksum(`${lines.join('\n')}\n`)}'`;
  return [head, file('names', ['eno1']), file('steps', steps), ''].join('\n');
}

function readSectionsOf(state: SimulatedState) {
  const reading = readGather(answer(state, gatherCommand(nonce), ''), nonce);
  if ('problem' in reading) throw new Error(reading.problem.message);
  return reading.observed;
}

describe('simulated host', () => {
  it('answers the gather program as a host would', () => {
    const kernel = simulatedKernel(1);
    kernel.ip('link add link eno1 name web0 address 52:54:00:10:00:01 type macvtap mode bridge');
    const reading = readGather(answer({ kernel }, gatherCommand(nonce), ''), nonce);
    if ('problem' in reading) throw new Error(reading.problem.message);
    const { observed } = reading;
    expect(observed).toMatchObject({ root: true, knowsBcqueuelen: true, managementDevice: 'lo' });
    expect([...observed.links.keys()]).toEqual(
      expect.arrayContaining(['lo', 'eno1', 'eno2', 'eno3', 'eno4', 'web0']),
    );
    expect(observed.links.get('eno3')).toMatchObject({ mtu: 9000, up: true });
    expect(observed.links.get('eno4')).toMatchObject({ master: 'br0' });
    expect(observed.macvtaps.get('web0')).toMatchObject({
      fields: { lower: 'eno1', mode: 'bridge', mac: '52:54:00:10:00:01' },
      holders: [],
    });
  });

  it('runs a transaction, keeps it until it is confirmed, and takes it back', () => {
    const state: SimulatedState = { kernel: simulatedKernel(1) };
    const program = () => programOf(state, ['link add link eno1 name web0 type macvtap mode vepa']);
    const names = () => [...readSectionsOf(state).macvtaps.keys()];

    const first = newNonce();
    answer(state, applyCommand(first), program());
    expect(names()).toEqual(['web0']);
    expect(answer(state, undoCommand(first), '').stdout).toContain('\nundone\n');
    expect(names()).toEqual([]);

    const second = newNonce();
    answer(state, applyCommand(second), program());
    expect(answer(state, confirmCommand(first), '').stdout).toContain('\ngone\n');
    expect(answer(state, confirmCommand(second), '').stdout).toContain('\nconfirmed\n');
    expect(names()).toEqual(['web0']);
  });

  it('takes a transaction back whose step fails, and refuses one planned from another state', () => {
    const state: SimulatedState = { kernel: simulatedKernel(1) };
    const failing = programOf(state, [
      'link add link eno1 name web0 type macvtap mode vepa',
      'link set dev nope up',
    ]);
    const sections = readSections(answer(state, applyCommand(nonce), failing).stdout, nonce);
    expect(sections?.get('batch')).toContain('Command failed -:2');
    expect(sections?.has('undone')).toBe(true);
    expect([...readSectionsOf(state).macvtaps.keys()]).toEqual([]);

    const planned = programOf(state, ['link set dev eno1 mtu 1400']);
    state.kernel.ip('link set dev eno1 mtu 1300');
    const late = readSections(answer(state, applyCommand(nonce), planned).stdout, nonce);
    expect(late?.get('stale')).toContain('eno1');
    expect(readSectionsOf(state).links.get('eno1')?.mtu).toBe(1300);
  });

  it('runs ip lines by the model and knows no other command', () => {
    const kernel = simulatedKernel(1);
    expect(answer({ kernel }, 'ip link set dev eno1 mtu 1400', '').code).toBe(0);
    expect(kernel.links().find(({ ifname }) => ifname === 'eno1')?.mtu).toBe(1400);
    expect(answer({ kernel }, 'ip link set dev eno9 up', '')).toMatchObject({ code: 1 });
    expect(answer({ kernel }, 'rm -rf /', '')).toMatchObject({ code: 127, stdout: '' });
    expect(answer({ kernel }, 'ip route show', '').code).not.toBe(0);
  });

  it('waits for input only where the program reads it', async () => {
    expect(readsInput(applyCommand(nonce))).toBe(true);
    expect(readsInput(gatherCommand(nonce))).toBe(false);
    const host = makeSimulatedHost(1);
    const gather = host.run(gatherCommand(nonce), '');
    gather.stdout.resume();
    gather.stderr.resume();
    expect(await gather.ended).toEqual({ code: 0 });
    const apply = host.run(applyCommand(nonce), '');
    let out = '';
    apply.stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
    });
    apply.stderr.resume();
    const state = { kernel: simulatedKernel(1) };
    apply.stdin.end(programOf(state, ['link add link eno2 name fw0 type macvtap mode passthru']));
    expect(await apply.ended).toEqual({ code: 0 });
    expect(out).toContain('"fw0"');
  });
});

describe('two runs at once on a simulated host', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = (host: LabHost, commandLine: string, input?: string) => {
    const session = host.run(commandLine, '');
    const said = { text: '' };
    session.stdout.setEncoding('utf8').on('data', (piece: string) => {
      said.text += piece;
    });
    session.stderr.resume();
    if (input !== undefined) session.stdin.end(input);
    return { session, said, sections: (nonce: string) => readSections(said.text, nonce) };
  };
  const making = (name: string) =>
    programOf({ kernel: simulatedKernel(1) }, [`link add link eno1 name ${name} type macvtap mode vepa`]);
  const [first, second] = [newNonce(), newNonce()];

  it('one waits until what the other did is confirmed', async () => {
    const host = makeSimulatedHost(1);
    await start(host, applyCommand(first), making('web0')).session.ended;
    const waiting = start(host, applyCommand(second), making('web1'));
    const confirmed = start(host, confirmCommand(first));
    await Promise.all([waiting.session.ended, confirmed.session.ended]);
    expect(confirmed.sections(first)?.get('verdict')).toBe('confirmed\n');
    expect(waiting.sections(second)?.get('code')).toBe('0\n');
    expect(waiting.said.text).toContain('"web0"');
  });

  it('one that waits too long is told who is at work', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const host = makeSimulatedHost(1);
    await start(host, applyCommand(first), making('web0')).session.ended;
    const waiting = start(host, applyCommand(second), making('web1'));
    await vi.advanceTimersByTimeAsync(1_000);
    await waiting.session.ended;
    const answered = { stdout: waiting.said.text, stderr: '', code: 0 };
    expect(readApply(answered, second)).toMatchObject({ kind: 'locked', who: 'me' });
  });

  it('what nobody confirmed is taken back when the next begins after its time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const host = makeSimulatedHost(1);
    await start(host, applyCommand(first), making('web0')).session.ended;
    await vi.advanceTimersByTimeAsync(30_000);
    const next = start(host, applyCommand(second), making('web1'));
    await next.session.ended;
    expect(next.sections(second)?.get('code')).toBe('0\n');
    expect(next.said.text).not.toContain('"web0"');
  });

  it('each session is told of what it has read itself', async () => {
    const host = makeSimulatedHost(1);
    const early = start(host, readApplyCommand(first, EVERYTHING));
    await start(host, 'ip link set dev eno1 mtu 1400').session.ended;
    start(host, readApplyCommand(second, EVERYTHING));
    const nonce = newNonce();
    early.session.stdin.end(applyInput(`N=${nonce}\n`, first));
    await early.session.ended;
    expect(early.sections(nonce)?.has('moved')).toBe(true);
  });
});
