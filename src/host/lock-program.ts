/**
 * One transaction a host at a time: how its folder is made, waited for, and taken over from who is gone. Text of POSIX sh,
 * run behind the library of undo-program.ts and before anything of the host is touched.
 */
import { sh } from './shell-text.ts';

/**
 * The folder of a host's transaction: one for each network namespace, by its number. Since Linux 5.14 the shell itself can
 * tell that of a file it has open.
 */
export const FOLDER = [
  'D=; while read -r k v; do case $k in ino:) D=$v;; esac; done 2>/dev/null 8</proc/self/ns/net </proc/self/fdinfo/8;',
  '[ -n "$D" ] || { D=$(readlink /proc/self/ns/net); D=${D#*:?}; D=${D%?}; }; D=/run/tapfleet-$D;',
].join(' ');

export const LOCK = sh`
cannot() { s problem; echo "cannot $1"; s end; exit 0; }
# Before anything is touched; nothing of ours stays.
full() { clear; cd /; cannot "write $D/$1: is the disk full?"; }
case "$D" in *[0-9]) ;; *) cannot "read /proc/self/ns/net" ;; esac
# Ends what a dead holder left: half done it is taken back, decided it is cleared away.
take_over() (
  cd "$D" 2>/dev/null || exit 0
  # Nothing is armed before all that an undo needs is there.
  if lives; then
    if stands || undoing; then exec sh ./undo at-once >/dev/null 2>&1; fi
  fi
  rm -f ./dead
  release
)
# own: into the folder that was just made. Who was stopped meanwhile may find another's of that name, or none.
own() {
  cd "$D" 2>/dev/null || return 1
  first live && return 0
  if [ -d "$D" ] && [ ! -f ./live ]; then full live; fi
  cd /; return 1
}
waited=0; bare=0
until mkdir "$D" 2>/dev/null && own; do
  if [ ! -d "$D" ]; then
    why=$(mkdir "$D" 2>&1) && own && break
    if [ -d "$D" ]; then continue; fi
    cannot "make $D: $why"
  fi
  # Who makes it makes live first, and who clears it away takes live first: with other files alone it is being cleared
  # away. One of a transaction's own that came too late may have kept it from going.
  set -- "$D"/*
  if [ -e "$1" ] && [ ! -f "$D/live" ]; then
    bare=$((bare + 1))
    if [ "$bare" -gt 10 ]; then mv "$D" "$D.gone.$$" 2>/dev/null && rm -rf "$D.gone.$$"; else nap; fi
    continue
  fi
  if held_by "$D"; then
    bare=0
    if ! alive "$p" "$b" && uptime && [ "$up" -gt "$due" ] && take_over; then continue; fi
  elif [ -d "$D" ]; then
    bare=$((bare + 1))
    if [ "$bare" -gt 10 ]; then mv "$D" "$D.gone.$$" && rm -rf "$D.gone.$$"; continue; fi
  fi
  if [ "$waited" -ge "$LOCK_TIMEOUT" ]; then s locked; held_by "$D" && echo "$p $b $due $since $who"; s end; exit 0; fi
  sleep 1; waited=$((waited + 1))
done
since=$((SINCE + waited))
echo "$N" >./nonce || full nonce
self
hold 0
trap 'release; exit 1' HUP INT TERM PIPE
set -- "$D".gone.*
if [ -e "$1" ]; then rm -rf "$@"; fi
# put FILE [LINES]...: a file of the transaction.
put() {
  put=$1; shift
  if [ $# -gt 0 ]; then printf '%s\n' "$@"; fi >"./$put" || full "$put"
}
`;
