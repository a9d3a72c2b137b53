--- One run, as far as we have heard of it: events and the final result in, the state of each session out.
--- Knows no window, no client and no clock: the time of each event is given. Neighbours: runs.lua keeps them, view.lua
--- shows one.

---@alias noxflow.State 'waiting'|'running'|'passed'|'failed'|'skipped'|'cancelled'

---@class noxflow.SessionState
---@field name string
---@field state noxflow.State
---@field started? number seconds on the caller's clock
---@field seconds? number how long it took, once it is over
---@field exit_code? integer
---@field reason? string why it was skipped
---@field log? string
---@field places? noxflow.Place[] what its output names, once the run is over
---@field last_line? string what it said last

---@class noxflow.Run
---@field id string
---@field client_id integer
---@field started number
---@field state 'running'|'cancelling'|'finished'
---@field seconds? number
---@field predicted? number
---@field uri? string what it was started for, when we started it
---@field result? noxflow.RunResult
---@field is_told? boolean the user has been told how it ended
---@field sessions noxflow.SessionState[] in the order the server named them
---@field by_name table<string, noxflow.SessionState>
local Run = {}
Run.__index = Run

local OUTCOMES =
  { taskPassed = 'passed', taskFailed = 'failed', taskSkipped = 'skipped', taskCancelled = 'cancelled' }
local OVER = { passed = true, failed = true, skipped = true, cancelled = true }

---@param session noxflow.SessionState
---@param event noxflow.RunEvent
---@param now number
local function apply_to(session, event, now)
  session.log = event.log or session.log
  if event.event == 'taskStarted' then
    session.state = 'running'
    session.started = now
  elseif event.event == 'taskOutput' then
    session.last_line = event.line
  elseif OUTCOMES[event.event] then
    session.state = OUTCOMES[event.event]
    session.seconds = event.seconds or (session.started and now - session.started)
    session.exit_code = event.exitCode
    session.reason = event.reason
  end
end

---@param id string
---@param client_id integer
---@param now number
---@return noxflow.Run
function Run.new(id, client_id, now)
  local run = { id = id, client_id = client_id, started = now, state = 'running', sessions = {}, by_name = {} }
  return setmetatable(run, Run)
end

--- Takes in one event. Events of an unknown kind are from a newer server and change nothing.
---@param event noxflow.RunEvent
---@param now number
function Run:apply(event, now)
  if event.event == 'runStarted' then
    self.predicted = event.predictedSeconds
    for _, name in ipairs(event.sessions or {}) do
      self:session(name)
    end
  elseif event.event == 'runFinished' then
    self:_close(event.seconds or now - self.started, now)
  elseif event.session then
    apply_to(self:session(event.session), event, now)
  end
end

--- Takes in the answer to the command that started the run: it has the last word.
---@param result noxflow.RunResult
---@param now number
function Run:finish(result, now)
  self.result = result
  for _, told in ipairs(result.sessions or {}) do
    local session = self:session(told.name)
    session.state = told.outcome
    session.exit_code = told.exitCode or session.exit_code
    session.seconds = told.seconds
    session.log = told.log or session.log
    session.places = told.places
  end
  self:_close(result.seconds, now)
end

--- The server went away: what ran then was cancelled as far as we know.
---@param now number
function Run:lost(now)
  self:_close(now - self.started, now)
end

---@return boolean
function Run:is_over()
  return self.state == 'finished'
end

---@param now number
---@return number
function Run:elapsed(now)
  return self.seconds or math.max(0, now - self.started)
end

--- How many sessions are in each state; `over` is the number that will not change any more.
---@return table<noxflow.State|'over', integer>
function Run:counts()
  local counts = { waiting = 0, running = 0, passed = 0, failed = 0, skipped = 0, cancelled = 0, over = 0 }
  for _, session in ipairs(self.sessions) do
    counts[session.state] = counts[session.state] + 1
    counts.over = counts.over + (OVER[session.state] and 1 or 0)
  end
  return counts
end

--- The session of that name, made when we have not heard of it yet.
---@param name string
---@return noxflow.SessionState
function Run:session(name)
  local session = self.by_name[name]
  if not session then
    session = { name = name, state = 'waiting' } ---@type noxflow.SessionState
    self.by_name[name] = session
    table.insert(self.sessions, session)
  end
  return session
end

---@private
function Run:_close(seconds, now)
  self.state = 'finished'
  self.seconds = seconds
  for _, session in ipairs(self.sessions) do
    if not OVER[session.state] then
      session.seconds = session.started and now - session.started
      session.state = 'cancelled'
    end
  end
end

return Run
