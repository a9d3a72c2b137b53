--- What the run window says, as lines and highlights. A pure function of the run, the width and the time.
--- Neighbours: window.lua puts it on the screen.
local text = require('noxflow.text')

local M = {}

---@class noxflow.Mark
---@field line integer 0-based
---@field from integer byte
---@field to integer byte
---@field group string

---@class noxflow.Screen
---@field lines string[]
---@field marks noxflow.Mark[]
---@field sessions table<integer, string> 1-based line -> session

local GROUPS = {
  waiting = 'NoxflowWaiting',
  running = 'NoxflowRunning',
  passed = 'NoxflowPassed',
  failed = 'NoxflowFailed',
  skipped = 'NoxflowSkipped',
  cancelled = 'NoxflowCancelled',
}
local TIME_WIDTH = 9
local LONGEST_NAME = 40
local NOTE_WIDTH = 24

--- The highlight groups and what they look like unless the user or the colour scheme says otherwise.
---@type table<string, string>
M.links = {
  NoxflowTitle = 'Title',
  NoxflowWaiting = 'NonText',
  NoxflowRunning = 'DiagnosticInfo',
  NoxflowPassed = 'DiagnosticOk',
  NoxflowFailed = 'DiagnosticError',
  NoxflowSkipped = 'NonText',
  NoxflowCancelled = 'DiagnosticWarn',
  NoxflowNote = 'Comment',
}

---@param run noxflow.Run
---@param now number
---@param width integer screen cells
---@param icons noxflow.Icons
---@return noxflow.Screen
function M.render(run, now, width, icons)
  local screen = { lines = {}, marks = {}, sessions = {} } ---@type noxflow.Screen
  M._add(screen, M._head(run, now, width))
  local columns = M._columns(run, now, width)
  for _, session in ipairs(run.sessions) do
    M._add(screen, M._row(session, run, now, columns, icons))
    screen.sessions[#screen.lines] = session.name
  end
  return screen
end

--- The first line: how far the run is, or how it ended.
---@param run noxflow.Run
---@param now number
---@return string
function M.title(run, now)
  if run:is_over() then
    return (require('noxflow.runs').summary(run))
  end
  local counts = run:counts()
  local parts = { ('%d of %d done'):format(counts.over, #run.sessions) }
  if run.state == 'cancelling' then
    table.insert(parts, 1, 'cancelling')
  end
  if counts.failed > 0 then
    parts[#parts + 1] = ('%d failed'):format(counts.failed)
  end
  local elapsed = run:elapsed(now)
  parts[#parts + 1] = text.whole_seconds(elapsed)
  if run.predicted and run.predicted > elapsed + 1 and run.state == 'running' then
    parts[#parts + 1] = ('about %s left'):format(text.whole_seconds(math.ceil(run.predicted - elapsed)))
  end
  return table.concat(parts, ', ')
end

--- The title and, where there is room, the keys of the window.
---@private
function M._head(run, now, width)
  local title = text.cut(M.title(run, now), width - 1)
  local keys = run:is_over() and '<CR> log  r again  q close' or '<CR> log  c cancel  q close'
  local gap = width - 2 - vim.fn.strdisplaywidth(title) - #keys
  if gap < 2 then
    return { { ' ' }, { title, 'NoxflowTitle' } }
  end
  return { { ' ' }, { title, 'NoxflowTitle' }, { (' '):rep(gap) }, { keys, 'NoxflowNote' } }
end

---@class noxflow.Columns
---@field name integer
---@field bar integer
---@field note integer
---@field total number seconds that the whole bar stands for

---@private
---@return noxflow.Columns
function M._columns(run, now, width)
  local name = 8
  for _, session in ipairs(run.sessions) do
    name = math.max(name, vim.fn.strdisplaywidth(session.name))
  end
  name = math.min(name, LONGEST_NAME, math.max(8, math.floor(width / 3)))
  local left = width - (3 + name + TIME_WIDTH + 2) -- icon, name, time, gap
  local bar = math.max(0, math.min(60, left - NOTE_WIDTH - 1))
  local elapsed = run:elapsed(now)
  -- While it runs the bar stands for what was predicted, so that it grows to the right and does not shrink.
  local total = run:is_over() and elapsed or math.max(elapsed, run.predicted or 0)
  local note = math.max(0, left - (bar > 0 and bar + 1 or 0))
  return { name = name, bar = bar, note = note, total = math.max(total, 0.001) }
end

---@private
---@param session noxflow.SessionState
---@param run noxflow.Run
---@param now number
---@param columns noxflow.Columns
---@param icons noxflow.Icons
function M._row(session, run, now, columns, icons)
  local group = GROUPS[session.state]
  local seconds = session.seconds or (session.started and now - session.started)
  local time = ''
  if seconds and session.state == 'running' then
    time = text.whole_seconds(seconds)
  elseif seconds and session.state ~= 'skipped' then
    time = text.seconds(seconds)
  end
  local row = {
    { ' ' },
    { icons[session.state], group },
    { ' ' .. text.fill(text.cut(session.name, columns.name), columns.name) },
    { (' '):rep(TIME_WIDTH - #time) .. time, 'NoxflowNote' },
    { '  ' },
  }
  if columns.bar > 0 then
    local before, cells = M._bar(session, run, seconds, columns)
    vim.list_extend(row, {
      { (' '):rep(before) },
      { icons.bar:rep(cells), group },
      { (' '):rep(columns.bar - before - cells + 1) },
    })
  end
  row[#row + 1] = { text.cut(M._note(session), columns.note), 'NoxflowNote' }
  return row
end

--- Where a session lies in the run: blank cells before it, and its own (at least one once it has started).
---@private
---@return integer before
---@return integer cells
function M._bar(session, run, seconds, columns)
  if not session.started or not seconds then
    return 0, 0
  end
  local per_cell = columns.total / columns.bar
  local before = math.floor(math.max(0, session.started - run.started) / per_cell)
  before = math.min(before, columns.bar - 1)
  local cells = math.max(1, math.floor(seconds / per_cell + 0.5))
  return before, math.min(cells, columns.bar - before)
end

---@private
---@param session noxflow.SessionState
---@return string
function M._note(session)
  if session.state == 'failed' then
    return session.exit_code and ('exit code %d'):format(session.exit_code) or (session.reason or 'failed')
  elseif session.state == 'skipped' or session.state == 'cancelled' then
    return session.reason or session.state
  elseif session.state == 'running' then
    return session.last_line and vim.trim(text.plain(session.last_line)) or ''
  end
  return ''
end

--- Adds one line made of pieces `{ text, group? }`.
---@private
---@param screen noxflow.Screen
---@param pieces { [1]: string, [2]: string? }[]
function M._add(screen, pieces)
  local whole = table.concat(vim.tbl_map(function(piece)
    return piece[1]
  end, pieces))
  local line = whole:gsub('%s+$', '')
  local from = 0
  for _, piece in ipairs(pieces) do
    local to = math.min(from + #piece[1], #line)
    if piece[2] and to > from then
      table.insert(screen.marks, { line = #screen.lines, from = from, to = to, group = piece[2] })
    end
    from = from + #piece[1]
  end
  table.insert(screen.lines, line)
end

return M
