/**
 * Is this still the host that was planned? The part of a transaction's program that asks, before anything is touched: text of
 * POSIX sh, run behind the lock of lock-program.ts. Judges nothing but that.
 */
import type { Transaction } from '../model/transaction.ts';
import { PRINTS } from './gather-script.ts';
import { put, quoted, sh } from './shell-text.ts';

/** The lines in question are looked for, and brought into a form that has one sum on both ends. */
const FINGERPRINT = sh`
named() { awk 'NR==FNR{w[$1]=1;next}$1~/^[0-9]+:$/{n=$2;sub(/[@:].*$/,"",n);if((n in w)&&!(n in seen)){seen[n]=1;print}}' ./names -; }
lines=$(prints | named)
if [ "$(printf '%s\n' "$lines" | cksum)" != "$SUM" ] || [ -z "$lines" ]; then
  s stale; printf '%s\n' "$lines"
  release; s end; exit 0
fi
`;

/**
 * Is everything still as this very session has read it? What was kept (`K`) is one line of links, and mostly not even a
 * counter has changed since; only the timers of bridges always have. Anything else, whatever it is, is not judged here: the
 * host is read again. So is one whose `ip` has no JSON, and kept nothing.
 */
const KEPT = sh`
moved() { s moved; release; s end; exit 0; }
compare() {
  now=$(ip -j -d link show 2>/dev/null)
  case "$K" in
  "$now" | "$now$L"*) ;;
  *_timer\":*)
    awk 'function steady(t) { gsub(/"[a-z_]*_timer":[0-9.]*,?/, "", t); return t }
      NR == 1 { before = steady($0) } { now = steady($0) } END { exit NR < 2 || before != now }' <<BOTH 2>/dev/null || moved
$K
$now
BOTH
    ;;
  *) moved ;;
  esac
}
[ -n "$K" ] || moved
`;

/**
 * Are the names still free, the lower devices still the same? Where only new interfaces are made the shell itself can tell, and
 * what moved elsewhere is no matter. A /sys of another network namespace shows other devices.
 */
export const GROUNDS = sh`
free() { for n in "$@"; do [ ! -e "/sys/class/net/$n" ] || return 1; done; }
# same NAME IFINDEX MTU MAC UP PORT
same() {
  d=/sys/class/net/$1
  read -r n <"$d/ifindex" && [ "$n" = "$2" ] && read -r n <"$d/mtu" && [ "$n" = "$3" ] &&
    read -r n <"$d/address" && [ "$n" = "$4" ] && read -r n <"$d/flags" && [ "$((n & 1))" = "$5" ] || return 1
  n=0; [ ! -e "$d/master" ] || n=1; [ "$n" = "$6" ]
} 2>/dev/null
`;

/** Goes on where it is, and ends the program with a section `stale` or `moved` where it is not. */
export function stillAsPlanned(fingerprint: Transaction['fingerprint']): string[] {
  if (!('kept' in fingerprint))
    return [PRINTS, put('names', fingerprint.names), `SUM='${sum(fingerprint.sum)}'`, FINGERPRINT];
  const { grounds } = fingerprint;
  if (!grounds) return [KEPT, 'compare'];
  const lowers = grounds.lowers.map(({ name, ifindex, mtu, mac, up, isPort }) =>
    ['same', ...[name, ifindex, mtu, mac, Number(up), Number(isPort)].map((word) => quoted(`${word}`))].join(
      ' ',
    ),
  );
  return [KEPT, GROUNDS, `${lowers.join(' && ')} && free ${grounds.free.map(quoted).join(' ')} || compare`];
}

function sum(text: string): string {
  if (!/^\d+ \d+$/.test(text)) throw new Error(`not a checksum: ${text}`);
  return text;
}
