/**
 * The way back on a host: how a transaction is taken back, by whom, and how its folder goes. Text of POSIX sh, laid down
 * beside the transaction by transaction-program.ts.
 */
import { sh } from './shell-text.ts';

/**
 * Shared by the program, its `undo` file and the confirmation. All of them work from inside the folder with relative
 * names: one that was stopped, and wakes when the folder is gone, finds nothing, not the files of the next transaction.
 */
export const LIBRARY = sh`
# started PID: sets began, which with the number makes a process that process and no later one.
started() { began=; read -r st 2>/dev/null <"/proc/$1/stat" || return 1; state; set -- $st; [ "$1" != Z ] && began=\${20}; }
# Cuts the name off st, which may have ") " in it; where it has none the first one is the last. In dash the longest prefix takes
# a time that grows with the square of the line.
state() { case $st in *") "*") "*) st=\${st##*") "} ;; *) st=\${st#*") "} ;; esac; }
alive() { [ -n "$1" ] && [ -n "$2" ] && started "$1" && [ "$began" = "$2" ]; }
# self: sets mine, this very process, which in a subshell is not $$.
self() { mine=; read -r me st 2>/dev/null </proc/self/stat || return 1; state; set -- $st; mine="$me \${20}"; }
# i_am FILE: leaves word of it. A file is written once, and read by who first took the right to act away from this process:
# one that reads half a word need not end it.
i_am() { { self && echo "$mine" >"./$1"; } 2>/dev/null; }
# In whole seconds, whatever the clock is set to meanwhile.
uptime() { read -r up idle 2>/dev/null </proc/uptime; up=\${up%%.*}; [ -n "$up" ]; }
# hold DUE: from now on this process. The last line of holder counts: a file that is only added to is at no moment empty.
hold() { echo "$mine $1 $since $WHO" 2>/dev/null >>./holder; }
held_by() {
  p= b= due= since= who=
  while read -r h1 h2 h3 h4 h5; do p=$h1 b=$h2 due=$h3 since=$h4 who=$h5; done 2>/dev/null <"$1/holder"
  [ -n "$due" ]
}
end_process() { if read -r p b 2>/dev/null <"./$1" && [ "$p" != "$$" ] && alive "$p" "$b"; then kill -KILL "$p" 2>/dev/null; fi; }
cancel() {
  end_process timer; end_process sleep
  if read -r unit 2>/dev/null <./unit; then systemctl stop "$unit" >/dev/null 2>&1; fi
}
nap() { sleep 0.1 2>/dev/null || sleep 1; }
# Who makes decided first decides, and whoever finds it can tell who that was: a confirmation is empty, for the shell itself
# can make it so, an undoing is a link of a file that has something in it. Without live nothing counts: it is looked for
# last, and goes first.
stands() { [ ! -f ./decided ] && [ -f ./armed ] && [ -f ./live ]; }
# A full /run gives a confirmation the room that was kept for an undoing: one of them comes at most.
confirms() {
  [ -f ./armed ] || return 1
  first decided || { [ ! -f ./decided ] && rm -f ./reserve* && first decided; } || return 1
  [ -f ./live ]
}
undoes() { [ -f ./armed ] && ln ./nonce ./decided 2>/dev/null && [ -f ./live ]; }
undoing() { [ -s ./decided ] && [ -f ./live ]; }
confirmed() { [ -f ./decided ] && [ ! -s ./decided ]; }
# first FILE: makes it, where nobody has: of all that try, one succeeds (O_EXCL).
first() { set -C; { true >"./$1"; } 2>/dev/null; set -- $?; set +C; return "$1"; }
# live goes first: what is half gone is only to be cleared away, whatever else it still has. Then what decided is made of, so
# that nobody decides again. Only what is in here goes, and the folder where it is empty: to one that was stopped before, its
# name may be that of the next transaction. Twice, for one of our own that comes late may leave word of itself meanwhile, and
# a rm of BusyBox knows no -d.
clear() {
  rm -fd ./live ./nonce ./decided ./* "$D" 2>/dev/null ||
    { rm -f ./live ./nonce ./decided ./*; rmdir "$D"; } 2>/dev/null
}
release() { first dead && clear; }
lives() { [ -f ./live ] && [ ! -f ./dead ]; }
lines() { all=; while IFS= read -r row || [ -n "$row" ]; do all=$all$row$L; done; }
# One undoes at a time. 0: this process may; 1: another does.
may_undo() {
  rm -f ./reserve*
  i_am "claim.$$"
  until ln "./claim.$$" ./undoer 2>/dev/null; do
    [ -f "./claim.$$" ] || return 1
    if read -r p b 2>/dev/null <./undoer && alive "$p" "$b"; then return 1; fi
    mv ./undoer "./undoer.$$" 2>/dev/null
  done
}
# Until whoever takes it back is done; where that process was ended, what is left is done here. Not while it lives: a second one
# would leave word of itself in a folder that is just being cleared away.
finish() {
  while lives; do
    if read -r p b 2>/dev/null <./undoer && ! alive "$p" "$b"; then sh ./undo "$N" >/dev/null 2>&1; fi
    if lives; then nap; fi
  done
}
# revert [N]: takes back the steps before step N; without N (position unknown) every step, done or not.
revert() {
  while read -r k line; do
    if [ -z "$1" ] || [ "$k" -lt "$1" ]; then printf '%s\n' "$line"; fi
  done <./inverse >./back
  if [ -z "$1" ]; then
    # An original that was never deleted must not go now: its open tap would go with it.
    while read -r name index; do
      if read -r i 2>/dev/null <"/sys/class/net/$name/ifindex" && [ "$i" = "$index" ]; then printf 'link del dev %s\n' "$name"; fi
    done <./replaced >./keep
    if [ -s ./keep ]; then grep -v -x -F -f ./keep ./back >./back.kept; mv ./back.kept ./back; fi
  fi
  ip -force -batch ./back >./undone 2>&1
  . ./aliases
}
`;

/**
 * Run by the timer, by an order to undo, by who waits for another's undoing, and by who takes over the lock of a dead
 * holder (`at-once`: it does not wait). Takes everything back unless the transaction was confirmed or has ended by itself;
 * goes on with an undoing whose process was ended. 0: the folder is gone.
 */
export const UNDO = sh`
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin; LC_ALL=C; export PATH LC_ALL
cd "$(dirname "$0")" || exit 1
D=$(pwd -P)
. ./library
read -r N <./nonce || exit 1
[ "$1" = at-once ] || [ "\${1:-$N}" = "$N" ] || exit 1
until may_undo; do
  if [ "$1" = at-once ] || ! lives; then exit 1; fi
  nap
done
trap '' HUP INT TERM PIPE
held_by . && WHO=$who
if undoes || { undoing && [ ! -f ./reverted ]; }; then
  hold 0
  end_process body
  end_process ip
  cancel
  if read -r n 2>/dev/null <./failed; then revert "$n"; echo undone >./fate; else revert; echo late >./fate; fi
  : >./reverted
elif confirmed && [ "$1" != at-once ]; then
  # Who confirmed ends this process and clears away; only where it was itself ended first this does.
  naps=0
  while [ -f ./live ] && [ "$naps" -lt 50 ]; do nap; naps=$((naps + 1)); done
fi
# Somebody is done with it, or began to be and was ended.
[ -f ./live ] || exit 0
rm -f ./dead
release
`;
