/** What of a program is sent: its lines, not what was written for people. */
import { expect, test } from 'vitest';
import { sh } from '../../../src/host/shell-text.ts';

test('comments and indentation stay here, everything else is as it was written', () => {
  const text = sh`
# why
f() {
  # inside
  case \${1#x} in a\)b) echo "\n# $1" ${'given'};; esac # kept
}
`;
  expect(text).toBe('\nf() {\ncase ${1#x} in a\\)b) echo "\\n# $1" given;; esac # kept\n}\n');
});
