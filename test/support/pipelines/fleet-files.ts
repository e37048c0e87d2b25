/** What a repository of a fleet holds, for tests of pipelines. */
import { readFileSync } from 'node:fs';
import type { SshdFleet } from '../sshd-fleet.ts';
import type { JobResult } from './github-runner.ts';
import type { StepResult } from './job-state.ts';

export const tap = (name: string, more: object = {}) => ({ name, lower: 'eno1', mode: 'bridge', ...more });

/** A playbook that declares these on every host. */
export function site(...macvtaps: readonly object[]): { readonly 'site.yml': string } {
  return { 'site.yml': JSON.stringify([{ hosts: 'hypervisors', macvtaps }], null, 2) };
}

/** Addresses alone: keys and known hosts are the pipeline's. */
export function addressesOf(fleet: SshdFleet): string {
  const { all } = JSON.parse(readFileSync(fleet.inventory(), 'utf8'));
  return JSON.stringify({ all: { ...all, vars: { ansible_user: 'root' } } }, null, 2);
}

export function failedAt({ steps }: Pick<JobResult, 'steps'>): StepResult | undefined {
  return steps.find(({ outcome }) => outcome === 'failure');
}
