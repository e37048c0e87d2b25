/**
 * Answers which formats a run can be written in, and who draws each: a name and a loader, so that the module of a format
 * is loaded when somebody asks for it and not before.
 */
import type { Report } from '../model/report.ts';
import type { HidePart } from '../render/json.ts';
import type { RunTimes } from '../render/prometheus.ts';
import type { Style } from '../render/style.ts';
import type { Output } from './output.ts';

/** All that a format may draw of a run. */
export interface FinishedRun {
  readonly report: Report;
  readonly times: RunTimes;
}

type Draw = (run: FinishedRun) => Promise<string>;

/** Formats that are drawn from the report. A new one is a line here. */
const DRAWN = {
  html: async ({ report }) => (await import('../render/html.ts')).renderHtml(report),
  markdown: async ({ report }) => (await import('../render/markdown.ts')).renderMarkdown(report),
  github: async ({ report }) => (await import('../render/github.ts')).renderGithub(report),
  junit: async ({ report }) => (await import('../render/junit.ts')).renderJunit(report),
  sarif: async ({ report }) => (await import('../render/sarif.ts')).renderSarif(report),
  mermaid: async ({ report }) => (await import('../render/mermaid.ts')).renderMermaid(report),
  prometheus: async ({ report, times }) =>
    (await import('../render/prometheus.ts')).renderPrometheus(report, times),
} as const satisfies Record<string, Draw>;

export type FormatName = 'text' | 'json' | keyof typeof DRAWN;

export const FORMAT_NAMES = ['text', 'json', ...Object.keys(DRAWN)] as readonly FormatName[];

export function isFormatName(name: string): name is FormatName {
  return (FORMAT_NAMES as readonly string[]).includes(name);
}

/** Mistakes that end a command go to stderr for people; where they are annotations, to stdout as those too. */
export async function drawMistakesAs(output: Output, command: string, format: FormatName): Promise<void> {
  if (format !== 'github') return;
  const { renderGithubMistakes } = await import('../render/github.ts');
  output.drawMistakes((list) => renderGithubMistakes(command, list));
}

/** How the format for people is drawn; it alone knows colours. */
export interface TextView {
  readonly style: Style;
  readonly verbose: boolean;
  readonly diff: boolean;
}

export interface Masking {
  /** Of a text of whole lines, as people read it. */
  readonly text: (text: string) => string;
  /** Of all that a run holds, before it is drawn. */
  readonly run: (run: FinishedRun) => FinishedRun;
  /** Of a part of a report; absent where there is nothing to hide. */
  readonly part: HidePart | undefined;
}

/**
 * The run as pieces of text in which nothing is left to hide. Text is masked as it is drawn; the others escape and cut what they
 * draw, or are read by programs, for which words of ours must stay, so they never see a secret.
 */
export async function drawRun(
  name: FormatName,
  run: FinishedRun,
  view: TextView,
  masking: Masking,
): Promise<Iterable<string>> {
  if (name === 'text') return [masking.text(await drawText(run.report, view))];
  if (name === 'json') return (await import('../render/json.ts')).jsonPieces(run.report, masking.part);
  return [await DRAWN[name](masking.run(run))];
}

/** The package behind `--diff` is loaded only for it. */
export async function drawText(report: Report, { style, verbose, diff }: TextView): Promise<string> {
  const { renderText } = await import('../render/text.ts');
  const unified = diff ? { diff: (await import('../render/unified-diff.ts')).renderDiff } : {};
  return renderText(report, { style, verbose, ...unified });
}
