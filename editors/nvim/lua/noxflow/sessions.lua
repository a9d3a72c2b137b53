--- The sessions that a server knows in a noxfile: their names for completion, the one under the cursor.
--- Asked of the server by document symbols and by the arguments of its lenses; nothing is parsed here.
local protocol = require('noxflow.protocol')

local M = {}

local PATIENCE_MS = 3000 -- a server that answers at all does so in a hundredth of that

--- All session names, in the order of the noxfile.
---@param client vim.lsp.Client
---@param noxfile string path
---@return string[]
function M.names(client, noxfile)
  local names, seen = {}, {}
  for _, found in ipairs(M._found(client, vim.uri_from_fname(noxfile))) do
    if not seen[found.name] then
      seen[found.name] = true
      names[#names + 1] = found.name
    end
  end
  return names
end

--- The session whose definition holds a line of the current buffer, nil when there is none.
---@param client vim.lsp.Client
---@param line integer 0-based
---@return string?
function M.at(client, line)
  local best
  for _, found in ipairs(M._found(client, vim.uri_from_bufnr(0))) do
    if found.first <= line and line <= found.last then
      best = found.name
    end
  end
  return best
end

---@private
---@return { name: string, first: integer, last: integer }[]
function M._found(client, uri)
  local found = {}
  for _, symbol in ipairs(M._ask(client, 'textDocument/documentSymbol', uri)) do
    local range = symbol.range or symbol.location.range
    found[#found + 1] = { name = symbol.name, first = range.start.line, last = range['end'].line }
  end
  if #found > 0 then
    return found
  end
  for _, lens in ipairs(M._ask(client, 'textDocument/codeLens', uri)) do
    local arguments = lens.command and lens.command.command == protocol.RUN and lens.command.arguments or {}
    local sessions = (arguments[1] or {}).sessions or {}
    if #sessions == 1 then
      found[#found + 1] = { name = sessions[1], first = lens.range.start.line, last = lens.range['end'].line }
    end
  end
  return found
end

---@private
---@return table[]
function M._ask(client, method, uri)
  if not client:supports_method(method) then
    return {}
  end
  local answer = client:request_sync(method, { textDocument = { uri = uri } }, PATIENCE_MS, 0)
  return answer and answer.result or {}
end

return M
