/** Answers how hosts of which the same is to be said stand in a comment: their names, then one diff of what differs. */
import { ACTIONS } from '../model/change.ts';
import type { Command, ReportHost, ReportWarning } from '../model/report.ts';
import { changeLines, type SharedChange } from './diff-lines.ts';
import { cutText, type Fold, shortNames } from './fold-report.ts';
import { problemsOf } from './host-state.ts';
import { codeHtml, codeSpan, diffBlock } from './markdown-escape.ts';
import { type Block, bytesOf } from './markdown-fit.ts';
import { printable } from './printable.ts';
import { problemLine } from './problem-text.ts';
import { counted } from './value-text.ts';

/** UTF-16 units of a list of hosts, and of one problem's sentence. */
const NAMES_ROOM = 400;
const MESSAGE_ROOM = 600;
/** A longer diff is folded up where nothing in it needs a decision. */
const LONGEST_OPEN = 12;
/** A block cut shorter than this says nothing. */
const LEAST_ROOM = 2_000;

export interface BlockStyle {
  readonly command: Command;
  /** Nothing in it needs a decision: it may be folded up. */
  readonly quiet: boolean;
}

export function hostBlock(fold: Fold<ReportHost>, style: BlockStyle): Block {
  const [first] = fold;
  const lines = [
    ...problemLines(first),
    ...first.changes.flatMap((change, index) => {
      const held: SharedChange['held'] = fold.flatMap(({ host, changes }) => {
        const own = changes[index];
        return own ? [{ host, change: own }] : [];
      });
      return changeLines(style.command, { change, held });
    }),
    ...confirmation(first),
  ];
  return diffOf(fold, countsOf(first), lines, style.quiet && lines.length > LONGEST_OPEN);
}

/** Hosts with one sentence to say, and no change to show. */
export function sentenceBlock(fold: Fold<ReportHost>, sentence: string): Block {
  const text = `${names(fold, codeSpan)}: ${codeSpan(cutText(printable(sentence), MESSAGE_ROOM))}\n`;
  return { hosts: fold.length, text: `- ${text}`, cut: () => undefined };
}

/** What is to be said of a line of a file. */
export function fileBlock({ message, hint, declared_at: at }: ReportWarning): Block {
  const place = at && `${codeSpan(cutText(`${printable(at.file)}:${at.line}`, NAMES_ROOM))}: `;
  const text = hint === undefined ? message : `${message}: ${hint}`;
  return {
    hosts: 0,
    text: `- ${place ?? ''}${codeSpan(cutText(printable(text), MESSAGE_ROOM))}\n`,
    cut: () => undefined,
  };
}

function problemLines(host: ReportHost): string[] {
  return problemsOf(host).map((problem) => {
    const at = problem.declared_at;
    const place = at ? ` (${cutText(printable(at.file), NAMES_ROOM)}:${at.line})` : '';
    return `! ${problemLine(problem)}${place}`;
  });
}

function confirmation({ confirm_over, management_device }: ReportHost): string[] {
  if (confirm_over !== 'new-connection' || management_device === undefined) return [];
  const device = cutText(printable(management_device), MESSAGE_ROOM);
  return [`  confirmed over a new connection: this one is carried by ${device}`];
}

function countsOf({ changes }: ReportHost): string {
  return ACTIONS.flatMap((action) => {
    const count = changes.filter((change) => change.action === action).length;
    return count > 0 ? [`${count} ${action}`] : [];
  }).join(', ');
}

function diffOf(fold: Fold<ReportHost>, counts: string, lines: readonly string[], folded: boolean): Block {
  const draw = (shown: readonly string[]) => {
    const about = (code: typeof codeSpan) => `${names(fold, code)}${counts === '' ? '' : `: ${counts}`}`;
    if (shown.length === 0) return `${about(codeSpan)}\n\n`;
    return folded
      ? `<details><summary>${about(codeHtml)}</summary>\n\n${diffBlock(shown)}\n</details>\n\n`
      : `${about(codeSpan)}\n\n${diffBlock(shown)}\n`;
  };
  const cut = (room: number) => {
    if (room < LEAST_ROOM) return undefined;
    const noted = (count: number) => [
      ...lines.slice(0, count),
      `… and ${counted(lines.length - count, 'more line')} not shown`,
    ];
    let [fits, fails] = [0, lines.length];
    while (fails - fits > 1) {
      const middle = (fits + fails) >> 1;
      if (bytesOf(draw(noted(middle))) <= room) fits = middle;
      else fails = middle;
    }
    const text = draw(noted(fits));
    return bytesOf(text) <= room ? text : undefined;
  };
  return { hosts: fold.length, text: draw(lines), cut };
}

function names(fold: Fold<ReportHost>, code: (text: string) => string): string {
  const { text, left } = shortNames(
    fold.map(({ host }) => host),
    NAMES_ROOM,
  );
  const more = left > 0 ? ` and ${counted(left, 'more host')}` : '';
  return `${code(text)}${more}${fold.length > 1 ? ` (${fold.length} hosts)` : ''}`;
}
