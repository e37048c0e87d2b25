/**
 * The program that changes a host, as one transaction: lock, "is this still the host that was planned?", dead-man switch,
 * steps, and where one fails the way back. It leaves nothing behind but the interfaces. POSIX sh and iproute2; sent
 * over standard input, so that no login shell reads it.
 *
 *     lock ─▶ fingerprint ─▶ arm ─▶ steps ─▶ (failed: undo, in reverse) ─▶ read again ─▶ … confirm | time is up: undo
 *
 * Its files are in one folder of /run, named by the network namespace. What decides is always who first makes the file
 * `decided` (undo-program.ts), so that a confirmation and a timer never both win.
 */
import { batchLine } from '../iproute/batch.ts';
import type { Inverse, Transaction } from '../model/transaction.ts';
import { SET_MARK } from './frame.ts';
import { PREAMBLE, READ_LINKS } from './gather-script.ts';
import { FOLDER, LOCK } from './lock-program.ts';
import { put, quoted, sh } from './shell-text.ts';
import { stillAsPlanned } from './still-as-planned.ts';
import { LIBRARY, UNDO } from './undo-program.ts';

/** Into the folder, where there is one; `o` is then whose. */
const GO_IN = 'o=; if cd "$D" 2>/dev/null; then read -r o 2>/dev/null <./nonce; fi;';

/** Into the folder, where it is this transaction's, with what is needed there. */
export const ENTER = `${GO_IN} if [ "$o" = "$N" ]; then . ./library; fi;`;

/** `v`, the verdict. Too late: the timer is at work, and the host is read again only when it is done. */
export const WAIT = 'if [ "$o" = "$N" ]; then finish; fi; v=gone;';

/** Disarms the switch, where the timer was not faster. */
export const CONFIRM = [
  'if [ "$o" = "$N" ] && confirms; then cancel; release; v=confirmed;',
  `else ${WAIT} fi;`,
].join(' ');

/**
 * The last word over the same channel, asked for when the host was read again: a line `confirm` disarms. At the end of
 * the input nothing is said, and the switch goes on waiting.
 */
const ASK = `if read -r word <&9 && [ "$word" = confirm ]; then ${GO_IN} ${CONFIRM} echo "\${M}verdict$L$v$L\${M}over"; fi`;

/**
 * Room for the way back on a disk that gets full meanwhile, `may_undo` frees it: a page for each of the files that are made
 * then, beside the two with the lines of the way back; and, where files are counted, those files.
 */
const RESERVED_BYTES = 32 * 1024;
const reserve = (lines: readonly string[]) => `
printf '%${RESERVED_BYTES + 2 * lines.join('\n').length}s' '' 2>/dev/null >./reserve || full reserve
for n in 1 2 3 4 5 6 7 8; do true >"./reserve.$n" || full reserve; done`;

/** A unit of systemd outlives everything; it runs in the machine's own network, so only a host that is the machine. */
const ARM = sh`
arm() {
  true >./armed || full armed
  [ "$CONFIRM" -gt 0 ] || return 0
  if [ -d /run/systemd/system ] && [ "$(readlink /proc/1/ns/net)" = "$(readlink /proc/self/ns/net)" ] &&
    systemd-run --quiet --collect --unit "tapfleet-undo-$N" --on-active="$CONFIRM" --timer-property=AccuracySec=100ms \
      /bin/sh "$D/undo" "$N" >/dev/null 2>&1; then
    echo "tapfleet-undo-$N.timer" >./unit
  else
    (
      trap '' HUP INT TERM PIPE
      exec </dev/null >/dev/null 2>&1 3<&- 4<&- 5<&- 6<&- 9<&-
      stands || exit 0
      i_am timer
      (i_am sleep; if stands; then exec sleep "$CONFIRM"; fi) &
      wait
      exec sh ./undo
    ) &
  fi
}
`;

/**
 * The steps run apart from the session: a connection that is cut leaves them to finish, or to be taken back. Whoever may
 * be ended by an undo first leaves word of itself and then looks whether the transaction still stands: the undo does
 * the reverse, so that nothing runs on unseen.
 */
const BODY = sh`
body() {
  (
    if i_am ip && stands; then
      [ -z "$LISTS" ] || exec ip -j -d -batch ./steps 2>./said >&8 8>&-
      exec ip -batch ./steps >./said 2>&1
    fi
    exit 137
  ) &
  wait $!; code=$?
  echo "$code" >./code
  if [ "$code" -eq 0 ]; then
    if [ "$CONFIRM" -eq 0 ] && confirms; then release; fi
    return
  fi
  n=$(sed -n 's/^Command failed .*:\([0-9][0-9]*\)$/\1/p' ./said | head -n 1)
  [ -z "$n" ] || echo "$n" >./failed
  if may_undo && undoes; then
    revert "$n"
    echo undone >./fate
    : >./reverted
    cancel
    release
  fi
}
uptime; due=$((up + CONFIRM + 5))
hold "$due"
# Read through descriptors, for the files may go before the session has come to them.
true >./said && true >./code && true >./undone && true >./fate || full said
exec 3<./said 4<./code 5<./undone 6<./fate
# Before anything is armed: a session whose other end is gone ends here.
[ -z "$LISTS" ] || s links
trap - HUP INT TERM PIPE
arm
exec 8>&1
(
  trap '' HUP INT TERM PIPE
  exec </dev/null >/dev/null 2>&1 3<&- 4<&- 5<&- 6<&- 9<&-
  if i_am body && stands; then hold "$due"; body; fi
) & apart=$!
wait $apart
if stands; then
  # The body was ended by somebody, or somebody else is just about to undo.
  code=; read -r code 2>/dev/null <./code
  if [ "$code" = 0 ] && [ "$CONFIRM" -eq 0 ] && confirms; then release
  elif [ "$code" != 0 ] || [ "$CONFIRM" -eq 0 ]; then
    [ "\${code:-0}" != 0 ] || echo 137 >./code
    sh ./undo; ended=undone
  fi
fi
if undoing; then finish; fi
lines <&3; said="$B\${M}batch$L$all"
lines <&4; said="$said\${M}code$L$all"; code=$all
read -r fate <&6
fate=\${ended:-$fate}
case "$fate" in
undone) lines <&5; said="$said\${M}undone$L$all" ;;
late) said="$said\${M}late$L" ;;
esac
cd /
exec 3<&- 4<&- 5<&- 6<&-
if [ -n "$LISTS" ] && [ "$code$fate" = "0$L" ]; then
  printf '%s\n' "$said\${M}end"
else
  printf '%s\n' "$said\${M}links"
  ${READ_LINKS}
fi
`;

/**
 * The program's text, for `applyInput`. `nonce`: of the transaction, where it is not that of the session. `since`: seconds
 * since the epoch, for who waits for its lock; without it the host's own clock is asked.
 */
export function transactionProgram(
  transaction: Transaction,
  { nonce, since }: { readonly nonce?: string; readonly since?: number } = {},
): string {
  const { steps, inverse, fingerprint, replaced, confirmTimeoutS, lockTimeoutS, controller } = transaction;
  const { lines, aliases } = inverseLines(inverse);
  const lists = mayList(transaction);
  return [
    PREAMBLE,
    ...(nonce === undefined ? [] : [`N=${nonce}`]),
    SET_MARK,
    // What begins with the first section is one packet less.
    'B=; s() { echo "$B$M$1"; B=; }',
    'exec 9<&0 </dev/null',
    'umask 077',
    FOLDER,
    `CONFIRM=${seconds(confirmTimeoutS)}; LOCK_TIMEOUT=${seconds(lockTimeoutS)}; WHO='${who(controller)}'`,
    `SINCE=${since === undefined ? '$(date +%s)' : seconds(since)}`,
    LIBRARY,
    'kept' in fingerprint ? 'B="${M}begin$L"' : 's begin',
    LOCK,
    ...stillAsPlanned(fingerprint),
    put(
      'steps',
      steps.map(({ operation }) => batchLine(operation)),
    ),
    `LISTS=${lists ? 'yes' : ''}`,
    '[ -z "$LISTS" ] || echo "link show" >>./steps || full steps',
    put('inverse', lines),
    put(
      'replaced',
      replaced.map(({ name, ifindex }) => `${name} ${ifindex}`),
    ),
    put('aliases', aliases),
    put('library', [LIBRARY]),
    put('undo', [UNDO]),
    reserve(lines),
    ARM,
    BODY,
    ASK,
    '',
  ].join('\n');
}

/**
 * Whether the steps' own `ip` lists what they have made. It writes to the session, which may take nothing: only the switch
 * ends it then. Only who has kept JSON is known to print it, and how a flush prints itself as JSON no version was asked.
 */
function mayList({ fingerprint, confirmTimeoutS, steps }: Transaction): boolean {
  const flushes = steps.some(({ operation }) => operation.op === 'flush-link-local');
  return 'kept' in fingerprint && confirmTimeoutS > 0 && !flushes;
}

/**
 * `STEP LINE` for `ip -batch`; a foreign alias that a batch line cannot carry (iproute2 has no escapes) is put back by a
 * command of its own.
 */
function inverseLines(inverse: readonly Inverse[]): { lines: string[]; aliases: string[] } {
  const lines: string[] = [];
  const aliases: string[] = [];
  for (const { step, operations } of inverse) {
    for (const operation of operations) {
      if (operation.op === 'alias' && /["#\\\u0000-\u001f\u007f]/.test(operation.alias)) {
        const alias = quoted(operation.alias.replaceAll('\0', ''));
        aliases.push(`ip link set dev ${quoted(operation.name)} alias ${alias} 2>>./undone`);
      } else lines.push(`${step} ${batchLine(operation)}`);
    }
  }
  return { lines, aliases };
}

function seconds(value: number): string {
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`not a number of seconds: ${value}`);
  return String(value);
}

function who(text: string): string {
  return text.replace(/[^A-Za-z0-9@._-]/g, '_').slice(0, 80) || 'unknown';
}
