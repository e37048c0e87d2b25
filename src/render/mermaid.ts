/**
 * Answers what a small fleet's change looks like as a picture: a flowchart of Mermaid with a box for each host, or for
 * hosts that are alike, lower devices on the left and their macvtaps on the right, coloured by what becomes of them. What
 * has no room is counted in the picture.
 */
import { ACTIONS, type Action } from '../model/change.ts';
import type { Report, ReportChange, ReportHost, Status } from '../model/report.ts';
import { cutsOff } from './cuts-off.ts';
import { cutText, type Fold, foldBy, outliersFirst, shortNames, withoutAutoMacs } from './fold-report.ts';
import { type Diagram, drawLabel, limitDiagram } from './mermaid-text.ts';
import { counted } from './value-text.ts';

/** UTF-16 units of a label before it is escaped. */
const LABEL_ROOM = 60;
/** More in one box and nobody finds anything. */
const MOST_CHANGES = 40;

const COLOURS: Readonly<Record<Action | 'trouble', string>> = {
  create: 'fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  update: 'fill:#fff8c5,stroke:#9a6700,color:#1f2328',
  replace: 'fill:#ffe2c4,stroke:#bc4c00,color:#1f2328',
  delete: 'fill:#ffebe9,stroke:#cf222e,color:#1f2328',
  trouble: 'fill:#cf222e,stroke:#82071e,color:#ffffff',
};
const QUIET: ReadonlySet<Status> = new Set(['in-sync', 'skipped']);

export function renderMermaid(report: Report): string {
  const hosts = report.hosts.map(withoutAutoMacs);
  const isQuiet = ({ status, changes }: ReportHost) => QUIET.has(status) && changes.length === 0;
  const drawn = hosts.filter((host) => !isQuiet(host));
  const folds = outliersFirst(foldBy(drawn, lookOf));
  const disruptive = (fold: Fold<ReportHost>) => fold[0].changes.some(cutsOff);
  const ordered = [...folds.filter(disruptive), ...folds.filter((fold) => !disruptive(fold))];
  const quiet = [...QUIET].flatMap((status) => {
    const count = hosts.filter((host) => host.status === status && isQuiet(host)).length;
    const label = drawLabel(`${counted(count, 'host')} ${status.replace('-', ' ')}`);
    return count > 0 ? [`  ${status.replace('-', '_')}[${label}]`] : [];
  });
  return limitDiagram({
    head: ['flowchart LR'],
    parts: ordered.map((fold, index) => drawFold(fold, `h${index}`)),
    tail: [
      ...quiet,
      ...[...ACTIONS, 'trouble' as const].map((name) => `  classDef ${name} ${COLOURS[name]}`),
    ],
    left: (count) => `  left[${drawLabel(`… and ${counted(count, 'more host')} not shown`)}]`,
  });
}

/** Hosts that look the same are one box: the picture shows devices, modes and actions, not values. */
function lookOf({ status, changes }: ReportHost): string {
  return JSON.stringify([
    isTrouble(status) ? status : 'fine',
    changes.map((change) => [
      change.interface,
      change.action,
      lowerOf(change.before),
      lowerOf(change.after),
      modeOf(change),
      cutsOff(change),
    ]),
  ]);
}

function drawFold(fold: Fold<ReportHost>, id: string): Diagram {
  const [{ changes, status }] = fold;
  const { text, left } = shortNames(
    fold.map(({ host }) => host),
    LABEL_ROOM,
  );
  const more = left > 0 ? ` and ${left} more` : '';
  const count = fold.length > 1 ? ` (${fold.length} hosts)` : '';
  const title = `${text}${more}${count}${isTrouble(status) ? `: ${status.replace('-', ' ')}` : ''}`;
  const colour = isTrouble(status) ? 'trouble' : undefined;
  if (changes.length === 0) {
    return {
      hosts: fold.length,
      edges: 0,
      lines: [`  ${id}[${drawLabel(title)}]${colour ? `:::${colour}` : ''}`],
    };
  }
  const lowers = new Map<string, string>();
  const lowerId = (name: string) => {
    const node = lowers.get(name) ?? `${id}d${lowers.size}`;
    lowers.set(name, node);
    return node;
  };
  const shown = changes.slice(0, MOST_CHANGES);
  const taps = shown.map((change, index) => `    ${id}t${index}[${tapLabel(change)}]:::${change.action}`);
  const edges = shown.flatMap((change, index) => edgesOf(change, `${id}t${index}`, lowerId));
  const rest = changes.length - shown.length;
  return {
    hosts: fold.length,
    edges: edges.length,
    lines: [
      `  subgraph ${id}[${drawLabel(title)}]`,
      ...[...lowers].map(([name, node]) => `    ${node}[${drawLabel(cutText(name, LABEL_ROOM))}]`),
      ...taps,
      ...edges,
      ...(rest > 0 ? [`    ${id}more[${drawLabel(`… and ${counted(rest, 'more interface')}`)}]`] : []),
      '  end',
      ...(colour ? [`  class ${id} ${colour}`] : []),
    ],
  };
}

function tapLabel(change: ReportChange): string {
  const cut = cutsOff(change) ? ', cuts off holders' : '';
  return drawLabel(`${cutText(change.interface, LABEL_ROOM)} (${change.action}${cut})`);
}

/** Solid: what is to be; dotted: what was. */
function edgesOf(change: ReportChange, tap: string, idOf: (lower: string) => string): string[] {
  const [before, after] = [lowerOf(change.before), lowerOf(change.after)];
  const mode = drawLabel(modeOf(change));
  return [
    ...(after === undefined ? [] : [`    ${idOf(after)} -->|${mode}| ${tap}`]),
    ...(before === undefined || before === after
      ? []
      : [`    ${idOf(before)} -.->|${drawLabel('was')}| ${tap}`]),
  ];
}

function lowerOf(state: ReportChange['before']): string | undefined {
  const lower = state?.lower;
  return typeof lower === 'string' ? lower : undefined;
}

function modeOf({ before, after }: ReportChange): string {
  return String(after?.mode ?? before?.mode ?? 'unknown');
}

function isTrouble(status: Status): boolean {
  return status === 'failed' || status === 'refused' || status === 'rolled-back' || status === 'unreachable';
}
