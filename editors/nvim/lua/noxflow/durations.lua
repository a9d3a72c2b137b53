--- Durations from files and from a forge, and forgetting them. Neighbours: init.lua asks, protocol.lua knows the words.
local protocol = require('noxflow.protocol')

local M = {}

---@param err? string
---@param result? noxflow.ImportResult
local function tell(err, result)
  if err then
    vim.notify('noxflow: no durations: ' .. err, vim.log.levels.ERROR)
  elseif result then
    local is_good = not result.stopped and result.durations + result.known > 0
    local lines = { 'noxflow: ' .. result.message }
    vim.list_extend(lines, result.notes or {})
    vim.notify(table.concat(lines, '\n'), is_good and vim.log.levels.INFO or vim.log.levels.WARN)
  end
end

--- Takes durations from files.
---@param client vim.lsp.Client
---@param uri string
---@param files string[]
function M.import(client, uri, files)
  local paths = vim.tbl_map(function(file)
    return vim.fn.fnamemodify(vim.fn.expand(file), ':p')
  end, files)
  protocol.import(client, { uri = uri, files = paths }, tell)
end

--- Fetches durations from a forge. The token is `vim.g.noxflow.token`, a function that gets the host; without one the
--- server takes that of its environment which is of this forge.
---@param client vim.lsp.Client
---@param uri string
---@param arguments noxflow.FetchArguments
function M.fetch(client, uri, arguments)
  local where = { uri = uri, url = arguments.url, repository = arguments.repository }
  protocol.source(client, where, function(err, source)
    if err or not source then
      return tell(err or 'the server has no answer')
    end
    local fetch = vim.deepcopy(arguments)
    local token = require('noxflow.config').get().token
    local ok, secret = true, nil
    if token then
      ok, secret = pcall(token, source.host)
    end
    if not ok then
      return tell('vim.g.noxflow.token failed: ' .. tostring(secret))
    end
    if type(secret) == 'string' and secret ~= '' then
      fetch.token, fetch.url, fetch.repository = secret, source.url, source.repository
    end
    protocol.import(client, { uri = uri, fetch = next(fetch) and fetch or vim.empty_dict() }, tell)
  end)
end

--- Forgets the durations of the project, or of some sessions.
---@param client vim.lsp.Client
---@param uri string
---@param sessions string[]
function M.clear(client, uri, sessions)
  protocol.clear(client, { uri = uri, sessions = #sessions > 0 and sessions or nil }, function(err, result)
    if err then
      vim.notify('noxflow: durations stay: ' .. err, vim.log.levels.ERROR)
    elseif result then
      vim.notify(('noxflow: %d durations forgotten'):format(result.removed), vim.log.levels.INFO)
    end
  end)
end

return M
