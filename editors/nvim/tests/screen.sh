#!/usr/bin/env bash
# A person at the keyboard: the plugin in a real terminal (tmux), driven by keys, its screens kept as text.
#
#   screen.sh NVIM SERVER         screens go to ${NOXFLOW_SCREENS:-<repository>/target/screens}/nvim-*.txt
set -euo pipefail

nvim=$1 server=$2
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../../.." && pwd)
screens=${NOXFLOW_SCREENS:-$repository/target/screens}
mkdir -p "$screens"
command -v tmux >/dev/null || { echo "screen.sh: tmux is missing: apt-get install tmux" >&2; exit 1; }

work=$(mktemp -d)
socket=noxflow-screen-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

mkdir "$work/seed"
tar -C "$repository/tests/projects/seed" --exclude=.nox --exclude=dist --exclude=site -c . | tar -C "$work/seed" -x
cat >"$work/init.lua" <<LUA
vim.opt.runtimepath:prepend('$repository/editors/nvim')
vim.g.noxflow = { path = '$server' }
vim.o.swapfile = false
vim.o.termguicolors = true
vim.diagnostic.config({ virtual_text = true })
LUA

pane() { tmux -L "$socket" "$1" -t editor "${@:2}"; }
keys() { pane send-keys "$@"; }
# see NAME PATTERN [SECONDS]: waits until the screen shows the pattern, then keeps the screen.
see() {
  local end=$((SECONDS + ${3:-60}))
  until pane capture-pane -p | grep -qE -- "$2"; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "screen.sh: $1: never saw /$2/ on" >&2
      pane capture-pane -p >&2
      return 1
    fi
    sleep 0.1
  done
  pane capture-pane -p >"$screens/nvim-$1.txt"
  pane capture-pane -pe >"$screens/nvim-$1.ansi"
}

tmux -L "$socket" -f /dev/null new-session -d -s editor -x 110 -y 36 \
  "cd $work/seed && env -u VIRTUAL_ENV TERM=tmux-256color XDG_STATE_HOME=$work XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work \
  '$nvim' -u '$work/init.lua' .forgejo/workflows/ci.yml"
pane set-option status off >/dev/null

# Reading.
see workflow '11 sessions run one after another'
see lens 'Run its 11 sessions in parallel here'
keys /checks: Enter K
see hover-job 'background processes in this job'
keys Escape '/nox -s unit_tests' Enter w w w K
see hover-session 'unit_tests.*∼[0-9]'
keys C-] ''
see definition 'def unit_tests.*'

# Changing.
keys C-t ''
see back 'nox -s unit_tests'
keys g r a
see actions 'as background processes: .* → '
keys 2 Enter
see rewritten 'trap '
keys u
see undone 'nox -s unit_tests'

# Running.
keys ':e! noxfile.py' Enter
see noxfile 'Run · '
keys ':Noxflow run' Enter
see run ' [1-9]0?1? of 11 done' 300
see finished '11 passed in ' 300
keys C-w j /coverage_report Enter Enter
see log 'nox > Session coverage_report was successful' 60
keys q ':Noxflow audit' Enter
see audit '11 sessions one after another'
keys q ':%s/"check", "."/"check", "--wrong"/' Enter ':w' Enter ':Noxflow run lint dead_code' Enter
see failed '1 passed, 1 failed in ' 120
keys ':copen' Enter
see quickfix 'log of lint.*lint failed, exit code 1'
