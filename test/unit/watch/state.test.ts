/** When is there something new to say of a host? */
import { expect, test } from 'vitest';
import type { ReportHost } from '../../../src/model/report.ts';
import { reportHost } from '../../../src/report/build.ts';
import { isSameManifest } from '../../../src/watch/same-manifest.ts';
import { causesOf, isSameState, stateOf } from '../../../src/watch/state.ts';
import { manifestOf, wanted } from '../../support/builders.ts';
import { change, fieldChange, planned, unread } from '../render/builders.ts';

const row = (...mode: readonly string[]): ReportHost =>
  reportHost(
    planned('hv01', {
      changes: mode.map((before, n) =>
        change('update', `web${n}`, { cause: 'drift', fields: [fieldChange('mode', before, 'bridge')] }),
      ),
    }),
  );
const lost = (message: string) => reportHost(unread('hv01', { kind: 'connection-lost', message }));

test.each([
  ['the same again', row('vepa'), row('vepa'), true],
  ['in sync again', row(), row(), true],
  ['another value', row('vepa'), row('private'), false],
  ['one more interface', row('vepa'), row('vepa', 'vepa'), false],
  ['put back', row('vepa'), row(), false],
  ['lost after in sync', row(), lost('broke'), false],
  ['the same trouble in other words', lost('tried 2 times'), lost('tried 3 times'), true],
  ['other trouble', lost('broke'), reportHost(unread('hv01', { kind: 'timeout', message: 'broke' })), false],
])('%s', (_what, before, after, same) => {
  expect(isSameState(stateOf(before), stateOf(after))).toBe(same);
});

test('keeps nothing of a row but what is told', () => {
  expect(stateOf(row('vepa'))).toEqual({
    status: 'changes',
    changes: [
      {
        interface: 'web0',
        action: 'update',
        cause: 'drift',
        fields: [{ field: 'mode', before: 'vepa', after: 'bridge' }],
      },
    ],
    errors: [],
  });
  expect(causesOf(stateOf(row('vepa', 'vepa')))).toEqual({ drift: 2, pending: 0, both: 0 });
});

test('where a playbook says it makes no difference', () => {
  const one = wanted('web0');
  const moved = { ...one, where: { file: 'other.yml', line: 7, column: 3 } };
  expect(isSameManifest(manifestOf('hv01', [one]), manifestOf('hv01', [moved]))).toBe(true);
  expect(isSameManifest(manifestOf('hv01', [one]), manifestOf('hv01', [wanted('web0', { mtu: 1400 })]))).toBe(
    false,
  );
});
