/**
 * The program that changes a host, as one transaction: lock, "is this still the host that was planned?", dead-man switch,
 * steps, and where one fails the way back. It leaves nothing behind but the interfaces. POSIX sh and iproute2; sent
 * over standard input, so that no login shell reads it.
 *
 *     lock ─▶ fingerprint ─▶ arm ─▶ steps ─▶ (failed: undo, in reverse) ─▶ read again ─▶ … confirm | time is up: undo
 *
 * Its files are in one folder of /run, named by the network namespace. What decides is always one atomic rename:
 * `armed` becomes `confirmed` (confirm-script.ts) or `undoing`, so that a confirmation and a timer never both win.
 */
import { batchLine } from '../iproute/batch.ts';
import type { Inverse, Transaction } from '../model/transaction.ts';
import { PREAMBLE, READ_HOST } from './gather-script.ts';

/** The folder of a host's transaction: one for each network namespace. */
export const FOLDER = 'D=/run/tapfleet-$(readlink /proc/self/ns/net | tr -dc 0-9);';

/** Shared by the program and its `undo` file; needs `$D`. */
const LIBRARY = String.raw`
started() { read -r st 2>/dev/null <"/proc/$1/stat" || return 1; st=\${st##*) }; set -- $st; [ "$1" != Z ] && echo "\${20}"; }
alive() { [ -n "$1" ] && [ -n "$2" ] && [ "$(started "$1")" = "$2" ]; }
end_process() { if read -r p b 2>/dev/null <"$D/$1" && alive "$p" "$b"; then kill -KILL "$p" 2>/dev/null; fi; }
release() { mv "$D" "$D.gone.$$" 2>/dev/null && rm -rf "$D.gone.$$"; }
# revert [N]: takes back the steps before step N; without N (position unknown) every step, done or not.
revert() {
  while read -r k line; do
    if [ -z "$1" ] || [ "$k" -lt "$1" ]; then printf '%s\n' "$line"; fi
  done <"$D/inverse" >"$D/back"
  if [ -z "$1" ]; then
    # An original that was never deleted must not go now: its open tap would go with it.
    while read -r name index; do
      if read -r i 2>/dev/null <"/sys/class/net/$name/ifindex" && [ "$i" = "$index" ]; then printf 'link del dev %s\n' "$name"; fi
    done <"$D/replaced" >"$D/keep"
    if [ -s "$D/keep" ]; then grep -v -x -F -f "$D/keep" "$D/back" >"$D/back.kept"; mv "$D/back.kept" "$D/back"; fi
  fi
  ip -force -batch "$D/back" >"$D/undone" 2>&1
  . "$D/aliases"
}
`.replaceAll('\\$', '$');

/** Run by the timer: takes everything back unless the transaction was confirmed or has ended by itself. */
const UNDO = `
D=$(dirname "$0")
. "$D/library"
mv "$D/armed" "$D/undoing" 2>/dev/null || exit 0
end_process body
end_process ip
if read -r n 2>/dev/null <"$D/failed"; then revert "$n"; else revert; fi
release
`;

const LOCK = `
waited=0; bare=0
until mkdir "$D" 2>/dev/null; do
  if [ ! -d "$D" ]; then s problem; echo "cannot make $D: $(mkdir "$D" 2>&1)"; s end; exit 0; fi
  if read -r p b due since who 2>/dev/null <"$D/holder"; then
    bare=0
    if ! alive "$p" "$b" && [ "$(date +%s)" -gt "$due" ]; then
      # Its holder died: whatever it left half done is taken back first.
      if [ -f "$D/undo" ]; then sh "$D/undo" >/dev/null 2>&1; fi
      release
      continue
    fi
  else
    bare=$((bare + 1))
    if [ "$bare" -gt 3 ]; then release; continue; fi
  fi
  if [ "$waited" -ge "$LOCK_TIMEOUT" ]; then s locked; cat "$D/holder"; s end; exit 0; fi
  sleep 1; waited=$((waited + 1))
done
hold() { echo "$1 $(started "$1") $2 $since $WHO" >"$D/holder.new" && mv "$D/holder.new" "$D/holder"; }
since=$(date +%s)
hold $$ 0
echo "$N" >"$D/nonce"
`;

const FINGERPRINT = String.raw`
lines=$(prints | awk 'NR==FNR{w[$1]=1;next}{n=$2;sub(/[@:].*$/,"",n);if(n in w)print}' "$D/names" -)
if [ "$(printf '%s\n' "$lines" | cksum)" != "$SUM" ]; then
  s stale; printf '%s\n' "$lines"
  release
  s end; exit 0
fi
`;

/** A unit of systemd outlives everything; it runs in the machine's own network, so only a host that is the machine. */
const ARM = String.raw`
arm() {
  : >"$D/armed"
  [ "$CONFIRM" -gt 0 ] || return 0
  if [ -d /run/systemd/system ] && [ "$(readlink /proc/1/ns/net)" = "$(readlink /proc/self/ns/net)" ] &&
    systemd-run --quiet --collect --unit "tapfleet-undo-$N" --on-active="$CONFIRM" --timer-property=AccuracySec=100ms \
      /bin/sh "$D/undo" >/dev/null 2>&1; then
    echo "tapfleet-undo-$N.timer" >"$D/unit"
  else
    (
      trap '' HUP INT TERM PIPE
      exec </dev/null >/dev/null 2>&1
      sleep "$CONFIRM" & echo "$! $(started $!)" >"$D/sleep"
      wait
      exec sh "$D/undo"
    ) & echo "$! $(started $!)" >"$D/timer"
  fi
}
`;

/** The steps run apart from the session: a connection that is cut leaves them to finish, or to be taken back. */
const BODY = String.raw`
body() {
  ip -batch "$D/steps" >"$D/said" 2>&1 & echo "$! $(started $!)" >"$D/ip"
  wait $!; code=$?
  echo "$code" >"$D/code"
  [ "$code" -eq 0 ] && return
  n=$(sed -n 's/^Command failed .*:\([0-9][0-9]*\)$/\1/p' "$D/said" | head -n 1)
  if mv "$D/armed" "$D/undoing" 2>/dev/null; then
    [ -z "$n" ] || echo "$n" >"$D/failed"
    revert "$n"
    : >"$D/reverted"
    cancel
  fi
}
cancel() {
  end_process timer; end_process sleep
  if read -r unit 2>/dev/null <"$D/unit"; then systemctl stop "$unit" >/dev/null 2>&1; fi
}
session="$$ $(started $$)"
arm
(
  trap '' HUP INT TERM PIPE
  exec </dev/null >/dev/null 2>&1
  body
  # Nobody is left to read the result: what is armed waits for its timer, everything else ends here.
  set -- $session
  if ! alive "$1" "$2" && { [ ! -f "$D/armed" ] || [ "$CONFIRM" -eq 0 ]; }; then release; fi
) & B=$!
echo "$B $(started $B)" >"$D/body"
hold $B $(($(date +%s) + CONFIRM + 5))
wait $B
s batch; cat "$D/said" 2>/dev/null
s code; cat "$D/code" 2>/dev/null
if [ -f "$D/reverted" ]; then s undone; cat "$D/undone"; release; fi
[ "$CONFIRM" -gt 0 ] || release
`;

/** The program's text, for the standard input of `applyCommand`. */
export function transactionProgram(transaction: Transaction): string {
  const { steps, inverse, fingerprint, replaced, confirmTimeoutS, lockTimeoutS, controller } = transaction;
  const { lines, aliases } = inverseLines(inverse);
  return [
    PREAMBLE,
    'umask 077',
    FOLDER,
    `CONFIRM=${seconds(confirmTimeoutS)}; LOCK_TIMEOUT=${seconds(lockTimeoutS)}; SUM='${sum(fingerprint.sum)}'; WHO='${who(controller)}'`,
    LIBRARY,
    's begin',
    LOCK,
    file('names', fingerprint.names),
    FINGERPRINT,
    file(
      'steps',
      steps.map(({ operation }) => batchLine(operation)),
    ),
    file('inverse', lines),
    file(
      'replaced',
      replaced.map(({ name, ifindex }) => `${name} ${ifindex}`),
    ),
    file('aliases', aliases),
    file('library', [LIBRARY]),
    file('undo', [UNDO]),
    ARM,
    BODY,
    `exec </dev/null; ${READ_HOST}`,
    '',
  ].join('\n');
}

/** Ends a heredoc; no line of ours can be it. */
const END = 'TAPFLEET-END-OF-FILE';

function file(name: string, lines: readonly string[]): string {
  return [`cat >"$D/${name}" <<'${END}'`, ...lines, END].join('\n');
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
        const quoted = operation.alias.replaceAll('\0', '').replaceAll("'", "'\\''");
        aliases.push(`ip link set dev ${operation.name} alias '${quoted}' 2>>"$D/undone"`);
      } else lines.push(`${step} ${batchLine(operation)}`);
    }
  }
  return { lines, aliases };
}

function seconds(value: number): string {
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`not a number of seconds: ${value}`);
  return String(value);
}

function sum(text: string): string {
  if (!/^\d+ \d+$/.test(text)) throw new Error(`not a checksum: ${text}`);
  return text;
}

function who(text: string): string {
  return text.replace(/[^A-Za-z0-9@._-]/g, '_').slice(0, 80) || 'unknown';
}
