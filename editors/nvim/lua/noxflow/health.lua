--- `:checkhealth noxflow`: what works, what does not, and what to do about it.
local M = {}

local health = vim.health

function M.check()
  health.start('noxflow: Neovim')
  M._neovim()
  health.start('noxflow: configuration')
  M._configuration()
  health.start('noxflow: server')
  M._server()
  health.start('noxflow: running sessions')
  M._nox()
end

---@private
function M._neovim()
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok(tostring(vim.version()))
  else
    health.error('needs Neovim 0.11 or newer; this is ' .. tostring(vim.version()))
  end
end

---@private
function M._configuration()
  local _, problems = require('noxflow.config').read(vim.g.noxflow)
  for _, problem in ipairs(problems) do
    health.error(problem, ':help noxflow-configuration')
  end
  if #problems == 0 then
    health.ok(vim.g.noxflow == nil and 'vim.g.noxflow is not set: all defaults' or 'vim.g.noxflow is valid')
  end
  for name in pairs(vim.lsp._enabled_configs or {}) do
    local cmd = name ~= 'noxflow' and vim.lsp.config[name] and vim.lsp.config[name].cmd
    if type(cmd) == 'table' and vim.fs.basename(tostring(cmd[1])):match('^noxflow') then
      health.warn(('the LSP configuration `%s` starts noxflow too'):format(name), 'Remove one of the two.')
    end
  end
end

---@private
function M._server()
  local cmd = vim.lsp.config.noxflow and vim.lsp.config.noxflow.cmd
  if type(cmd) == 'table' then
    health.info('started as your vim.lsp.config says: ' .. table.concat(cmd, ' '))
  else
    M._program()
  end
  local clients = vim.lsp.get_clients({ name = 'noxflow' })
  for _, client in ipairs(clients) do
    local info = client.server_info or {}
    local buffers = vim.tbl_count(client.attached_buffers)
    local server = ('%s %s'):format(info.name or 'server', info.version or '')
    health.ok(('%s runs for %s, %d buffer(s)'):format(vim.trim(server), client.root_dir or '?', buffers))
  end
  if #clients == 0 then
    health.info('no server runs now: it starts with a noxfile.py or a workflow of .github, .forgejo or .gitea')
  end
end

---@private
function M._program()
  local root = require('noxflow.files').noxfile(assert(vim.uv.cwd()))
  root = root and vim.fs.dirname(root)
  local server = require('noxflow.server')
  local found = server.find(root)
  if not found then
    local advice = { 'Put `noxflow` on PATH, or set vim.g.noxflow = { path = "/path/to/noxflow" }.' }
    if root and server.project_program(root) then
      table.insert(advice, 1, 'The project has one: allow it with vim.g.noxflow = { project_venv = true }.')
    end
    health.error('no `noxflow` program found', advice)
    return
  end
  local version = vim.list_extend(vim.list_slice(found.command), { '--version' })
  local ok, answer = pcall(function()
    return vim.system(version, { text = true, timeout = 5000 }):wait()
  end)
  local shown = table.concat(found.command, ' ')
  if ok and answer.code == 0 then
    health.ok(('%s: %s, from %s'):format(vim.trim(answer.stdout), shown, found.from))
  else
    local why = ok and vim.trim(answer.stderr or '') or tostring(answer)
    health.error(('`%s --version` does not work (from %s): %s'):format(shown, found.from, why))
  end
end

---@private
function M._nox()
  for _, program in ipairs({ 'nox', 'uvx', 'uv', 'pipx' }) do
    if vim.fn.executable(program) == 1 then
      health.ok(('`%s` is on PATH'):format(program))
      return
    end
  end
  health.warn('none of nox, uvx, uv and pipx is on PATH', {
    'The server finds nox by itself where a project has it; otherwise `pip install nox`.',
  })
end

return M
