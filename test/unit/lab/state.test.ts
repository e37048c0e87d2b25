import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabError } from '../../../src/lab/error.ts';
import {
  createState,
  LAB_FILES,
  type LabState,
  labId,
  readState,
  writeState,
} from '../../../src/lab/state.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapfleet-state-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const state: LabState = {
  format: 1,
  kind: 'namespaces',
  why: 'namespaces: here',
  phase: 'starting',
  shell: '/bin/sh',
  starter: { pid: 42, started: '1' },
  hosts: [{ name: 'lab01', port: 0, namespace: 'tapfleet-lab-00000000-lab01' }],
  madeDirectories: [],
};

describe('state file', () => {
  it('comes back as it was written, and there is never a second file beside it', () => {
    expect(readState(directory)).toBeUndefined();
    createState(directory, state);
    writeState(directory, { ...state, phase: 'up', server: { pid: 43, started: '2' } });
    expect(readState(directory)).toEqual({ ...state, phase: 'up', server: { pid: 43, started: '2' } });
    expect(readdirSync(directory)).toEqual([LAB_FILES.state]);
  });

  it('is created once: a second lab in the directory finds it taken', () => {
    createState(directory, state);
    expect(() => createState(directory, state)).toThrow(/EEXIST/);
  });

  it.each([
    ['half a file', '{"format": 1, "kind"'],
    ['another program’s', '{"hello": "world"}'],
    [
      'a namespace that no lab makes',
      JSON.stringify({ ...state, hosts: [{ name: 'a', port: 1, namespace: 'production' }] }),
    ],
    ['a pid that means everyone', JSON.stringify({ ...state, starter: { pid: -1, started: '1' } })],
  ])('refuses %s', (_what, content) => {
    writeFileSync(join(directory, LAB_FILES.state), content);
    expect(() => readState(directory)).toThrow(LabError);
  });

  it('gives two directories two identities', () => {
    expect(labId('/a')).toMatch(/^[0-9a-f]{8}$/);
    expect(labId('/a')).not.toBe(labId('/b'));
  });
});
