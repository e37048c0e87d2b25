/** `--heal` of a watch: who heals, how much, and where each repair is written down before its host is touched. */
import type { RunEvent } from '../fleet/run-event.ts';
import type { FleetWatchOptions } from '../fleet/watch-fleet.ts';
import type { HostOutcome } from '../model/outcome.ts';
import { buildReport } from '../report/build.ts';
import { type Output, Stop } from './output.ts';
import { Recorder } from './recorder.ts';
import { controllerName } from './run-session.ts';
import type { WatchCommandOptions } from './watch-options.ts';

/** Seconds until a host takes a repair back that was not confirmed. */
const CONFIRM_S = 30;

export function healing(
  output: Output,
  playbooks: readonly string[],
  options: WatchCommandOptions,
): NonNullable<FleetWatchOptions['heal']> {
  const controller = controllerName();
  const { inventory, record: folder, healBudget: perHour } = options;
  return {
    perHour,
    controller,
    confirmTimeoutS: CONFIRM_S,
    record: (host: string) => {
      try {
        const facts = { command: 'apply', controller, playbooks, inventory, hosts: [host] } as const;
        const recorder = new Recorder(output, folder, facts, (warning) => output.diagnostics([warning]));
        return {
          tell: (event: RunEvent) => recorder.tell(event),
          finish: (outcome: HostOutcome) => {
            recorder.finish([outcome], buildReport('apply', [outcome]).summary, false);
            recorder.close();
          },
        };
      } catch (error) {
        // It was said: what cannot be written down is not done.
        if (error instanceof Stop) return undefined;
        throw error;
      }
    },
  };
}
