#!/bin/sh
# Runs a command with its standard error in a file, and shows that file when it has ended: logged.sh FILE COMMAND...
# Ends as the command does. SIGINT and SIGTERM go to the command, and it is waited for.
#
# GitHub takes a line of a log that begins with `::` for a command of its own, and what a playbook or a host says may be in
# that file: it is shown with commands stopped, under a word that nobody can guess.
log=$1
shift
: >"$log" || exit 1

# Before the command, for the signal may come at once; and never told twice, which would break it off.
child=
early=
trap 'if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null; else early=yes; fi' INT TERM
"$@" 2>"$log" &
child=$!
if [ -n "$early" ]; then kill -TERM "$child"; fi
wait "$child"
code=$?
# A signal ends the waiting, not the command.
while [ "$code" -gt 128 ] && kill -0 "$child" 2>/dev/null; do
  wait "$child"
  code=$?
done
trap - INT TERM

word=
if [ "${GITHUB_ACTIONS:-}" = true ]; then
  word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '::stop-commands::%s\n' "$word"
fi
cat "$log"
if [ -n "$word" ]; then printf '::%s::\n' "$word"; fi
exit "$code"
