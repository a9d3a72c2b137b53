#!/usr/bin/env bash
# Fuzzes the reading of noxfiles, workflows, scripts and edits.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]     each target for SECONDS (60); targets: python yaml shell edits
#
# Needs `cargo install cargo-fuzz` and a C++ compiler; the stable toolchain will do. Starts from the repository's own
# fixtures. What is found lies in target/fuzz/artifacts/TARGET: mend it, and keep the input in tests/fuzz/kept/TARGET.
# Not run by tests/run.sh; the inputs that are kept are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=${1:-60}
shift || true
[ "$#" -gt 0 ] || set -- python yaml shell edits
work=$PWD/target/fuzz

seeds() {
  mkdir -p "$work/seeds/$1" "$work/corpus/$1" "$work/artifacts/$1"
  cp -r "tests/fuzz/kept/$1/." "$work/seeds/$1"
  case $1 in
  python) copy "$1" '*.py' ;;
  yaml) copy "$1" '*.yml' '*.yaml' ;;
  shell) csplit -sz -n 4 -f "$work/seeds/shell/script-" server/facts/tests/run_scripts.txt '/^----$/' '{*}' ;;
  esac
}

# Every file of the repository with such a name, under a name of its own.
copy() {
  local target=$1 file
  shift
  git ls-files -- "$@" | while read -r file; do
    cp "$file" "$work/seeds/$target/${file//\//+}"
  done
}

status=0
for target in "$@"; do
  seeds "$target"
  cargo fuzz run --fuzz-dir tests/fuzz --target-dir "$work/build" --sanitizer none "$target" \
    "$work/corpus/$target" "$work/seeds/$target" -- \
    -max_total_time="$seconds" -len_control=20 -max_len=4096 -timeout=60 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="$work/artifacts/$target/" || status=1
done
exit "$status"
