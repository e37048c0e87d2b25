import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LiveLine, progressLine } from '../../../src/render/progress.ts';

const idle = { running: 0, changed: 0, failed: 0, unreachable: 0, elapsedMs: 0 };
const progress = { ...idle, phase: 'reading', total: 40, done: 12, running: 5, failed: 1, elapsedMs: 67_900 };

describe('progressLine', () => {
  it('counts what there is', () => {
    expect(progressLine(progress, 80)).toBe(
      'reading 12/40 (30%)  1:07  0.2/s  2:38 left  5 running  1 failed',
    );
    const more = { ...progress, changed: 2, unreachable: 3, elapsedMs: 3_661_000 };
    expect(progressLine(more, 120)).toBe(
      'reading 12/40 (30%)  1:01:01  0.0/s  2:22:22 left  5 running  2 changed  1 failed  3 unreachable',
    );
  });

  it('never fills the line, however narrow', () => {
    expect(progressLine(progress, 20)).toBe('reading 12/40 (30%)');
    expect(progressLine(progress, 0)).toBe('');
  });

  it('is done where there is nothing to do', () => {
    expect(progressLine({ ...idle, phase: 'reading', total: 0, done: 0 }, 80)).toBe(
      'reading 0/0 (100%)  0:00',
    );
  });
});

function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  return { stream, written: () => String(stream.read() ?? '') };
}

describe('LiveLine', () => {
  it('draws at most ten times a second, and draws again after clear', () => {
    let now = 0;
    const { stream, written } = terminal(true);
    const line = new LiveLine(stream, () => now);
    line.write(progress);
    expect(written()).toBe(`\x1b[1G${progressLine(progress, 80)}\x1b[0K`);
    now = 99;
    line.write(progress);
    expect(written()).toBe('');
    now = 100;
    line.write(progress);
    expect(written()).not.toBe('');
    line.clear();
    expect(written()).toBe('\x1b[1G\x1b[2K');
    line.clear();
    expect(written()).toBe('');
    line.write(progress);
    expect(written()).not.toBe('');
  });

  it('is drawn on a terminal whose size nobody has set', () => {
    const { stream, written } = terminal(true);
    new LiveLine(Object.assign(stream, { columns: 0 })).write(progress);
    expect(written()).toContain(progressLine(progress, 80));
  });

  it('says nothing at all where there is no terminal', () => {
    const { stream, written } = terminal(false);
    const line = new LiveLine(stream);
    line.write(progress);
    line.clear();
    expect(written()).toBe('');
  });
});
