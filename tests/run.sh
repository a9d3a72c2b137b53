#!/usr/bin/env bash
# Runs all tests; installs what they need first. The last line is `N passed, N failed` over everything; the exit status
# is 0 only if nothing failed.
#
#   tests/run.sh              everything
#   tests/run.sh PART...      some of: style rust tools editors
#
# Needs Rust, python3, node and, for what else is missing, a Debian machine with apt. Outside tools go into
# $NOXFLOW_TOOLS, else target/tools.
set -uo pipefail
exec </dev/null

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
export NOXFLOW_TOOLS=${NOXFLOW_TOOLS:-$root/target/tools}
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0
failed=0
failures=()

main() {
  local parts=("$@") part
  [ "${#parts[@]}" -gt 0 ] || parts=(style rust tools editors)
  install_packages
  status "the outside tools are installed" tests/tools/setup.sh
  PATH=$NOXFLOW_TOOLS/bin:$PATH
  for part in "${parts[@]}"; do
    case $part in
    style | rust | tools | editors) "part_$part" ;;
    *)
      echo "run.sh: there is no part $part" >&2
      exit 2
      ;;
    esac
  done
  local failure
  for failure in "${failures[@]}"; do
    echo "FAILED: $failure"
  done
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

part_style() {
  status "rustfmt" cargo fmt --all --check
  status "clippy" cargo clippy --workspace --all-targets --locked -- -D warnings
}

part_rust() {
  # Built apart, so that a test that is slow to build is not taken for one that is slow to run.
  status "the workspace builds" cargo test --workspace --locked --no-run
  counted "Rust tests" rust_counts cargo test --workspace --locked --no-fail-fast
}

part_tools() {
  counted "the outside tools answer as we rely on" python_counts python3 tests/tools/selftest.py
  counted "background steps are played as GitHub does" python_counts python3 tests/tools/parallel_selftest.py
}

# Every editor brings `test/run.sh` or `tests/run.sh`: it takes the server, installs its editor with
# tests/tools/editors-*.sh, and ends with a line `N passed, N failed`.
part_editors() {
  local script
  status "the server builds" cargo build --locked --package noxflow
  for script in editors/*/test/run.sh editors/*/tests/run.sh; do
    [ -x "$script" ] || continue
    counted "$script" last_line_counts "$script" "${CARGO_TARGET_DIR:-$root/target}/debug/noxflow"
  done
}

# status NAME COMMAND...: one test, which passes if the command ends with 0.
status() {
  local name=$1
  shift
  echo "=== $name"
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    failures+=("$name")
  fi
}

# counted NAME COUNTER COMMAND...: many tests; COUNTER reads `passed failed` out of what the command printed.
counted() {
  local name=$1 counter=$2 log=$logs/log ended here_passed here_failed
  shift 2
  echo "=== $name"
  "$@" 2>&1 | tee "$log"
  ended=${PIPESTATUS[0]}
  read -r here_passed here_failed < <("$counter" <"$log")
  # A command that fails without a failed test, or that ran nothing, is itself a failure.
  if [ "$here_failed" -eq 0 ] && { [ "$ended" -ne 0 ] || [ "$here_passed" -eq 0 ]; }; then
    here_failed=1
  fi
  [ "$here_failed" -eq 0 ] || failures+=("$name: $here_failed")
  passed=$((passed + here_passed))
  failed=$((failed + here_failed))
}

rust_counts() {
  sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed;.*/\1 \2/p' |
    awk '{ passed += $1; failed += $2 } END { print passed + 0, failed + 0 }'
}

python_counts() {
  awk '
    /^Ran [0-9]+ tests? in / { ran = $2 }
    /^(OK|FAILED)( \(|$)/ {
      line = $0
      while (match(line, /[a-z ]+=[0-9]+/)) {
        split(substr(line, RSTART, RLENGTH), pair, "=")
        sub(/^ +/, "", pair[1])
        if (pair[1] == "failures" || pair[1] == "errors") failed += pair[2]
        if (pair[1] == "skipped") skipped += pair[2]
        line = substr(line, RSTART + RLENGTH)
      }
    }
    END { print ran - failed - skipped, failed + 0 }'
}

last_line_counts() {
  awk '/^[0-9]+ passed, [0-9]+ failed$/ { passed = $1; failed = $3 } END { print passed + 0, failed + 0 }'
}

# What a bare Debian lacks. Elsewhere, and where everything is there, nothing happens.
install_packages() {
  local missing=()
  command -v cc >/dev/null || missing+=(build-essential)
  command -v git >/dev/null || missing+=(git)
  command -v npm >/dev/null || missing+=(npm)
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
  [ "${#missing[@]}" -gt 0 ] || return 0
  local apt=(apt-get)
  [ "$(id -u)" -eq 0 ] || apt=(sudo -n apt-get)
  if ! command -v apt-get >/dev/null; then
    echo "run.sh: please install ${missing[*]}" >&2
    return 0
  fi
  echo "=== installing ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" update -qq &&
    DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y -qq --no-install-recommends "${missing[@]}" ||
    echo "run.sh: apt-get could not install ${missing[*]}" >&2
}

main "$@"
