/** How a path and a command about a lab are typed where the reader is: relative below the working directory, quoted where they must be. */
import { resolve } from 'node:path';
import { quoted } from '../host/shell-text.ts';
import { LAB_DIRECTORY } from './status.ts';

/** One word of a command line. */
export function typedPath(path: string): string {
  const here = `${process.cwd()}/`;
  const absolute = resolve(path);
  const short = absolute.startsWith(here) ? absolute.slice(here.length) : absolute;
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(short) ? short : quoted(short);
}

/** What takes away the lab of this directory, and not that of another. */
export function downCommand(directory: string): string {
  const isUsual = resolve(directory) === resolve(LAB_DIRECTORY);
  return `tapfleet lab down${isUsual ? '' : ` --directory ${typedPath(directory)}`}`;
}
