import { describe, expect, it } from 'vitest';
import { applyCommand } from '../../../src/host/apply-script.ts';
import { newNonce, readSections } from '../../../src/host/frame.ts';
import { gatherCommand } from '../../../src/host/gather-script.ts';
import { readGather, readObserved } from '../../../src/host/read-gather.ts';
import { answer, makeSimulatedHost, readsInput, simulatedKernel } from '../../../src/lab/simulated-host.ts';

const nonce = newNonce();

describe('simulated host', () => {
  it.each([false, true])('answers the gather program as a host would (become: %s)', (become) => {
    const kernel = simulatedKernel(1);
    kernel.ip('link add link eno1 name web0 address 52:54:00:10:00:01 type macvtap mode bridge');
    const reading = readGather(answer(kernel, gatherCommand(nonce, become), ''), nonce, become);
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

  it('applies a batch and reads the host again in the same answer', () => {
    const kernel = simulatedKernel(1);
    const batch =
      'link add link eno1 name web0 type macvtap mode vepa\nlink set dev web0 up\nlink set dev nope up\n';
    const { stdout, code } = answer(kernel, applyCommand(nonce, false), batch);
    const sections = readSections(stdout, nonce);
    expect(code).toBe(0);
    expect(sections?.get('code')?.trim()).toBe('1');
    expect(sections?.get('batch')).toContain('Command failed -:3');
    const reading = readObserved(sections ?? new Map());
    expect('observed' in reading && reading.observed.macvtaps.get('web0')?.fields.state).toBe('up');
  });

  it('runs ip lines by the model and knows no other command', () => {
    const kernel = simulatedKernel(1);
    expect(answer(kernel, 'ip link set dev eno1 mtu 1400', '').code).toBe(0);
    expect(kernel.links().find(({ ifname }) => ifname === 'eno1')?.mtu).toBe(1400);
    expect(answer(kernel, 'ip link set dev eno9 up', '')).toMatchObject({ code: 1 });
    expect(answer(kernel, 'rm -rf /', '')).toMatchObject({ code: 127, stdout: '' });
    expect(answer(kernel, 'ip route show', '').code).not.toBe(0);
  });

  it('waits for input only where the program reads it', async () => {
    expect(readsInput(applyCommand(nonce, true))).toBe(true);
    expect(readsInput(gatherCommand(nonce, true))).toBe(false);
    const host = makeSimulatedHost(1);
    const gather = host.run(gatherCommand(nonce, false), '');
    gather.stdout.resume();
    gather.stderr.resume();
    expect(await gather.ended).toEqual({ code: 0 });
    const apply = host.run(applyCommand(nonce, false), '');
    let out = '';
    apply.stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
    });
    apply.stderr.resume();
    apply.stdin.end('link add link eno2 name fw0 type macvtap mode passthru\n');
    expect(await apply.ended).toEqual({ code: 0 });
    expect(out).toContain('"fw0"');
  });
});
