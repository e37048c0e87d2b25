/** How a play's hosts are gone through: in which order, in which batches, with how many failures borne. Plain data. */

/** One batch size of `serial`. */
export type BatchSize = { readonly count: number } | { readonly percent: number };

/** Ansible's words. `inventory`: as the play's pattern gives them. */
export const HOST_ORDERS = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'] as const;
export type HostOrder = (typeof HOST_ORDERS)[number];

export interface Rollout {
  /** How people know the play. */
  readonly title: string;
  /** Each host is in one rollout of a run: that of the first play that names it. */
  readonly hosts: readonly string[];
  readonly order: HostOrder;
  /** Empty: all hosts at once. The last size repeats. */
  readonly serial: readonly BatchSize[];
  /** 0–100: a batch in which more than so many per cent fail ends the run. Without it, one in which all fail does. */
  readonly maxFailPercentage: number | undefined;
  /** One failed host ends the run. */
  readonly anyErrorsFatal: boolean;
  /** At most `limit` hosts of one group at once; hosts by their group. */
  readonly throttle: { readonly limit: number; readonly groupOf: ReadonlyMap<string, string> } | undefined;
}

/** As it is written to a file. */
export type SavedRollout = Omit<Rollout, 'throttle' | 'maxFailPercentage'> & {
  readonly maxFailPercentage: number | null;
  readonly throttle: { readonly limit: number; readonly groupOf: Readonly<Record<string, string>> } | null;
};

/** Field by field: what else a play has is no business of whoever reads it later. */
export function saveRollout(rollout: Rollout): SavedRollout {
  const { title, hosts, order, serial, anyErrorsFatal, throttle, maxFailPercentage } = rollout;
  return {
    title,
    hosts,
    order,
    serial,
    anyErrorsFatal,
    maxFailPercentage: maxFailPercentage ?? null,
    throttle: throttle ? { limit: throttle.limit, groupOf: numbered(throttle.groupOf) } : null,
  };
}

/** Who is together with whom is all that counts: the values of a variable, which may be secret, stay out of the file. */
function numbered(groupOf: ReadonlyMap<string, string>): Record<string, string> {
  const numbers = new Map([...new Set(groupOf.values())].map((group, index) => [group, String(index + 1)]));
  return Object.fromEntries([...groupOf].map(([host, group]) => [host, numbers.get(group) ?? '']));
}

/** The same again, but that its groups have other names. */
export function rolloutOf({ throttle, maxFailPercentage, ...rest }: SavedRollout): Rollout {
  return {
    ...rest,
    maxFailPercentage: maxFailPercentage ?? undefined,
    throttle: throttle
      ? { limit: throttle.limit, groupOf: new Map(Object.entries(throttle.groupOf)) }
      : undefined,
  };
}
