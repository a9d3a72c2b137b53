#!/bin/sh
# Plays the tools that sessions call, under their names: each writes and reads the files that the real one does, says in
# $EVENTS what it did, and fails in the session that $FAIL names. No clock: the order of the lines is the order in time.
set -eu
name=${0##*/}
me=$NOX_CURRENT_SESSION
say() { echo "$*" >>"$EVENTS"; }

# Who builds may be another one after a rewrite: who looks at the package is asked.
if [ "$name" = pyproject-build ]; then
  mkdir -p dist
  echo "by $me" >dist/scene.whl
  say "built by $me"
  exit 0
fi

# An option may name a file of the session's own, which a rewrite may change.
case ${1-} in -*) did=$name ;; *) did="$name ${1-}" ;; esac
say "start $me: $did"
code=0
case "$name ${1-}" in
"coverage run")
  data=${COVERAGE_FILE:-.coverage}
  for word in "$@"; do
    [ "$word" != -p ] || data=$data.$me.$$
  done
  echo "$me" >"$data"
  ;;
"coverage combine")
  cat .coverage.* >.combined || code=1
  rm -f .coverage.*
  mv .combined .coverage
  ;;
"coverage report")
  if [ -s .coverage ]; then say "seen $(sort -u .coverage | tr '\n' ' ')"; else code=1; fi
  ;;
"mkdocs build")
  mkdir -p site
  echo "by $me" >site/index.html
  ;;
"twine check") [ -e dist/scene.whl ] || code=1 ;;
pytest*)
  for word in "$@"; do
    case $word in --junitxml=*) echo "by $me" >"${word#*=}" ;; esac
  done
  ;;
esac
case $me in "${FAIL-}" | "${FAIL-none}"-* | "${FAIL-none}("*) code=1 ;; esac
say "end $me: $did"
exit "$code"
