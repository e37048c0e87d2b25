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
