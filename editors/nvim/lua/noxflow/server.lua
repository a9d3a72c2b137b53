--- Which program is the server, and starting it. Neighbours: lsp/noxflow.lua calls it, health.lua shows what it found.
local M = {}

local last_root ---@type string?

---@class noxflow.Found
---@field command string[] program and leading arguments, without `lsp`
---@field from string where it was found, in words

--- The program for a folder: `vim.g.noxflow.path`, the active virtual environment, PATH, and the project's own `.venv`
--- where the user allowed that. A `.venv` that merely lies in a folder is never run unasked: looking at a file must not
--- run what came with it.
---@param root? string
---@return noxflow.Found?
function M.find(root)
  local config = require('noxflow.config').get()
  if config.path then
    local command = type(config.path) == 'table' and vim.deepcopy(config.path) or { config.path }
    command[1] = vim.fn.expand(command[1])
    return { command = command, from = 'vim.g.noxflow.path' }
  end
  local active = vim.env.VIRTUAL_ENV and M._in_venv(vim.env.VIRTUAL_ENV)
  if active then
    return { command = { active }, from = 'the active virtual environment' }
  end
  local on_path = vim.fn.exepath('noxflow')
  if on_path ~= '' then
    return { command = { on_path }, from = 'PATH' }
  end
  local own = config.project_venv and root and M.project_program(root)
  if own then
    return { command = { own }, from = "the project's virtual environment" }
  end
end

--- The program in the project's own virtual environment, used only with `project_venv`.
---@param root string
---@return string?
function M.project_program(root)
  return M._in_venv(vim.fs.joinpath(root, '.venv')) or M._in_venv(vim.fs.joinpath(root, 'venv'))
end

--- Whether a server can be started for a folder. Says once why not.
---@param root string
---@return boolean
function M.is_available(root)
  last_root = root
  local config = vim.lsp.config.noxflow
  if type(config.cmd) == 'table' then
    return true
  end
  local found = M.find(root)
  if not found then
    local hint = M.project_program(root)
        and 'there is one in the project: allow it with vim.g.noxflow.project_venv = true'
      or 'put `noxflow` on PATH or name it in vim.g.noxflow.path'
    vim.notify_once('noxflow: no server found; ' .. hint .. ' (:checkhealth noxflow)', vim.log.levels.WARN)
    return false
  end
  if vim.fn.executable(found.command[1]) == 0 then
    local text = 'noxflow: `%s` (from %s) is not a program (:checkhealth noxflow)'
    vim.notify_once(text:format(found.command[1], found.from), vim.log.levels.WARN)
    return false
  end
  return true
end

--- Starts the server. Neovim 0.11 does not hand over the configuration: the folder is then the last one asked for.
---@param dispatchers vim.lsp.rpc.Dispatchers
---@param config? vim.lsp.ClientConfig
---@return vim.lsp.rpc.PublicClient
function M.start(dispatchers, config)
  local root = config and config.root_dir or last_root
  local found = assert(M.find(root), 'noxflow: no server found')
  local command = vim.list_extend(vim.list_slice(found.command), { 'lsp' })
  return vim.lsp.rpc.start(command, dispatchers, {
    cwd = root,
    env = require('noxflow.config').get().env,
  })
end

---@private
function M._in_venv(folder)
  for _, name in ipairs({ 'bin/noxflow', 'Scripts/noxflow.exe' }) do
    local program = vim.fs.joinpath(folder, name)
    if vim.fn.executable(program) == 1 then
      return program
    end
  end
end

return M
