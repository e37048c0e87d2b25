/**
 * Answers how metrics are written down for Prometheus: text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
 * What is measured, and what it is called, is its callers' business.
 */
import { printable } from './printable.ts';

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  /** None is an answer too: the family is there and says nothing. */
  readonly samples: readonly Sample[];
}

/** The lines of a family stand together, HELP and TYPE first. */
export function exposition(families: readonly Family[]): string {
  return families
    .flatMap(({ name, type, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(([labels, value]) => `${name}${labelList(labels)} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function labelList(labels: Labels): string {
  const list = Object.entries(labels).map(([label, text]) => `${label}="${labelValue(text)}"`);
  return list.length > 0 ? `{${list.join(',')}}` : '';
}

/** "label_value can be any sequence of UTF-8 characters, but \, " and line feed have to be escaped". */
function labelValue(text: string): string {
  return printable(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
