/**
 * How `ip` reads its words: splitting a line, taking words one by one, abbreviations and numbers (lib/utils.c of
 * iproute2 6.1). It knows no command.
 */
import { IpRefusal, incompleteCommand, invalidArgument } from './errors.ts';

/** The rest of a command line, consumed from the left. */
export class Words {
  private readonly list: string[];
  private at = 0;

  constructor(list: readonly string[]) {
    this.list = [...list];
  }

  get done(): boolean {
    return this.at >= this.list.length;
  }

  peek(): string | undefined {
    return this.list[this.at];
  }

  /** Changes the next word: `ip` writes into its own arguments while it reads addresses. */
  replace(word: string): void {
    this.list[this.at] = word;
  }

  skip(): void {
    this.at += 1;
  }

  /** The next word; refused with rc 255 where the line ends (`NEXT_ARG`). */
  next(): string {
    const word = this.list[this.at];
    if (word === undefined) throw incompleteCommand();
    this.at += 1;
    return word;
  }
}

/**
 * `makeargs`: words end at blanks; a quote counts at the start of a word only, and there is no escape. Throws
 * `IpRefusal` for a quote that is not closed, which ends a whole batch with exit code 1.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(line[at])) at += 1;
    const first = line[at];
    if (first === undefined) return words;
    const quoted = first === "'" || first === '"';
    const start = quoted ? at + 1 : at;
    const end = quoted ? line.indexOf(first, start) : endOfWord(line, start);
    if (end < 0) throw new IpRefusal(1, 'Unterminated quoted string\n');
    words.push(line.slice(start, end));
    at = end + 1;
  }
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

function endOfWord(line: string, start: number): number {
  let end = start;
  while (end < line.length && !isBlank(line[end])) end += 1;
  return end;
}

/** `matches`: any beginning of a keyword stands for it. */
export function abbreviates(word: string, keyword: string): boolean {
  return word !== '' && keyword.startsWith(word);
}

/** `get_integer` with base 0: decimal, octal and hexadecimal within 32 signed bits, else undefined. */
export function readInteger(text: string): number | undefined {
  const value = readLong(text);
  return value !== undefined && value >= -(2 ** 31) && value < 2 ** 31 ? value : undefined;
}

/** `get_u32` with base 0. `strtoul` would take a sign; the kernel's range check of iproute2 refuses it. */
export function readUnsigned(text: string): number | undefined {
  const value = readLong(text);
  return value !== undefined && value >= 0 && value < 2 ** 32 ? value : undefined;
}

/** As `readInteger`; refused with rc 255 as `Invalid "keyword" value`. */
export function integerArgument(keyword: string, text: string): number {
  const value = readInteger(text);
  if (value === undefined) throw invalidArgument(`Invalid "${keyword}" value\n`, text);
  return value;
}

function readLong(text: string): number | undefined {
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match?.[2] === undefined) return undefined;
  const digits = match[2];
  const octal = /^0[0-7]+$/.test(digits);
  const value = octal ? Number.parseInt(digits, 8) : Number(digits);
  return match[1] === '-' ? -value : value;
}
