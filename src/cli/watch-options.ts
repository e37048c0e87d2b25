/** The options of `watch`, as commander hands them over. */
import { type Command, Option } from 'commander';
import {
  type ConnectionOptions,
  type InventoryOptions,
  positive,
  RECORD_FOLDER,
  withConnection,
  withInventory,
} from './options.ts';

export interface WatchCommandOptions extends InventoryOptions, ConnectionOptions {
  readonly format: 'text' | 'json';
  /** Seconds. */
  readonly interval: number;
  /** `ADDRESS:PORT`, or `none`. */
  readonly listen: string;
  readonly heal?: boolean;
  readonly healBudget: number;
  /** The folder of run records; false: `--no-record`. */
  readonly record: string | false;
}

export function withWatch(command: Command): Command {
  return withConnection(withInventory(command))
    .optionsGroup('Watch:')
    .addOption(new Option('--format <format>', 'output format').choices(['text', 'json']).default('text'))
    .option('--interval <seconds>', 'read each host so often, whether it told of events or not', positive, 60)
    .option(
      '--listen <address:port>',
      'serve /metrics and /healthz here; "none" for nowhere',
      '127.0.0.1:9719',
    )
    .option('--heal', 'put back what drifted, where nobody is cut off and nothing is deleted')
    .option('--heal-budget <n>', 'with --heal: at most so many repairs an hour, over all hosts', positive, 10)
    .option('--record <folder>', 'with --heal: write each repair down in this folder', RECORD_FOLDER)
    .option('--no-record', 'with --heal: write nothing down');
}
