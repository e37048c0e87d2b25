/** What is said of a run while it goes on: which failures, how many are left out, and when nothing may be drawn. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Announcer } from '../../../src/cli/announcer.ts';
import type { Output } from '../../../src/cli/output.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function announced() {
  const notes: string[] = [];
  const announcer = new Announcer(
    { note: (text: string) => notes.push(text) } as never as Output,
    'reading',
    3_000,
  );
  return { announcer, notes };
}

const refused = (host: string): HostOutcome => ({
  kind: 'unread',
  host,
  problem: { kind: 'connection-refused', message: 'nothing listens there' },
});

function fail(announcer: Announcer, count: number): void {
  for (let n = 0; n < count; n++) {
    announcer.tell({ event: 'host-started', host: `hv${n}` });
    announcer.tell({ event: 'host-finished', host: `hv${n}`, outcome: refused(`hv${n}`) });
  }
}

test('failures past the fiftieth are counted, those of the first two seconds too', () => {
  const { announcer, notes } = announced();
  fail(announcer, 2_000);
  expect(notes).toEqual([]);
  announcer.tell({ event: 'host-started', host: 'last' });
  vi.advanceTimersByTime(2_500);
  expect(notes).toHaveLength(50);
  fail(announcer, 1_000);
  announcer.end();
  expect(notes).toHaveLength(51);
  expect(notes.at(-1)).toBe('… and 2950 more failures, in the report\n');
});

test('what the report says within two seconds is not said twice', () => {
  const { announcer, notes } = announced();
  fail(announcer, 100);
  announcer.end();
  expect(notes).toEqual([]);
});
