--- What the user chose: `vim.g.noxflow` over the defaults, checked. There is no setup(); the table is read when needed.
--- Neighbours: everything reads it; health.lua shows what is wrong with it.
local M = {}

---@class noxflow.Icons
---@field waiting? string
---@field running? string
---@field passed? string
---@field failed? string
---@field skipped? string
---@field cancelled? string
---@field bar? string one screen cell of a session's bar

---@class noxflow.Window
---@field auto_open? boolean open the run window when a run starts (default true)
---@field height? integer the most lines it takes (default 15)
---@field icons? noxflow.Icons

---@class noxflow.Config
---@field enabled? boolean start the server for noxfiles and workflows (default true)
---@field path? string|string[] the server's program, or program and leading arguments; found by itself when nil
---@field project_venv? boolean also look into `.venv` of the project; only for projects you trust (default false)
---@field env? table<string, string> environment of the server
---@field trusted? boolean let the server run nox when asked to (default true)
---@field token? fun(host: string): string? a token for the forge at a host, asked when durations are fetched
---@field settings? table<string, any> settings of the server, as in its documentation
---@field code_lens? boolean show code lenses in noxfiles and workflows (default true)
---@field inlay_hints? boolean show inlay hints in noxfiles and workflows (default true)
---@field quickfix? 'fill'|'open'|'off' what to do with failed sessions (default 'fill')
---@field window? noxflow.Window

---@type noxflow.Config
M.defaults = {
  enabled = true,
  path = nil,
  project_venv = false,
  env = vim.empty_dict(),
  trusted = true,
  token = nil,
  settings = vim.empty_dict(),
  code_lens = true,
  inlay_hints = true,
  quickfix = 'fill',
  window = {
    auto_open = true,
    height = 15,
    icons = {
      waiting = '○',
      running = '●',
      passed = '✓',
      failed = '✗',
      skipped = '–',
      cancelled = '■',
      bar = '━',
    },
  },
}

local function is(...)
  local types = { ... }
  return function(value)
    return vim.list_contains(types, type(value))
  end
end

local function is_command(value)
  if type(value) == 'string' then
    return value ~= ''
  end
  return vim.islist(value) and #value > 0 and vim.iter(value):all(is('string'))
end

local function is_one_of(...)
  local values = { ... }
  return function(value)
    return vim.list_contains(values, value)
  end
end

--- One entry per key: what it must be, in words, and a test of it.
---@type table<string, { [1]: string, [2]: fun(value: any): boolean }>
local CHECKS = {
  enabled = { 'a boolean', is('boolean') },
  path = { 'a string or a list of strings', is_command },
  project_venv = { 'a boolean', is('boolean') },
  env = { 'a table of strings', is('table') },
  trusted = { 'a boolean', is('boolean') },
  token = { 'a function', is('function') },
  settings = { 'a table', is('table') },
  code_lens = { 'a boolean', is('boolean') },
  inlay_hints = { 'a boolean', is('boolean') },
  quickfix = { "'fill', 'open' or 'off'", is_one_of('fill', 'open', 'off') },
  window = { 'a table', is('table') },
  ['window.auto_open'] = { 'a boolean', is('boolean') },
  ['window.height'] = {
    'a number of lines, 3 or more',
    function(value)
      return type(value) == 'number' and value >= 3
    end,
  },
  ['window.icons'] = { 'a table', is('table') },
}
for icon in pairs(M.defaults.window.icons) do
  CHECKS['window.icons.' .. icon] = { 'a string', is('string') }
end

local warned = {} ---@type table<string, true>

--- The effective configuration. Wrong values are said once and replaced by the default.
---@return noxflow.Config
function M.get()
  local config, problems = M.read(vim.g.noxflow)
  for _, problem in ipairs(problems) do
    if not warned[problem] then
      warned[problem] = true
      vim.notify('noxflow: ' .. problem, vim.log.levels.WARN)
    end
  end
  return config
end

--- The configuration that a value of `vim.g.noxflow` means, and what is wrong with the value.
---@param given any
---@return noxflow.Config config
---@return string[] problems
function M.read(given)
  local config = vim.deepcopy(M.defaults)
  if given == nil then
    return config, {}
  end
  if type(given) ~= 'table' then
    return config, { 'vim.g.noxflow must be a table, not a ' .. type(given) }
  end
  local problems = {}
  M._merge(config, given, '', problems)
  table.sort(problems)
  return config, problems
end

---@private
function M._merge(into, given, prefix, problems)
  for key, value in pairs(given) do
    local name = prefix .. tostring(key)
    local check = CHECKS[name]
    if not check then
      problems[#problems + 1] = ('vim.g.noxflow has no key `%s`'):format(name)
    elseif not check[2](value) then
      problems[#problems + 1] = ('vim.g.noxflow: `%s` must be %s'):format(name, check[1])
    elseif name == 'window' or name == 'window.icons' then
      M._merge(into[key], value, name .. '.', problems)
    else
      -- An empty table of settings is an object on the wire, not a list.
      into[key] = type(value) == 'table' and next(value) == nil and vim.empty_dict() or value
    end
  end
end

return M
