--- The runs of this Neovim: starts them, hears of them, says how they ended.
--- Neighbours: protocol.lua brings the messages, run.lua is one run, window.lua shows the latest, quickfix.lua lists
--- what failed.
local Run = require('noxflow.run')
local protocol = require('noxflow.protocol')
local text = require('noxflow.text')

local M = {}

local all = {} ---@type noxflow.Run[] oldest first
local waiting = {} ---@type table<integer, integer> client id -> commands whose answer is still to come
local asked_for = {} ---@type table<integer, string?> client id -> URI of the command sent last
local KEPT = 20

--- Starts a run. The answer comes when it is over; until then the server's events tell.
---@param client vim.lsp.Client
---@param arguments noxflow.RunArguments
function M.launch(client, arguments)
  M._save_or_warn(client)
  waiting[client.id] = (waiting[client.id] or 0) + 1
  asked_for[client.id] = arguments.uri
  protocol.run(client, arguments, function(err, result)
    waiting[client.id] = math.max(0, (waiting[client.id] or 0) - 1)
    if err then
      vim.notify('noxflow: ' .. err, vim.log.levels.ERROR)
      if waiting[client.id] == 0 then
        M._lost(client.id)
      end
    elseif result then
      local run = M._get(result.run, client.id)
      run:finish(result, M.now())
      M._finished(run)
    end
  end)
end

--- Takes in one event of the server.
---@param event noxflow.RunEvent
---@param client_id integer
function M.on_event(event, client_id)
  local run = M._get(event.run, client_id)
  if run:is_over() then
    return
  end
  run:apply(event, M.now())
  local window = require('noxflow.window')
  if event.event == 'runStarted' then
    window.show(run)
  else
    window.changed(run)
  end
  -- A run that somebody else started (no answer will come to us) ends here.
  if event.event == 'runFinished' and (waiting[client_id] or 0) == 0 then
    M._finished(run)
  end
end

--- A server is about to be stopped because the user wants that: it cancels its runs.
---@param client_id integer
function M.server_stops(client_id)
  for _, run in ipairs(all) do
    if run.client_id == client_id and not run:is_over() then
      run.state = 'cancelling'
      require('noxflow.window').changed(run)
    end
  end
end

--- Nothing more will be heard of the runs of a server.
---@param client_id integer
function M.server_stopped(client_id)
  waiting[client_id] = nil
  if M._lost(client_id) then
    vim.notify('noxflow: the server stopped during a run', vim.log.levels.ERROR)
  end
end

--- Cancels one run, or all that are under way.
---@param only? noxflow.Run
function M.cancel(only)
  local clients = {} ---@type table<integer, true>
  for _, run in ipairs(all) do
    if not run:is_over() and (not only or run == only) then
      clients[run.client_id] = true
      run.state = 'cancelling'
      require('noxflow.window').changed(run)
    end
  end
  if not next(clients) then
    vim.notify('noxflow: nothing is running', vim.log.levels.INFO)
  end
  for client_id in pairs(clients) do
    local client = vim.lsp.get_client_by_id(client_id)
    if client then
      protocol.cancel(client, only and only.id, function(err)
        if err then
          vim.notify('noxflow: ' .. err, vim.log.levels.ERROR)
        end
      end)
    end
  end
end

---@return noxflow.Run?
function M.latest()
  return all[#all]
end

--- The clock that run.lua is given.
---@return number seconds
function M.now()
  return vim.uv.hrtime() / 1e9
end

--- One line that says how a run ended.
---@param run noxflow.Run
---@return string message
---@return integer level
function M.summary(run)
  local counts = run:counts()
  local parts = {}
  for _, state in ipairs({ 'passed', 'failed', 'skipped', 'cancelled' }) do
    if counts[state] > 0 then
      parts[#parts + 1] = ('%d %s'):format(counts[state], state)
    end
  end
  local message = table.concat(parts, ', ')
  message = (message == '' and 'no session ran' or message) .. ' in ' .. text.seconds(run.seconds or 0)
  local sequential = run.result and run.result.sequentialSeconds
  if sequential and run.seconds and #run.sessions > 1 and sequential > run.seconds then
    message = ('%s (one after another: %s)'):format(message, text.seconds(sequential))
  end
  local level = vim.log.levels.INFO
  if counts.failed > 0 then
    level = vim.log.levels.ERROR
  elseif counts.cancelled > 0 then
    level = vim.log.levels.WARN
  end
  return message, level
end

---@private
---@param run noxflow.Run
function M._finished(run)
  run.is_told = true
  require('noxflow.window').changed(run)
  local message, level = M.summary(run)
  vim.notify('noxflow: ' .. message, level)
  require('noxflow.quickfix').fill(run)
end

--- Ends the runs of a client of which nothing more will be heard. One that had its end, but not yet the answer that
--- goes with it, has ended well; so has one that was being cancelled.
---@private
---@return boolean were_running
function M._lost(client_id)
  local were_running = false
  for _, run in ipairs(all) do
    if run.client_id == client_id and not run.is_told then
      local was_running = run.state == 'running'
      if not run:is_over() then
        run:lost(M.now())
      end
      if was_running then
        run.is_told, were_running = true, true
        require('noxflow.window').changed(run)
      else
        M._finished(run)
      end
    end
  end
  return were_running
end

---@private
---@return noxflow.Run
function M._get(id, client_id)
  for i = #all, 1, -1 do
    if all[i].id == id and all[i].client_id == client_id then
      return all[i]
    end
  end
  local run = Run.new(id, client_id, M.now())
  run.uri = asked_for[client_id]
  table.insert(all, run)
  if #all > KEPT and all[1]:is_over() then
    table.remove(all, 1)
  end
  return run
end

--- nox runs what is on disk. As with :make, 'autowrite' decides whether we write first.
---@private
function M._save_or_warn(client)
  local changed = vim.iter(vim.api.nvim_list_bufs()):filter(function(bufnr)
    local name = vim.api.nvim_buf_get_name(bufnr)
    return vim.bo[bufnr].modified and vim.bo[bufnr].buftype == '' and vim.fs.relpath(client.root_dir or '', name) ~= nil
  end)
  local names = changed:map(vim.api.nvim_buf_get_name):map(vim.fs.basename):totable()
  if #names == 0 then
    return
  elseif vim.o.autowrite or vim.o.autowriteall then
    vim.cmd('silent! wall')
  else
    vim.notify('noxflow: not saved, so not run: the changes in ' .. table.concat(names, ', '), vim.log.levels.WARN)
  end
end

return M
