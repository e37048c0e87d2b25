/** Does the watch still know of every host how it is? What `/healthz` answers. Pure. */
import type { Figures } from './figures.ts';

export interface Health {
  readonly ok: boolean;
  /** One line. */
  readonly text: string;
}

/** Hosts named in the answer. */
const MOST_NAMED = 5;
/** Reading takes its time, too. */
const GRACE_MS = 30_000;

/**
 * Well: each host was read within two intervals, or the last attempt failed and that was said. A host that is known to be
 * unreachable is the fleet's trouble and not the watch's.
 */
export function healthOf({ hosts }: Pick<Figures, 'hosts'>, intervalMs: number): Health {
  const limit = 2 * intervalMs + GRACE_MS;
  const late = hosts.filter(({ status, ageMs }) =>
    status === 'unreachable' || status === 'failed' ? false : ageMs === undefined || ageMs > limit,
  );
  if (late.length === 0) return { ok: true, text: `ok: ${hosts.length} hosts` };
  const names = late.slice(0, MOST_NAMED).map(({ host }) => host);
  const more = late.length > MOST_NAMED ? ', …' : '';
  return {
    ok: false,
    text: `not read within ${Math.round(limit / 1000)} s: ${late.length} of ${hosts.length} hosts: ${names.join(', ')}${more}`,
  };
}
