/** Of a confirmation and an undoing at the same moment one wins, and whoever looks can tell which. By every shell there is. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIBRARY } from '../../../src/host/undo-program.ts';
import { POSIX_SHELLS } from '../../support/shells.ts';

const ROUNDS = 40;

/** A line a round: what each of the two found, and what the folder says. The undoing comes first in every other round. */
const RACE = `
L='
'
r=0
while [ $r -lt ${ROUNDS} ]; do
  r=$((r + 1))
  mkdir ./$r; cd ./$r
  true >./live; echo nonce >./nonce; true >./armed
  stands || echo "does not stand"
  c=$(( r % 2 ))
  { [ $c = 1 ] || nap; if confirms; then echo c >./c; fi; } &
  { if undoes; then echo u >./u; fi; } &
  wait
  w=
  if confirmed; then w=confirmed; fi
  if undoing; then w="\${w}undoing"; fi
  if stands; then w="\${w}stands"; fi
  if confirms || undoes; then w="$w again"; fi
  echo "$(cat ./c ./u 2>/dev/null)$w"
  cd ..
done
`;

test.each(POSIX_SHELLS)('%s', (shell) => {
  const folder = mkdtempSync(join(tmpdir(), 'tft-'));
  try {
    const [program = '', ...options] = shell.split(' ');
    const script = `${LIBRARY}\nnap() { sleep 0.001 2>/dev/null; }\n${RACE}`;
    const done = spawnSync(program, [...options, '-c', script], { cwd: folder, encoding: 'utf8' });
    const lines = done.stdout.trim().split('\n');
    expect(lines).toHaveLength(ROUNDS);
    expect(new Set([...lines, 'cconfirmed', 'uundoing'])).toEqual(new Set(['cconfirmed', 'uundoing']));
    expect(done.stderr).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('nothing is decided in a folder that is being cleared away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tft-'));
  try {
    const script = `${LIBRARY}
true >./live; echo nonce >./nonce; true >./armed
confirms && rm ./live ./nonce ./decided
confirms && echo confirms; undoes && echo undoes; undoing && echo undoing; stands && echo stands
rm -f ./decided; echo nonce >./nonce
undoes && echo undoes; undoing && echo undoing; stands && echo stands; [ -f ./armed ] && echo armed`;
    expect(spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' }).stdout).toBe('armed\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(['rm', 'busybox rm'])('a folder is cleared away by %s, another’s of that name is not', (rm) => {
  const folder = mkdtempSync(join(tmpdir(), 'tft-'));
  try {
    const script = `rm() { command ${rm} "$@"; }
${LIBRARY}
mkdir ./mine ./next; true >./next/live
for D in "$PWD/mine" "$PWD/next"; do
  mkdir -p ./mine; cd ./mine; true >./live; echo n >./nonce; true >./decided; true >./claim.1; release; cd ..
  ls
done
ls ./next ./mine`;
    const done = spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect([done.stdout, done.stderr]).toEqual(['next\nmine\nnext\n./mine:\n\n./next:\nlive\n', '']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
