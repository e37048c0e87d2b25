/** Evaluates a written value for one host and turns a template's failure into a diagnostic at the value's place. */
import type { Diagnostic, Position } from '../model/diagnostic.ts';
import type { Json } from '../model/json.ts';
import {
  evaluate,
  evaluateExpression,
  isTemplate,
  type Lookup,
  TemplateError,
} from '../template/evaluate.ts';
import { readBoolean } from './check-field.ts';
import type { Written } from './play.ts';
import { quote } from './quote.ts';

export type Report = (diagnostic: Diagnostic) => void;

/** The value without templates, or undefined where one failed. Items of a list fail at their own places. */
export function evaluateWritten(written: Written, lookup: Lookup, report: Report): Json | undefined {
  if (!written.template) return written.value;
  if (!Array.isArray(written.value))
    return attempt(written.where, report, () => evaluate(written.value, lookup));
  const list = (written.value as readonly Json[]).map((item, index) =>
    attempt(written.items?.[index] ?? written.where, report, () => evaluate(item, lookup)),
  );
  return list.every((item) => item !== undefined) ? list : undefined;
}

/** Whether every condition holds; a condition that fails counts as one that does not hold, and is reported. */
export function conditionsHold(conditions: readonly Written[], lookup: Lookup, report: Report): boolean {
  for (const condition of conditions) {
    const { value, where } = condition;
    const result =
      typeof value !== 'string'
        ? value
        : attempt(where, report, () =>
            isTemplate(value) ? evaluate(value, lookup) : evaluateExpression(value, lookup),
          );
    if (result === undefined) return false;
    const holds = readBoolean(result);
    if (holds === undefined) {
      report({
        severity: 'error',
        summary: `when gives ${quote(result)}, not true or false`,
        hint: 'compare: when: x == 1, or when: x is defined, or when: x | length > 0',
        where,
      });
    }
    if (!holds) return false;
  }
  return true;
}

/** Runs `work`; a TemplateError is reported at `where`. */
export function attempt<T>(where: Position, report: Report, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    report({ severity: 'error', summary: error.message, hint: error.hint, where });
    return undefined;
  }
}
