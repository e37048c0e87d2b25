/**
 * May a host be healed, how many may be, and when does healing stop? What is put back is what was; what is new is for
 * `apply` to roll out. Pure: is told the time in milliseconds.
 */
import type { Change } from '../model/change.ts';
import type { PlannedHost } from '../model/plan.ts';

const HOUR_MS = 3_600_000;
/** A host that needs as many heals within this time, and then another, is changed by somebody who means it. */
export const FIGHT_HEALS = 3;
export const FIGHT_MS = 600_000;

/**
 * Whether all that differs on a host is drift that can be put back without cutting anybody off: fields that are no longer
 * as their mark says, and interfaces that are gone from a host which had them all (`wasInSync`: seen so by this watch,
 * under the same manifest; what is gone has no mark to tell by). Deletions and what the playbook newly asks for are
 * left: another version of the playbook may have been applied. Plays' `disruption: allow` counts for nothing here.
 */
export function mayHeal({ refusals, steps, changes }: PlannedHost, wasInSync: boolean): boolean {
  return (
    refusals.length === 0 &&
    steps.length > 0 &&
    changes.every((change) => isDrift(change, wasInSync) && !disturbs(change))
  );
}

function isDrift({ action, cause, adopts }: Change, wasInSync: boolean): boolean {
  if (adopts) return false;
  switch (action) {
    case 'create':
      return wasInSync;
    case 'update':
    case 'replace':
      return cause === 'drift';
    case 'delete':
      return false;
  }
}

function disturbs({ disruptions, holders }: Change): boolean {
  return disruptions.length > 0 && (holders === 'unknown' || holders.length > 0);
}

/** Repairs that all hosts together may still have. */
export class HealBudget {
  #taken: number[] = [];

  /** Within any hour. */
  constructor(readonly perHour: number) {}

  take(now: number): boolean {
    if (this.left(now) === 0) return false;
    this.#taken.push(now);
    return true;
  }

  /** Of the last one taken nothing came. */
  giveBack(): void {
    this.#taken.pop();
  }

  left(now: number): number {
    this.#taken = this.#taken.filter((at) => now - at < HOUR_MS);
    return Math.max(0, this.perHour - this.#taken.length);
  }
}

/** The heals of one host. */
export class HealHistory {
  #healed: number[] = [];

  healed(now: number): void {
    this.#healed = [...this.#healed, now].slice(-FIGHT_HEALS);
  }

  /** To be asked when it would be healed once more. */
  isFight(now: number): boolean {
    return this.#healed.length === FIGHT_HEALS && this.#healed.every((at) => now - at < FIGHT_MS);
  }
}
