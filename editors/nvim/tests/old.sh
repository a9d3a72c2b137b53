#!/usr/bin/env bash
# A Neovim that is too old loads the plugin: one message that says so, no error, no command.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
old=$("$here/../../../tests/tools/editors-nvim.sh" old)

# What the plugin schedules comes before what is scheduled after it.
told=$("$old/nvim" --headless --clean --cmd "set rtp^=$here/.." -c 'lua vim.schedule(function()
    io.stderr:write("\ncommand: " .. vim.fn.exists(":Noxflow") .. "\n")
    vim.cmd("qall!")
  end)' 2>&1 | tr -d '\r')
expected=$'noxflow: needs Neovim 0.11 or newer; this is 0.10.4\ncommand: 0'
[ "$told" = "$expected" ] || { echo "it said: $told" >&2; exit 1; }
