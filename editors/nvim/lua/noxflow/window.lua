--- The run window: one calm list below everything else, a line for each session of the latest run.
--- Draws at most a few times a second whatever the server sends. Neighbours: view.lua says what is in it, runs.lua
--- says when.
local config = require('noxflow.config')
local view = require('noxflow.view')

local M = {}

local DRAW_MS = 100 -- the shortest time between two drawings
local TICK_MS = 1000 -- while a run is under way the seconds go on

local namespace = vim.api.nvim_create_namespace('noxflow.window')
local shown ---@type noxflow.Run?
local bufnr ---@type integer?
local sessions = {} ---@type table<integer, string>
local timer ---@type uv.uv_timer_t?
local is_due = false

--- Shows a run that starts; opens the window unless the user does not want that.
---@param run noxflow.Run
function M.show(run)
  shown = run
  local win = M._win()
  if win then
    vim.api.nvim_win_set_height(win, 1) -- it grows to what this run needs
    M.draw()
  elseif config.get().window.auto_open then
    M.open()
  end
  M._tick()
end

--- Something happened to a run: draw it soon.
---@param run noxflow.Run
function M.changed(run)
  if not shown or (shown:is_over() and not run:is_over()) then
    shown = run
  end
  if run ~= shown or is_due or not M._win() then
    return
  end
  is_due = true
  vim.defer_fn(function()
    is_due = false
    M.draw()
  end, DRAW_MS)
end

--- Opens the window without going there.
---@return integer? winid
function M.open()
  shown = shown or require('noxflow.runs').latest()
  if not shown then
    return nil
  end
  local win = M._win()
  if not win then
    win = vim.api.nvim_open_win(M._buffer(), false, { split = 'below', win = -1, height = 1 })
    M._dress(win)
  end
  M.draw()
  return win
end

function M.close()
  local win = M._win()
  if win and #vim.api.nvim_list_wins() > 1 then
    vim.api.nvim_win_close(win, true)
  end
end

---@return boolean
function M.is_open()
  return M._win() ~= nil
end

--- Draws the run as it is now, and makes the window as high as it needs.
function M.draw()
  local win = M._win()
  if not win or not shown then
    return
  end
  local buf = M._buffer()
  local options = config.get().window
  local now = require('noxflow.runs').now()
  local screen = view.render(shown, now, vim.api.nvim_win_get_width(win), options.icons)
  sessions = screen.sessions
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, screen.lines)
  vim.bo[buf].modifiable = false
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for _, mark in ipairs(screen.marks) do
    vim.api.nvim_buf_set_extmark(buf, namespace, mark.line, mark.from, { end_col = mark.to, hl_group = mark.group })
  end
  M._fit(win, #screen.lines, options.height)
end

--- Opens the log of the session in the cursor line.
function M.open_log()
  local name = M._session_here()
  if name and shown then
    require('noxflow.log').open(shown, name)
  end
end

--- Runs the session in the cursor line once more.
function M.run_again()
  local name = M._session_here()
  local client = shown and vim.lsp.get_client_by_id(shown.client_id)
  if not name then
    return
  elseif not client then
    vim.notify('noxflow: the server of this run has stopped', vim.log.levels.WARN)
  else
    local uri = shown and shown.uri or vim.uri_from_fname(client.root_dir)
    require('noxflow.runs').launch(client, { uri = uri, sessions = { name }, withDependencies = false })
  end
end

---@private
function M._session_here()
  return sessions[vim.api.nvim_win_get_cursor(0)[1]]
end

--- The window in this tab page, if there is one.
---@private
---@return integer?
function M._win()
  if bufnr and vim.api.nvim_buf_is_valid(bufnr) then
    local win = vim.fn.bufwinid(bufnr)
    return win ~= -1 and win or nil
  end
end

---@private
---@return integer
function M._buffer()
  if bufnr and vim.api.nvim_buf_is_valid(bufnr) then
    return bufnr
  end
  bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, 'noxflow://run')
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].undolevels = -1
  vim.bo[bufnr].filetype = 'noxflow'
  for group, link in pairs(view.links) do
    vim.api.nvim_set_hl(0, group, { link = link, default = true })
  end
  local function map(key, run, desc)
    vim.keymap.set('n', key, run, { buffer = bufnr, nowait = true, desc = 'noxflow: ' .. desc })
  end
  map('<CR>', M.open_log, "open the session's log")
  map('r', M.run_again, 'run the session again')
  map('c', function()
    require('noxflow.runs').cancel(shown)
  end, 'cancel the run')
  map('q', M.close, 'close the window')
  vim.api.nvim_create_autocmd({ 'VimResized', 'WinResized', 'BufWinEnter' }, {
    group = vim.api.nvim_create_augroup('noxflow.window', {}),
    callback = function()
      if shown then
        vim.schedule(M.draw)
      end
    end,
  })
  return bufnr
end

---@private
function M._dress(win)
  for option, value in pairs({
    number = false,
    relativenumber = false,
    signcolumn = 'no',
    foldcolumn = '0',
    statuscolumn = '',
    list = false,
    wrap = false,
    spell = false,
    cursorline = true,
    winfixheight = true,
    winfixbuf = true,
    statusline = ' noxflow',
    fillchars = 'eob: ',
  }) do
    vim.api.nvim_set_option_value(option, value, { scope = 'local', win = win })
  end
end

--- Only grows during a run, so that a window the user made higher stays so.
---@private
function M._fit(win, lines, most)
  local height = math.min(lines, most, math.max(3, math.floor(vim.o.lines / 2)))
  if vim.api.nvim_win_get_height(win) < height then
    vim.api.nvim_win_set_height(win, height)
  end
end

--- Draws once a second until the run is over.
---@private
function M._tick()
  timer = timer or assert(vim.uv.new_timer())
  timer:stop()
  timer:start(
    TICK_MS,
    TICK_MS,
    vim.schedule_wrap(function()
      M.draw()
      require('noxflow.log').follow()
      if not shown or shown:is_over() then
        timer:stop()
      end
    end)
  )
end

return M
