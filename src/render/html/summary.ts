/** Answers what the page says before a script of it runs, and all it says where none may run: totals and hosts' names. */
import { ACTIONS } from '../../model/change.ts';
import { type Command, type Report, STATUSES, type Status } from '../../model/report.ts';
import { compressNames } from '../host-names.ts';
import { printable } from '../printable.ts';
import { applyTotals, driftTotals, planTotals } from '../totals-text.ts';
import { counted } from '../value-text.ts';
import { htmlText } from './escape.ts';
import { actionFace, type Face, statusFace } from './faces.ts';

const TOTALS: Readonly<Record<Command, (report: Report) => string>> = {
  plan: planTotals,
  apply: applyTotals,
  drift: driftTotals,
};

/** The last line of the text report: the page's first. */
export function verdict(report: Report): string {
  return TOTALS[report.command](report);
}

/** Worst first. */
function statusCounts(report: Report): { readonly status: Status; readonly hosts: readonly string[] }[] {
  return STATUSES.map((status) => ({
    status,
    hosts: report.hosts.filter((host) => host.status === status).map(({ host }) => host),
  }))
    .filter(({ hosts }) => hosts.length > 0)
    .reverse();
}

/** A bar of all hosts by status; for eyes only, the numbers stand beside it as text. */
export function statusBar(report: Report): string {
  const width = report.hosts.length;
  if (width === 0) return '';
  let from = 0;
  const parts = statusCounts(report).map(({ status, hosts }) => {
    const part = `<rect class="${statusFace(report.command, status).tone}" x="${from}" width="${hosts.length}" height="1"/>`;
    from += hosts.length;
    return part;
  });
  return `<svg class="bar" viewBox="0 0 ${width} 1" preserveAspectRatio="none" aria-hidden="true">${parts.join('')}</svg>`;
}

/** Every host by its status, names written short. */
export function statusTable(report: Report): string {
  const rows = statusCounts(report).map(({ status, hosts }) => {
    const face = faceHtml(statusFace(report.command, status));
    const names = htmlText(compressNames(hosts.map(printable)));
    return `<tr><th scope="row">${face}</th><td class="number">${hosts.length}</td><td class="names">${names}</td></tr>`;
  });
  const actions = ACTIONS.filter((action) => report.summary[action] > 0).map(
    (action) =>
      `<li>${faceHtml(actionFace(report.command, action))} ${counted(report.summary[action], 'interface')}</li>`,
  );
  return [
    '<table><caption>Hosts by status</caption>',
    '<thead><tr><th scope="col">Status</th><th scope="col">Hosts</th><th scope="col">Names</th></tr></thead>',
    `<tbody>${rows.join('')}</tbody></table>`,
    actions.length > 0 ? `<ul class="actions">${actions.join('')}</ul>` : '',
  ].join('');
}

/** What loading the playbooks found worth a warning; of hosts each has its own. */
export function fileWarnings({ warnings = [] }: Report): string {
  if (warnings.length === 0) return '';
  const items = warnings.map(({ message, hint, declared_at: at }) => {
    const place = at ? `<code dir="ltr">${htmlText(`${at.file}:${at.line}:${at.column}`)}</code> ` : '';
    return `<li><strong>Warning:</strong> ${place}${htmlText(hint === undefined ? message : `${message}: ${hint}`)}</li>`;
  });
  return `<section aria-labelledby="warned"><h2 id="warned">Playbooks and inventory</h2>
<ul class="notes warnings">${items.join('')}</ul></section>
`;
}

function faceHtml({ symbol, word, tone }: Face): string {
  return `<span class="badge ${tone}"><span aria-hidden="true">${symbol}</span> ${htmlText(word)}</span>`;
}
