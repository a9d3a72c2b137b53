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

cp -r "$repository/tests/projects/seed" "$work/seed"
rm -rf "$work/seed/.nox"
cat >"$work/init.lua" <<LUA
vim.opt.runtimepath:prepend('$repository/editors/nvim')
vim.g.noxflow = { path = '$server' }
vim.o.swapfile = false
vim.o.termguicolors = true
vim.diagnostic.config({ virtual_text = true })
LUA

pane() { tmux -L "$socket" "$1" -t editor "${@:2}"; }
keys() {
  local key
  for key in "$@"; do pane send-keys "$key"; sleep 0.05; done
}
# see NAME PATTERN [SECONDS]: waits until the screen shows the pattern, then keeps the screen.
see() {
  local end=$((SECONDS + ${3:-20}))
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

see workflow 'name: Lint'
keys / 'nox -s unit_tests' Enter w w w K
see hover 'unit_tests.*[0-9] (m|s)'
keys Escape g r a
see actions '[Mm]atrix'
keys Escape
keys : 'e noxfile.py' Enter
see noxfile 'Run'
keys : 'Noxflow run lint format typecheck docs' Enter
see run '[0-9] of 4 done' 60
see finished '[0-9] passed.* in ' 240
keys C-w j G Enter
see log 'nox > ' 30
