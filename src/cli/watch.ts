/** The command `watch`: says when a host is no longer as declared and when it is again, until it is ended. */
import { FleetWatch } from '../fleet/watch-fleet.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import type { Secret } from '../model/secret.ts';
import type { WatchEvent } from '../model/watch.ts';
import { Transport } from '../remote/connect.ts';
import type { ConnectHow } from '../remote/connection.ts';
import { renderWatchEvent, watchEventJson } from '../render/watch-text.ts';
import type { ListenAddress, Served } from '../watch/serve.ts';
import { askSecret } from './ask-secret.ts';
import { type Output, Stop } from './output.ts';
import { keepHeapSmall } from './v8-flags.ts';
import { WatchFiles } from './watch-files.ts';
import { healing } from './watch-healing.ts';
import type { WatchCommandOptions } from './watch-options.ts';
import { listenAddress, placeOf, serveFigures } from './watch-pages.ts';
import { WatchSignals } from './watch-signals.ts';

/** What of the controller a new login looks up anew, it does so at most this often, in milliseconds. */
const REFRESH_MS = 5_000;

export async function watch(
  output: Output,
  playbooks: readonly string[],
  options: WatchCommandOptions,
): Promise<number> {
  keepHeapSmall();
  const listen = listenAddress(output, options.listen);
  const files = await WatchFiles.open(output, playbooks, options);
  const { targets, diagnostics } = await files.load();
  if (diagnostics.length > 0) output.diagnostics(diagnostics);
  if (!targets) throw new Stop(1);
  const tell = (event: WatchEvent) => {
    const time = new Date().toISOString();
    output.result(
      options.format === 'json' ? watchEventJson(event, time) : renderWatchEvent(event, time, output.out),
    );
  };
  const transport = new Transport(askUnlessEnded);
  const fleet = new FleetWatch({
    forks: options.forks,
    intervalMs: options.interval * 1000,
    reaching: {
      connect: refreshing(transport),
      commandTimeoutMs: options.commandTimeout === undefined ? undefined : options.commandTimeout * 1000,
    },
    tell,
    ...(options.heal ? { heal: healing(output, playbooks, options) } : {}),
  });
  // Before a host is touched: who is asked for a port that is taken may have another watch running.
  const served = listen && (await serveFigures(output, listen, fleet, options));
  const signals = new WatchSignals();
  fleet.update(targets);
  output.note(startText(targets.length, options, served, listen));
  try {
    while (!signals.ended.aborted) {
      const why = await signals.next(files);
      if (why === 'end') break;
      const again = await files.load();
      if (again.diagnostics.length > 0) output.diagnostics(again.diagnostics);
      if (again.targets)
        tell({ event: 'reloaded', hosts: again.targets.length, ...fleet.update(again.targets) });
      else {
        fleet.refuseUpdate();
        const mistakes = again.diagnostics.filter(({ severity }) => severity === 'error').length;
        tell({ event: 'reload-refused', mistakes });
      }
      if (why === 'asked') fleet.hurry();
    }
  } finally {
    served?.close();
    await fleet.stop();
    transport.close();
    signals.release();
  }
  return signals.code;
}

/** Ctrl-C at the question ends the watch, as it does elsewhere. */
async function askUnlessEnded(file: string): Promise<Secret | undefined> {
  try {
    return await askSecret(`Passphrase for the key ${file}:`);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    process.kill(process.pid, 'SIGINT');
    return undefined;
  }
}

/** known_hosts may have been put right since, and a bastion have come back. */
function refreshing(transport: Transport) {
  let refreshed = performance.now();
  return (settings: ConnectionSettings, how?: ConnectHow) => {
    if (performance.now() - refreshed > REFRESH_MS) {
      refreshed = performance.now();
      transport.refresh();
    }
    return transport.connect(settings, how);
  };
}

function startText(
  hosts: number,
  { interval, heal, healBudget }: WatchCommandOptions,
  served: Served | undefined,
  at: ListenAddress | undefined,
): string {
  const parts = [
    `watching ${hosts} host${hosts === 1 ? '' : 's'}, each read every ${interval} s and after events`,
    heal ? `drift is put back, ${healBudget} repairs an hour at most` : 'nothing is changed on any host',
    served && at ? `http://${placeOf(at, served.port)}/metrics` : 'no metrics are served',
  ];
  return `${parts.join('; ')}\n`;
}
