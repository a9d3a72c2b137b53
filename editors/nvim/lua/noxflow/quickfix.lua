--- The quickfix list of a run's failed sessions: for each the log, then the places in the project that its log names.
--- Neighbours: runs.lua calls it when a run is over.
local text = require('noxflow.text')

local M = {}

local TAIL_LINES = 400 -- of a log; the errors are told at its end
local MOST_PLACES = 30 -- of one session

--- Fills the list as the user wants it. Leaves the list alone when nothing failed.
---@param run noxflow.Run
function M.fill(run)
  local want = require('noxflow.config').get().quickfix
  if want == 'off' then
    return
  end
  local client = vim.lsp.get_client_by_id(run.client_id)
  local items = M.items(run, client and client.root_dir)
  if #items == 0 then
    return
  end
  vim.fn.setqflist({}, ' ', {
    title = 'noxflow: ' .. require('noxflow.runs').summary(run),
    items = items,
    quickfixtextfunc = function(info)
      return M.lines(info, client and client.root_dir)
    end,
  })
  if want == 'open' then
    local here = vim.api.nvim_get_current_win()
    vim.cmd('botright copen')
    vim.api.nvim_set_current_win(here)
  end
end

--- How the entries are shown: a log by its session, a place by its path in the project.
---@param info { id: integer, start_idx: integer, end_idx: integer } as 'quickfixtextfunc' is called
---@param root? string
---@return string[]
function M.lines(info, root)
  local list = vim.fn.getqflist({ id = info.id, items = 1 })
  return vim.tbl_map(function(item)
    local path = vim.api.nvim_buf_is_valid(item.bufnr) and vim.api.nvim_buf_get_name(item.bufnr) or ''
    local name = item.user_data or root and vim.fs.relpath(root, path) or path
    local place = item.col > 0 and ('%d col %d'):format(item.lnum, item.col) or tostring(item.lnum)
    return ('%s|%s| %s'):format(name, place, item.text)
  end, vim.list_slice(list.items, info.start_idx, info.end_idx))
end

---@param run noxflow.Run
---@param root? string places in a log are relative to it
---@return vim.quickfix.entry[]
function M.items(run, root)
  local items = {}
  for _, session in ipairs(run.sessions) do
    if session.state == 'failed' then
      local lines = M._read(session.log)
      local message = ('%s failed'):format(session.name)
      if session.exit_code then
        message = ('%s, exit code %d'):format(message, session.exit_code)
      end
      if session.seconds then
        message = ('%s after %s'):format(message, text.seconds(session.seconds))
      end
      items[#items + 1] = {
        filename = session.log,
        lnum = math.max(1, #lines),
        text = message,
        type = 'E',
        valid = session.log and 1 or 0,
        user_data = 'log of ' .. session.name,
      }
      vim.list_extend(items, M.places(lines, root))
    end
  end
  return items
end

--- The places that lines of output name as `path:line[:column]`, of files that are there.
---@param lines string[]
---@param root? string
---@return vim.quickfix.entry[]
function M.places(lines, root)
  local items, seen = {}, {}
  local before = ''
  for i = math.max(1, #lines - TAIL_LINES + 1), #lines do
    local line = text.plain(lines[i])
    local arrow = line:match('^%s*%-%->%s+(.*)') -- ruff names the place below the message
    local path, row, rest = (arrow or line):match('^%s*([^%s:]+%.%w+):(%d+)(.*)')
    local file = path and M._file(path, root)
    if file and #items < MOST_PLACES then
      local column, message = rest:match('^:(%d+):?%s*(.*)')
      message = message or rest:gsub('^:%s*', '')
      message = (arrow or message == '') and vim.trim(before) or message
      local key = ('%s:%s:%s:%s'):format(file, row, column or '', message)
      if not seen[key] then
        seen[key] = true
        items[#items + 1] =
          { filename = file, lnum = tonumber(row), col = tonumber(column) or 0, text = message, type = 'E', valid = 1 }
      end
    end
    before = line
  end
  return items
end

---@private
---@return string?
function M._file(path, root)
  local absolute = path:match('^/') or path:match('^%a:[/\\]')
  if not absolute and not root then
    return nil
  end
  local file = vim.fs.normalize(absolute and path or vim.fs.joinpath(root, path))
  local stat = vim.uv.fs_stat(file)
  return stat and stat.type == 'file' and file or nil
end

---@private
---@return string[]
function M._read(log)
  local ok, lines = pcall(vim.fn.readfile, log or '')
  return ok and lines or {}
end

return M
