/** What does a signal do, the first time and the second? */
import { afterEach, expect, test, vi } from 'vitest';
import { watchInterrupts } from '../../../src/cli/interrupt.ts';

afterEach(() => vi.restoreAllMocks());

function watched() {
  const ended: unknown[] = [];
  vi.spyOn(process, 'exit').mockImplementation((code) => ended.push(code) as never);
  const notes: string[] = [];
  const clock = { ms: 5_000 };
  const interrupt = watchInterrupts(
    (text) => notes.push(text),
    () => clock.ms,
  );
  return { ended, notes, clock, interrupt };
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s: the first stops, the second ends the process', (signal) => {
  const { ended, notes, clock, interrupt } = watched();
  process.emit(signal);
  expect([interrupt.interrupted, interrupt.stop.aborted, notes.length, ended]).toEqual([true, true, 1, []]);
  clock.ms += 101;
  process.emit(signal);
  expect([notes.length, ended]).toEqual([1, [130]]);
  interrupt.release();
});

test('one signal that comes twice, to the process and to its group, is one', () => {
  const { ended, clock, interrupt } = watched();
  process.emit('SIGTERM');
  clock.ms += 3;
  process.emit('SIGTERM');
  expect(ended).toEqual([]);
  interrupt.release();
});

test('Ctrl-C that came as a key counts as the first', () => {
  const { ended, clock, interrupt } = watched();
  interrupt.interrupt();
  interrupt.interrupt();
  expect([interrupt.interrupted, ended]).toEqual([true, []]);
  clock.ms += 500;
  process.emit('SIGINT');
  expect(ended).toEqual([130]);
  interrupt.release();
});
