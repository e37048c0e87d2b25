/**
 * The program that reads a host: POSIX sh and iproute2, nothing written, nothing opened that a guest uses. One exec
 * channel brings back all that a plan needs. `read-gather.ts` reads its answer.
 *
 * What the shell can find out by itself it is not given a program for, and what nobody asks for is not looked for: a
 * program takes a millisecond or more of the host, which is most of what reading it costs.
 */
import { commandLine, SECTION_FUNCTION, SET_MARK } from './frame.ts';

/** What is read beside the links and macvtaps. */
export interface Asked {
  /** A line a link, to tell another session whether the host is still as it was: where a plan is shown, or saved, first. */
  readonly prints: boolean;
  /** The version of `ip` and the options it knows: for facts, and where a play declares what not every version has. */
  readonly versions: boolean;
  /** Who has taps open: for facts, and where an interface that is there would be changed. */
  readonly holders: boolean;
}

export const EVERYTHING: Asked = { prints: true, versions: true, holders: true };

/** `$1` is the nonce, `$2` the login's SSH_CONNECTION (sudo drops it from the environment). */
export const PREAMBLE = [
  'N=$1; C=$2;',
  'PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin; LC_ALL=C; export PATH LC_ALL;',
  SECTION_FUNCTION,
].join(' ');

/**
 * `prints`: a line a link, without what changes by itself (carrier, counters, timers of bridges, queues of others) and in
 * ASCII, so that it comes through every channel as it is and has one sum on both ends.
 */
export const PRINTS = [
  'steady() { sed -e "s/NO-CARRIER,//" -e "s/,LOWER_UP//" -e "s/,M-DOWN//" -e "s/,DORMANT//" -e "s/ qdisc [^ ]*//" -e "s/ state [^ ]*//"',
  '-e "s/promiscuity [0-9]* //" -e "s/allmulti [0-9]* //" -e "s/usedbcqueuelen [0-9]* //" -e "s/_timer  *[0-9.]*/_timer/g" -e "s/[^ -~]/?/g"; };',
  'prints() { ip -d -o link show 2>/dev/null | steady; };',
].join(' ');

/**
 * Holders are found by device number through /proc/PID/fd, for a guest in another mount namespace sees its tap under
 * another name; a descriptor of a macvtap that is gone says `(deleted)`, and its number may already be another's.
 * Text of the host goes through `printf`: dash's `echo` would make lines of the backslashes in a process's name.
 * `blind` is printed where a process may be hidden, or not be looked into: then no list of holders is complete. Who lacks
 * CAP_SYS_PTRACE (bit 19) sees some processes at most, and with hidepid not that there are more. Who has it may still be
 * kept out (another user namespace, SELinux): a link of /proc/PID can be followed where the descriptors can, and costs
 * no process; a zombie has neither. The first process is everywhere; where it is not seen, there is no /proc. Some
 * machines shut it off from everyone, and it is no guest: its links need not be followed.
 * Character devices alone go on to `stat`: they are few. `-prune`, for a descriptor of a folder is followed too.
 */
const HOLDERS = [
  's holders;',
  'P=$(for d in /sys/class/net/*/macvtap/tap*/dev; do',
  'if [ -r "$d" ]; then IFS=: read -r a b <"$d"; printf "F %x:%x " "$a" "$b"; echo; fi; done);',
  'if [ -n "$P" ]; then',
  'for d in /sys/class/net/*/macvtap/tap*/dev; do',
  'if [ -r "$d" ]; then IFS=: read -r a b <"$d"; n=${d#/sys/class/net/}; printf "D %x:%x %s" "$a" "$b" "${n%%/*}"; echo; fi; done;',
  'c=; while read -r k v; do case "$k$v" in CapEff:*[89a-f]????) c=1;; esac; done 2>/dev/null </proc/self/status;',
  '[ -n "$c" ] && [ -d /proc/1 ] || echo blind;',
  'Q=; for p in /proc/[0-9]*; do if [ -r "$p/fd" ] && { [ "$p" = /proc/1 ] || [ -e "$p/cwd" ]; }; then continue; fi; Q="$Q $p"; done;',
  'command -v stat >/dev/null && command -v find >/dev/null && command -v xargs >/dev/null || echo blind;',
  'find -L /proc/[0-9]*/fd -name "[0-9]*" -prune -type c 2>/dev/null | xargs stat -Lc "F %t:%T %n" 2>/dev/null | grep -F "$P" |',
  'while read -r x d f; do p=${f#/proc/}; p=${p%%/*}; c=; read -r c 2>/dev/null <"/proc/$p/comm";',
  'case $(readlink "$f") in "") continue;; *" (deleted)") t=stale;; *) t=open;; esac; printf "F %s %s %s %s" "$d" "$p" "$t" "$c"; echo;',
  'g=$(tr "[:cntrl:]" " " 2>/dev/null <"/proc/$p/cmdline"); case "$g" in *" -name "*) g=${g#* -name }; printf "G %s %s" "$p" "${g%% *}"; echo;; esac; done;',
  // A process that is ending has no working directory either, and may be long no zombie yet: while its mounts are taken
  // down. Field 9 of proc_pid_stat(5) tells it, PF_EXITING (include/linux/sched.h).
  'for p in $Q; do if [ -r "$p/fd" ] && [ -e "$p/cwd" ]; then continue; fi;',
  't=; read -r t 2>/dev/null <"$p/stat"; set -- ${t##*") "}; case $1 in [ZX]*) continue;; esac;',
  'if [ -d "$p" ] && [ $((${7:-0} & 4)) -eq 0 ]; then echo blind; break; fi; done; fi;',
].join(' ');

/** `ip -j` came with iproute2 4.14; before it the text form is all there is, with aliases read from sysfs. */
const OLD_LINKS = [
  's text; ip -d -o link show;',
  's aliases; for d in /sys/class/net/*; do a=; IFS= read -r a <"$d/ifalias"; if [ -n "$a" ]; then printf "%s %s" "${d##*/}" "$a"; echo; fi; done;',
  's version; ip -V 2>&1;',
].join(' ');

/** The interfaces alone, behind section `links`: what a transaction has made of them. */
export const READ_LINKS = `ip -j -d link show 2>/dev/null || { ${OLD_LINKS} } 2>/dev/null; s end;`;

/**
 * `H`: the user, the kernel, whether there is an `ip`; read by the shell itself where it can. `A`: the address that the
 * login came to; a link-local one may be any link's, and tells nothing.
 */
const LOOK_ROUND = [
  SET_MARK,
  'u=; while read -r k a b r; do case $k in Uid:) u=$b; break;; esac; done 2>/dev/null </proc/self/status;',
  'r=; read -r r 2>/dev/null </proc/sys/kernel/osrelease; i=; command -v ip >/dev/null || i=no-ip;',
  'H=${M}host$L${u:-$(id -u)}$L${r:-$(uname -r)}$L$i;',
  'set -- $C; A=${3#::ffff:}; case $A in *%*) A=;; esac;',
].join(' ');

const VERSIONS = 'ip -V 2>&1; s help; ip link help macvtap 2>&1;';

/**
 * The links, and which of them has the address `A`, both from one `ip`. It takes its lines from a here-document, which
 * costs no process as a pipe would; that needs newlines, so it is given to `eval`, and the `$` of `A` comes later.
 */
const ASK_IP = 'eval "ip -j -d -batch - 2>/dev/null <<E${L}link show$L${w}E$L"';

/** Where `printf` is a program (mksh) it takes no word of 128 KiB; a here-document may have any length. */
const SAY_KEPT = '{ printf "%s$L" "$K" 2>/dev/null || eval "cat <<E$L${d}K${L}E$L"; }';

const linksAndWayIn = (keeps: boolean) =>
  [
    'd="$"; w=; [ -z "$A" ] || w="addr show to ${d}A$L";',
    keeps ? `K=$(${ASK_IP}) && ${SAY_KEPT} || { K=;` : `${ASK_IP} || {`,
    OLD_LINKS,
    's management; if [ -n "$A" ]; then ip -o addr show to "$A"; fi; } 2>/dev/null;',
  ].join(' ');

export const GATHER_NAME = 'tapfleet-gather';

export function gatherCommand(nonce: string, asked: Asked = EVERYTHING): string {
  return commandLine(`${PREAMBLE} exec </dev/null; ${readingScript(asked)}`, GATHER_NAME, nonce);
}

/** Answers as `gatherCommand` does, then waits for one of these words; empty lines are passed over. */
export const LOOK_FOR_HOLDERS = 'holders\n';
export const LOOK_NO_FURTHER = 'no\n';

/** Who holds taps, up to section `over`; in the shell that has read the host. */
export const THEN_HOLDERS = `{ ${HOLDERS} } </dev/null; s over;`;

export function gatherAskingCommand(nonce: string, asked: Asked): string {
  const wait = `while read -r w <&9; do case $w in holders) ${THEN_HOLDERS} break;; no) break;; esac; done;`;
  const script = `${PREAMBLE} exec 9<&0 </dev/null; ${readingScript(asked)} ${wait}`;
  return commandLine(script, GATHER_NAME, nonce);
}

/**
 * Behind `PREAMBLE`: all that is asked for, from section `begin` up to section `end`. `keeps`: what `ip` said stays in `K`,
 * as far as it was JSON.
 */
export function readingScript({ prints, versions, holders }: Asked, keeps = false): string {
  return [
    LOOK_ROUND,
    ...(prints ? [PRINTS, 'echo "${M}begin$L${M}prints"; prints; B=;'] : ['B=${M}begin$L;']),
    ...(versions ? [`echo "$B$H"; ${VERSIONS} B=; H=;`] : []),
    'echo "$B$H$L${M}address$L$A$L${M}links";',
    linksAndWayIn(keeps),
    ...(holders ? [HOLDERS] : []),
    's end;',
  ].join(' ');
}
