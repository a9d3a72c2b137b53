--- `:Noxflow`: reads the words of the command and completes them. What it does is in init.lua.
local noxflow = require('noxflow')

local M = {}

---@class noxflow.Subcommand
---@field run fun(words: string[], bang: boolean, lines?: { [1]: integer, [2]: integer })
---@field complete? fun(words: string[]): string[] `words` are those already complete

---@type table<string, noxflow.Subcommand>
local SUBCOMMANDS = {}

---@param args table as nvim_create_user_command gives it
function M.execute(args)
  local words = vim.list_slice(args.fargs)
  local name = table.remove(words, 1)
  local subcommand = SUBCOMMANDS[name]
  if not subcommand then
    local known = table.concat(M._names(), ', ')
    vim.notify(('noxflow: no subcommand `%s`; there are %s'):format(name, known), vim.log.levels.ERROR)
    return
  end
  subcommand.run(words, args.bang, args.range and args.range > 0 and { args.line1, args.line2 } or nil)
end

---@param lead string the word under the cursor
---@param line string the whole command line
---@return string[]
function M.complete(lead, line)
  local words = vim.split(line:gsub('^.-Noxflow!?%s+', '', 1), '%s+')
  table.remove(words) -- the unfinished one
  local candidates
  if #words == 0 then
    candidates = M._names()
  else
    local subcommand = SUBCOMMANDS[table.remove(words, 1)]
    candidates = subcommand and subcommand.complete and subcommand.complete(words) or {}
  end
  return vim.tbl_filter(function(candidate)
    return vim.startswith(candidate, lead) and not vim.list_contains(words, candidate)
  end, candidates)
end

--- The words after `:Noxflow run`: sessions, `-j N`, and after `--` what the sessions get as their own arguments.
---@param words string[]
---@return noxflow.RunArguments? arguments nil when they make no sense
---@return string? problem
function M.read_run(words)
  local arguments = {} ---@type noxflow.RunArguments
  local i = 1
  while i <= #words do
    local word = words[i]
    if word == '--' then
      arguments.posargs = vim.list_slice(words, i + 1)
      break
    elseif word:match('^%-j') then
      local number = word:match('^%-j(%d+)$')
      if word == '-j' then
        i = i + 1
        number = words[i]
      end
      arguments.jobs = tonumber(number)
      if not arguments.jobs or arguments.jobs < 1 then
        return nil, '-j needs a number of sessions to run at a time'
      end
    elseif vim.startswith(word, '-') then
      return nil, ('no option `%s`; there are `-j N` and `--`'):format(word)
    else
      arguments.sessions = arguments.sessions or {}
      table.insert(arguments.sessions, word)
    end
    i = i + 1
  end
  return arguments
end

--- The words after `:Noxflow fetch`: an address or OWNER/REPOSITORY, and KEY=VALUE for the rest.
---@param words string[]
---@return noxflow.FetchArguments? arguments nil when they make no sense
---@return string? problem
function M.read_fetch(words)
  local arguments = {} ---@type noxflow.FetchArguments
  for _, word in ipairs(words) do
    local key, value = word:match('^(%a+)=(.+)$')
    if key and vim.list_contains({ 'branch', 'workflow', 'since' }, key) then
      arguments[key] = value
    elseif key == 'limit' and tonumber(value) then
      arguments.limit = tonumber(value)
    elseif word:match('^https?://') then
      arguments.url = word
    elseif word:match('^[^/=]+/[^/=]+$') then
      arguments.repository = word
    else
      local known = 'an address, OWNER/REPOSITORY, branch=, workflow=, since= and limit='
      return nil, ('`%s` makes no sense; there are %s'):format(word, known)
    end
  end
  return arguments
end

local function session_names()
  local client, uri = require('noxflow.clients').here()
  local noxfile = uri and require('noxflow.files').noxfile(vim.uri_to_fname(uri))
  local names = client and noxfile and require('noxflow.sessions').names(client, noxfile) or {}
  return vim.tbl_map(function(name)
    return (name:gsub(' ', '\\ '))
  end, names)
end

local function logged_names()
  local run = require('noxflow.runs').latest()
  return vim.tbl_map(function(session)
    return (session.name:gsub(' ', '\\ '))
  end, run and run.sessions or {})
end

SUBCOMMANDS = {
  run = {
    run = function(words, bang)
      local arguments, problem = M.read_run(words)
      if not arguments then
        vim.notify('noxflow: ' .. problem, vim.log.levels.ERROR)
        return
      end
      if bang then
        arguments.withDependencies = false
      end
      noxflow.run(arguments)
    end,
    complete = function(words)
      return vim.list_contains(words, '--') and {} or session_names()
    end,
  },
  cancel = {
    run = function()
      noxflow.cancel()
    end,
  },
  audit = {
    run = function()
      noxflow.audit()
    end,
  },
  rewrite = {
    run = function(_, _, lines)
      noxflow.rewrite(lines)
    end,
  },
  confirm = {
    run = function()
      noxflow.confirm()
    end,
  },
  import = {
    run = function(words)
      if #words == 0 then
        vim.notify('noxflow: which files? :Noxflow import report.json run.log', vim.log.levels.ERROR)
        return
      end
      noxflow.import(words)
    end,
    complete = function()
      return vim.fn.getcompletion('', 'file')
    end,
  },
  fetch = {
    run = function(words)
      local arguments, problem = M.read_fetch(words)
      if not arguments then
        vim.notify('noxflow: ' .. problem, vim.log.levels.ERROR)
        return
      end
      noxflow.fetch(arguments)
    end,
    complete = function()
      return { 'branch=', 'limit=', 'since=', 'workflow=' }
    end,
  },
  clear = {
    run = function(words, bang)
      if bang or #words > 0 then
        noxflow.clear(words)
      elseif vim.fn.confirm('noxflow: forget all durations of this project?', '&Forget\n&Keep', 2) == 1 then
        noxflow.clear()
      end
    end,
    complete = session_names,
  },
  graph = {
    run = function(words)
      noxflow.graph(#words > 0 and words or nil)
    end,
    complete = session_names,
  },
  log = {
    run = function(words)
      noxflow.log(words[1])
    end,
    complete = function(words)
      return #words == 0 and logged_names() or {}
    end,
  },
  window = {
    run = function()
      noxflow.window()
    end,
  },
  restart = {
    run = function()
      noxflow.restart()
    end,
  },
  health = {
    run = function()
      vim.cmd('checkhealth noxflow')
    end,
  },
}

---@private
---@return string[]
function M._names()
  local names = vim.tbl_keys(SUBCOMMANDS)
  table.sort(names)
  return names
end

return M
