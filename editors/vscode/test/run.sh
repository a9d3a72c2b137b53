#!/usr/bin/env bash
# Tests of the extension: its parts by themselves, then the packaged one with a real server in a real VS Code, on a copy
# of the seed project. Installs what it needs. Prints 'N passed, N failed' last; screenshots go to target/screens.
#
#   run.sh [SERVER]      SERVER: the noxflow executable to package; default target/debug/noxflow
#   ONLY="unit host"     leaves out the rest ("ui")
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
extension=$(dirname "$here")
root=$(cd "$extension/../.." && pwd)
server=$(realpath "${1:-$root/target/debug/noxflow}")
export NOXFLOW_TOOLS=${NOXFLOW_TOOLS:-$root/target/tools}
out=$root/target/vscode
only=${ONLY:-unit host ui}

main() {
  [ -x "$server" ] || fail "no server at $server: cargo build -p noxflow"
  local editor
  editor=$("$root/tests/tools/editors-vscode.sh")
  export PATH="$editor/node/bin:$PATH"
  "$root/tests/tools/setup.sh" >/dev/null
  mkdir -p "$out"
  cd "$extension"
  cmp -s package-lock.json node_modules/.noxflow-lock || {
    quiet npm ci --loglevel=error
    cp package-lock.json node_modules/.noxflow-lock
  }
  quiet npx tsc --noEmit
  package
  quiet node esbuild.mjs --tests # after packaging: that bundles the extension for release

  export CODE_SERVER=$editor/code-server VSIX=$out/noxflow.vsix SEED=$root/tests/projects/seed SCREENS=$root/target/screens
  mkdir -p "$SCREENS"
  : >"$out/results.txt"
  local kind
  for kind in $only; do
    echo "== $kind"
    "suite_$kind" </dev/null 2>&1 | tee "$out/$kind.txt" || true
    # Each suite ends with its own count; one without it has not come to its end.
    grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out/$kind.txt" | tail -n 1 | grep . >>"$out/results.txt" || echo "0 passed, 1 failed" >>"$out/results.txt"
  done
  awk '{ passed += $1; failed += $3 } END { print passed " passed, " failed " failed"; exit failed > 0 }' "$out/results.txt"
}

package() {
  rm -rf server
  mkdir server
  install -m 755 "$server" server/noxflow
  quiet npx vsce package --no-dependencies --target "$(node -p 'process.platform + "-" + process.arch')" --out "$out/noxflow.vsix"
}

suite_unit() {
  local status=0
  node --test --test-reporter=tap dist/test/unit/*.test.js >"$out/unit.tap" || status=$?
  grep -E '^not ok' -A30 "$out/unit.tap" || true
  sed -n 's/^# pass /passed /p; s/^# fail /failed /p' "$out/unit.tap" | awk '{ n[$1] = $2 } END { print n["passed"] + 0 " passed, " n["failed"] + 0 " failed" }'
  return $status
}

suite_host() {
  timeout -k 10 300 node test/host/run.mjs
}

suite_ui() {
  timeout -k 10 420 node test/ui/drive.mjs
}

quiet() {
  "$@" >"$out/step.log" 2>&1 </dev/null || {
    tail -n 40 "$out/step.log" >&2
    fail "'$*' failed"
  }
}

fail() {
  echo "editors/vscode: $1" >&2
  exit 1
}

main
