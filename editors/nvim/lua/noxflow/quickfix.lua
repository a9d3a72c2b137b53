--- The quickfix list of a run's failed sessions: for each the log, then the places that the server found in it.
--- Neighbours: runs.lua calls it when a run is over.
local text = require('noxflow.text')

local M = {}

local END = 2147483647 -- Neovim goes to the last line of a log that has fewer
local TYPES = { error = 'E', warning = 'W', info = 'I', hint = 'N' }

--- Fills the list as the user wants it. Leaves the list alone when nothing failed.
---@param run noxflow.Run
function M.fill(run)
  local want = require('noxflow.config').get().quickfix
  if want == 'off' then
    return
  end
  local client = vim.lsp.get_client_by_id(run.client_id)
  local items = M.items(run)
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
    place = item.lnum == END and 'end' or place
    return ('%s|%s| %s'):format(name, place, item.text)
  end, vim.list_slice(list.items, info.start_idx, info.end_idx))
end

---@param run noxflow.Run
---@return vim.quickfix.entry[]
function M.items(run)
  local items = {}
  for _, session in ipairs(run.sessions) do
    if session.state == 'failed' then
      local message = ('%s failed'):format(session.name)
      if session.exit_code then
        message = ('%s, exit code %d'):format(message, session.exit_code)
      end
      if session.seconds then
        message = ('%s after %s'):format(message, text.seconds(session.seconds))
      end
      items[#items + 1] = {
        filename = session.log,
        lnum = END,
        text = message,
        type = 'E',
        valid = session.log and 1 or 0,
        user_data = 'log of ' .. session.name,
      }
      vim.list_extend(items, vim.tbl_map(M._place, session.places or {}))
    end
  end
  return items
end

---@private
---@param place noxflow.Place
---@return vim.quickfix.entry
function M._place(place)
  local said_by = vim.trim(('%s %s'):format(place.tool, place.code or ''))
  local message = place.message:gsub('\n', ' ')
  return {
    filename = place.path,
    lnum = place.line,
    col = place.column or 0,
    text = said_by == '' and message or ('%s: %s'):format(said_by, message),
    type = TYPES[place.level],
    valid = 1,
  }
end

return M
