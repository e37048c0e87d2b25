/**
 * Answers what a report says in a comment on a pull request: the verdict, the totals, then what a reviewer has to decide
 * on, hosts of which the same is to be said in one. Always short enough for one comment, the same report the same bytes.
 */
import type { Report } from '../model/report.ts';
import { cutsOff } from './cuts-off.ts';
import { bytesOf, fitSections } from './markdown-fit.ts';
import { sectionsOf } from './markdown-sections.ts';
import { isApplied, totalsOf } from './report-totals.ts';
import { counted } from './value-text.ts';

/**
 * GitHub refuses a comment above 65,536 characters, and has counted code points, UTF-16 units and bytes by turns and
 * places. A text has fewest of all as bytes, so this holds for each count, with room for what CI puts around it.
 */
export const MOST_BYTES = 65_000;

/** The first line is for programs: it tells the comment that is to be updated from all others. */
export function renderMarkdown(report: Report): string {
  const head = [
    `<!-- tapfleet:${report.command} -->`,
    `## tapfleet ${report.command}: ${verdict(report)}`,
    totalsOf(report),
    ...legend(report),
  ]
    .map((paragraph) => `${paragraph}\n\n`)
    .join('');
  return `${(head + fitSections(sectionsOf(report), MOST_BYTES - bytesOf(head))).trimEnd()}\n`;
}

/** Numbers and our own words only: nothing of a host stands outside of code. */
function verdict(report: Report): string {
  const { summary } = report;
  const troubles = (
    [
      [summary.failed, 'failed'],
      [summary.rolled_back, 'rolled back'],
      [summary.refused, 'refused'],
      [summary.unreachable, 'unreachable'],
      [summary.skipped, 'skipped'],
    ] as const
  ).flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  const parts = [...changesSaid(report), ...(troubles.length > 0 ? [`${troubles.join(', ')}`] : [])];
  if (parts.length === 0) return report.command === 'drift' ? 'no drift' : 'nothing to do';
  return parts.join('; ');
}

function changesSaid(report: Report): string[] {
  const { summary } = report;
  const applied = isApplied(report);
  const touched = report.hosts.filter(({ status }) => status === 'changes' || status === 'changed');
  if (touched.length === 0) return [];
  const cuts = touched.filter(({ changes }) => changes.some(cutsOff)).length;
  const hosts = counted(touched.length, 'host');
  if (report.command === 'drift') {
    return [`${hosts} not as declared${cuts > 0 ? `, a repair cuts off holders on ${cuts}` : ''}`];
  }
  if (applied) {
    const open = summary.changes > 0 ? `, ${summary.changes} not applied` : '';
    return [
      `${counted(summary.changed, 'host')} changed${cuts > 0 ? `, holders cut off on ${cuts}` : ''}${open}`,
    ];
  }
  return [`changes ${hosts}, ${cuts > 0 ? `cuts off holders on ${cuts}` : 'cuts off nobody'}`];
}

function legend(report: Report): string[] {
  if (!report.hosts.some(({ changes }) => changes.length > 0)) return [];
  if (isApplied(report)) return ['`-` was on the host, `+` is declared, `!` needs a look.'];
  return ['`-` is on the host, `+` is declared, `!` needs a look.'];
}
