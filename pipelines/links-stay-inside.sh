#!/bin/sh
# Does every symbolic link of this folder stay in it? A pull request could have one that leads to a file of the machine
# that plans it, to be read as variables and shown in the plan. Ends with 1 where one leads out.
here=$(pwd -P)
find . -name .git -prune -o -type l -exec sh -c '
  here=$1
  shift
  for link; do
    case $(readlink -m -- "$link") in
      "$here"/*) ;;
      *) exit 1 ;;
    esac
  done' sh "$here" {} + || {
  echo 'error: a symbolic link leads out of the repository; nothing was read' >&2
  exit 1
}
