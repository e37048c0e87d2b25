/**
 * What did a run against the test fleet report? Runs the program with `--format json`, holds its answer against the
 * report's schema, and gives it back with rows found by host.
 */
import type { Report, ReportChange, ReportHost } from '../../src/model/report.ts';
import { reportSchema } from '../../src/report/schema.ts';
import type { CliOptions } from './cli.ts';
import type { SshdFleet } from './sshd-fleet.ts';

export interface Reported {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly report: Report;
  readonly row: (host: string) => ReportHost;
  /** The change of one interface. */
  readonly change: (host: string, name: string) => ReportChange;
  /** By host in inventory order. */
  readonly statuses: readonly string[];
}

export interface ReportOptions extends CliOptions {
  readonly inventory?: string;
}

/** `apply` gets `--yes`. Throws where stdout is not one report. */
export async function report(
  fleet: SshdFleet,
  command: 'plan' | 'apply' | 'drift',
  playbook: string,
  args: readonly string[] = [],
  { inventory = fleet.inventory(), ...options }: ReportOptions = {},
): Promise<Reported> {
  const yes = command === 'apply' ? ['--yes'] : [];
  const argv = [command, playbook, '-i', inventory, '--format', 'json', ...yes, ...args];
  const { code, stdout, stderr } = await fleet.tapfleet(argv, options);
  let read: Report;
  try {
    read = reportSchema.parse(JSON.parse(stdout));
  } catch (error) {
    throw new Error(`tapfleet ${argv.join(' ')} ended with ${code}, no report: ${stdout}\n${stderr}`, {
      cause: error,
    });
  }
  const row = (host: string) => found(read.hosts, (one) => one.host === host, host);
  return {
    code,
    stdout,
    stderr,
    report: read,
    row,
    change: (host, name) => found(row(host).changes, (one) => one.interface === name, `${host} ${name}`),
    statuses: read.hosts.map(({ status }) => status),
  };
}

/** Applies and insists that every host is done; then plans again and insists that nothing is left. */
export async function settle(
  fleet: SshdFleet,
  playbook: string,
  args: readonly string[] = [],
): Promise<Reported> {
  const applied = await report(fleet, 'apply', playbook, args);
  if (applied.code !== 0) throw new Error(`apply ended with ${applied.code}: ${applied.stdout}`);
  await expectNothingLeft(fleet, playbook);
  return applied;
}

export async function expectNothingLeft(fleet: SshdFleet, playbook: string): Promise<void> {
  const again = await report(fleet, 'plan', playbook, ['--detailed-exitcode']);
  if (again.code !== 0 || again.report.outcome !== 'in-sync') {
    throw new Error(`a second plan is not empty (${again.code}): ${again.stdout}`);
  }
}

function found<T>(list: readonly T[], is: (one: T) => boolean, what: string): T {
  const one = list.find(is);
  if (!one) throw new Error(`the report has no ${what}: ${JSON.stringify(list)}`);
  return one;
}
