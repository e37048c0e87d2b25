/**
 * Answers what a comment speaks of, and in which order: what hurts first, then what will not be done, then what could
 * not be seen, then the changes that nobody notices. A host with something to say is in one section of changes or trouble.
 */
import type { Report, ReportHost, ReportWarning, Status } from '../model/report.ts';
import { cutsOff } from './cuts-off.ts';
import { sharedText } from './diff-lines.ts';
import { foldBy, outliersFirst, withoutAutoMacs } from './fold-report.ts';
import { problemsOf } from './host-state.ts';
import { type BlockStyle, fileBlock, hostBlock, sentenceBlock } from './markdown-block.ts';
import type { Block, Section } from './markdown-fit.ts';
import { problemLine } from './problem-text.ts';
import { isApplied } from './report-totals.ts';
import { counted } from './value-text.ts';
import { withoutAddress } from './without-address.ts';

export function sectionsOf(report: Report): Section[] {
  const { command } = report;
  const hosts = report.hosts.map(withoutAutoMacs);
  const of = (...statuses: readonly Status[]) => hosts.filter(({ status }) => statuses.includes(status));
  const changing = of('changes', 'changed');
  const disruptive = changing.filter(isDisruptive);
  const open: BlockStyle = { command, quiet: false };
  const quiet: BlockStyle = { command, quiet: true };
  return [
    section(disruptiveTitle(report), disruptive, diffs(open)),
    section('Failed', of('failed'), diffs(open)),
    section('Rolled back: as it was before', of('rolled-back'), diffs(open)),
    section('Refused: nothing on these hosts is touched', of('refused'), diffs(open)),
    section('Unreachable', of('unreachable'), sentences(unreachableText)),
    section(
      command === 'drift' ? 'Not as declared' : isApplied(report) ? 'Changed' : 'Changes',
      changing.filter((host) => !isDisruptive(host)),
      diffs(quiet),
    ),
    warnings(
      report.warnings ?? [],
      hosts.filter(({ status }) => status !== 'skipped'),
    ),
    section(
      'Skipped',
      of('skipped'),
      sentences(({ warnings: reasons = [] }) => reasons.join('; ') || 'not tried'),
    ),
  ];
}

function isDisruptive({ status, changes }: ReportHost): boolean {
  return (status === 'changes' || status === 'changed') && changes.some(cutsOff);
}

function disruptiveTitle(report: Report): string {
  if (report.command === 'drift') return 'Not as declared, and a repair cuts off holders';
  return isApplied(report) ? 'Changed, and cut off holders' : 'Cuts off holders';
}

type Draw = (hosts: readonly ReportHost[]) => Block[];

function section(title: string, hosts: readonly ReportHost[], draw: Draw): Section {
  return { heading: `### ${title} (${counted(hosts.length, 'host')})\n\n`, blocks: spaced(draw(hosts)) };
}

function diffs(style: BlockStyle): Draw {
  const textOf = (host: ReportHost) =>
    [
      ...problemsOf(host).map(
        (problem) => `${withoutAddress(problemLine(problem))} ${JSON.stringify(problem.declared_at)}`,
      ),
      ...host.changes.map((change) => sharedText(style.command, change)),
      host.management_device,
    ].join('\n');
  return (hosts) => outliersFirst(foldBy(hosts, textOf)).map((fold) => hostBlock(fold, style));
}

function sentences(textOf: (host: ReportHost) => string): Draw {
  return (hosts) =>
    outliersFirst(foldBy(hosts, (host) => withoutAddress(textOf(host)))).map((fold) => {
      const text = textOf(fold[0]);
      return sentenceBlock(fold, fold.length > 1 ? withoutAddress(text) : text);
    });
}

function unreachableText(host: ReportHost): string {
  return problemsOf(host).map(problemLine).join('; ') || 'no reason is known';
}

/**
 * Those of the files first, for they are the reviewer's. Of hosts each warning with its hosts, not each host with its
 * warnings: the same one is true of many.
 */
function warnings(ofFiles: readonly ReportWarning[], hosts: readonly ReportHost[]): Section {
  const said = hosts.flatMap((host) => (host.warnings ?? []).map((text) => ({ ...host, text })));
  const blocks = outliersFirst(foldBy(said, ({ text }) => text)).map((fold) =>
    sentenceBlock(fold, fold[0].text),
  );
  const all = [...ofFiles.map(fileBlock), ...blocks];
  return { heading: `### Warnings (${said.length + ofFiles.length})\n\n`, blocks: spaced(all) };
}

/** A list ends with an empty line; blocks with a diff have their own. */
function spaced(blocks: readonly Block[]): Block[] {
  return blocks.map((block, index) =>
    index === blocks.length - 1 && !block.text.endsWith('\n\n')
      ? { ...block, text: `${block.text}\n` }
      : block,
  );
}
