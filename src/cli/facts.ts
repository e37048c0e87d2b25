/** The command `facts`: what each host has, as it was read. */
import { gatherFleet } from '../fleet/run.ts';
import { connectionsOf, hideSecretsOf, loadHosts, selectHosts } from '../load/load.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Problem } from '../model/problem.ts';
import { UNREACHABLE_KINDS } from '../model/problem.ts';
import { renderFacts } from '../render/facts-text.ts';
import type { DataFormat } from '../render/manifest-text.ts';
import type { ConnectionOptions, InventoryOptions } from './options.ts';
import { type Output, settle } from './output.ts';
import { connectionDefaults, hidePasswords, selectionOf } from './passwords.ts';
import { startRun } from './run-session.ts';

export async function facts(
  output: Output,
  pattern: string | undefined,
  options: InventoryOptions & ConnectionOptions & { readonly format: DataFormat },
): Promise<number> {
  const loaded = settle(output, await loadHosts(await selectionOf(output, options)));
  const { hosts } = settle(output, selectHosts(loaded, pattern ?? 'all'));
  hideSecretsOf(loaded, hosts);
  const asked = hosts.map((host) => ({ host, become: false }));
  const found = await connectionsOf(loaded, asked, await connectionDefaults(output, options));
  hidePasswords(output, found.settings.values());
  const { settings } = settle(output, found);
  const targets = [...settings].map(([host, connection]) => ({ host, settings: connection }));
  const session = startRun(output, options, { command: 'facts', name: 'reading', targets });
  const { observed, unread } = await gatherFleet(targets, session.run).finally(() => session.end());
  const problems = new Map(unread.map((outcome) => [outcome.host, problemOf(outcome)]));
  const rows = new Map<string, ObservedState | Problem>();
  for (const host of hosts) {
    const row = observed.get(host) ?? problems.get(host);
    if (row) rows.set(host, row);
  }
  output.data(options.format, (hide) => renderFacts(rows, options.format, hide));
  if (session.interrupted) return 130;
  const kinds = [...problems.values()].map((problem) => problem.kind);
  return kinds.some((kind) => !UNREACHABLE_KINDS.has(kind)) ? 3 : kinds.length > 0 ? 4 : 0;
}

function problemOf(outcome: Awaited<ReturnType<typeof gatherFleet>>['unread'][number]): Problem {
  if (outcome.kind === 'unread') return outcome.problem;
  return { kind: 'interrupted', message: outcome.kind === 'skipped' ? outcome.reason : 'not read' };
}
