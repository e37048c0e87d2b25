/**
 * Drift or pending: which of the two made a field differ, told from what the mark says was last applied. Pure.
 *
 * | last applied (mark) | observed  | desired   | cause                                        |
 * |---------------------|-----------|-----------|----------------------------------------------|
 * | A                   | B         | A         | drift: the host was changed                  |
 * | A                   | A         | B         | pending: the playbook asks for something new |
 * | A                   | B         | C         | both                                         |
 * | A                   | B         | B         | not a difference; only the mark is renewed   |
 * | not in the mark     | A         | B         | pending: it was never applied by us          |
 *
 * While a rule ignores a field its entry in the mark stays as it is (wantedAlias in diff.ts), so the table holds for
 * ignored fields too, and goes on to hold when the rule is gone.
 */
import type { Cause } from '../model/change.ts';
import { FIELD_NAMES, type FieldName, type FieldValue } from '../model/macvtap.ts';
import { encodeField, type Mark } from '../model/mark.ts';
import type { ObservedMacvtap } from '../model/observed.ts';

export function causeOf(
  field: FieldName,
  mark: Mark | undefined,
  observed: FieldValue | undefined,
  desired: FieldValue,
): Cause {
  const applied = mark?.applied.get(field);
  if (applied === undefined || observed === undefined) return 'pending';
  const drifted = encodeField(field, observed) !== applied;
  const pending = encodeField(field, desired) !== applied;
  return drifted ? (pending ? 'both' : 'drift') : 'pending';
}

/** Whether the host differs anywhere from what its own mark says was applied. */
export function hasDrifted(observed: ObservedMacvtap): boolean {
  return FIELD_NAMES.some((field) => {
    const applied = observed.mark?.applied.get(field);
    const value = observed.fields[field];
    return applied !== undefined && value !== undefined && encodeField(field, value) !== applied;
  });
}

export function combineCauses(causes: readonly Cause[]): Cause {
  const drift = causes.some((cause) => cause !== 'pending');
  const pending = causes.some((cause) => cause !== 'drift');
  return drift ? (pending ? 'both' : 'drift') : 'pending';
}
