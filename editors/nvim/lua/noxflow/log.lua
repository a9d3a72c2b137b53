--- Shows the log of a session: the file itself, read-only, followed while the session writes it.
--- Neighbours: window.lua and the command open it; the file is the server's.
local M = {}

local followed ---@type { bufnr: integer, session: noxflow.SessionState }?

--- Opens the log of one session of a run.
---@param run noxflow.Run
---@param name string
function M.open(run, name)
  local session = run:session(name)
  if not session.log or not vim.uv.fs_stat(session.log) then
    vim.notify(('noxflow: %s has no log yet'):format(name), vim.log.levels.INFO)
    return
  end
  local bufnr = vim.fn.bufadd(session.log)
  vim.fn.bufload(bufnr)
  M._dress(bufnr)
  M._show(bufnr)
  vim.wo[0][0].statusline = (' log of %s%%=%%l/%%L '):format((name:gsub('%%', '%%%%')))
  vim.cmd('checktime ' .. bufnr)
  vim.cmd('normal! G')
  followed = { bufnr = bufnr, session = session }
end

--- Reads the followed log again. Keeps the cursor at the end where it was there.
function M.follow()
  if not followed or not vim.api.nvim_buf_is_valid(followed.bufnr) then
    followed = nil
    return
  end
  local bufnr = followed.bufnr
  local at_end = vim.tbl_filter(function(win)
    return vim.api.nvim_win_get_cursor(win)[1] == vim.api.nvim_buf_line_count(bufnr)
  end, vim.fn.win_findbuf(bufnr))
  vim.cmd('silent! checktime ' .. bufnr)
  for _, win in ipairs(at_end) do
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(bufnr), 0 })
  end
  if followed.session.state ~= 'running' then
    followed = nil
  end
end

---@private
function M._dress(bufnr)
  vim.bo[bufnr].buflisted = false
  vim.bo[bufnr].autoread = true
  vim.bo[bufnr].swapfile = false
  vim.bo[bufnr].readonly = true
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = 'noxflowlog'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, nowait = true, desc = 'noxflow: close the log' })
end

--- Shows it in the window of another log, else below the last editing window.
---@private
function M._show(bufnr)
  local beside
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local filetype = vim.bo[vim.api.nvim_win_get_buf(win)].filetype
    if filetype == 'noxflowlog' then
      vim.api.nvim_set_current_win(win)
      vim.api.nvim_win_set_buf(win, bufnr)
      return
    elseif filetype ~= 'noxflow' and vim.api.nvim_win_get_config(win).relative == '' then
      beside = win
    end
  end
  local previous = vim.fn.win_getid(vim.fn.winnr('#'))
  if previous ~= 0 and vim.bo[vim.api.nvim_win_get_buf(previous)].filetype ~= 'noxflow' then
    beside = previous
  end
  vim.api.nvim_open_win(bufnr, true, beside and { split = 'below', win = beside } or { split = 'above', win = -1 })
end

return M
