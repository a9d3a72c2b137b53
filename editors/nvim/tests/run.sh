#!/usr/bin/env bash
# Tests the Neovim plugin in real Neovims with a real server.
#
#   run.sh SERVER [TEST_FILE]     SERVER: the noxflow program; TEST_FILE: a name in this folder, to run only that
#
# Installs what it needs by tests/tools/editors-nvim.sh and tests/tools/setup.sh. Prints `N passed, N failed`.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)
server=$(realpath "${1:?usage: run.sh SERVER [TEST_FILE]}")
[ -x "$server" ] || { echo "run.sh: $server is not a program" >&2; exit 1; }

tools=${NOXFLOW_TOOLS:-$repository/target/tools}
neovim=$("$repository/tests/tools/editors-nvim.sh")
[ -x "$tools/bin/nox" ] || "$repository/tests/tools/setup.sh" >/dev/null
export PATH=$tools/bin:$PATH

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for kind in CONFIG DATA STATE CACHE; do export "XDG_${kind}_HOME=$scratch/$kind"; done
# uv keeps what it has downloaded from one run to the next.
export UV_CACHE_DIR=${UV_CACHE_DIR:-$tools/uv-cache}
export NVIM_LOG_FILE=$scratch/nvim.log TMPDIR=$scratch/tmp LC_ALL=C.UTF-8
mkdir -p "$TMPDIR"
unset VIRTUAL_ENV

export NOXFLOW_SERVER=$server
export NOXFLOW_PLUGIN=$repository/editors/nvim
export NOXFLOW_SEED=$repository/tests/projects/seed
export NOXFLOW_TESTS=${2:-} NOXFLOW_COUNTS=$scratch/counts
export MINI_TEST=$neovim/usr/share/neovim-mini.test

passed=0 failed=0
status() { # status NAME COMMAND...: counts one check
  if "${@:2}"; then
    passed=$((passed + 1)); echo "ok    $1"
  else
    failed=$((failed + 1)); echo "FAIL  $1"
  fi
}

"$neovim/nvim" --headless --clean -l "$here/minit.lua" || true
if [ -e "$scratch/counts" ]; then
  read -r passed failed <"$scratch/counts"
else
  failed=1
fi

if [ -z "$NOXFLOW_TESTS" ]; then
  status 'an older Neovim gets one clear message' "$here/old.sh"
  status 'the real screen, by keys' "$here/screen.sh" "$neovim/nvim" "$server"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
