--- What the plugin can do, as functions: the command and the <Plug> maps call these, and so may a user's own mapping.
local M = {}

--- Runs sessions side by side; none given: the default sessions of the noxfile.
---@param arguments? noxflow.RunArguments
function M.run(arguments)
  require('noxflow.clients').with_server(function(client, uri)
    local full = vim.tbl_extend('keep', arguments or {}, { uri = uri })
    require('noxflow.runs').launch(client, full)
  end)
end

--- Runs the session under the cursor, and nothing else unless the arguments say so.
---@param arguments? noxflow.RunArguments
function M.run_here(arguments)
  require('noxflow.clients').with_server(function(client, uri)
    local name = require('noxflow.sessions').at(client, vim.api.nvim_win_get_cursor(0)[1] - 1)
    if not name then
      vim.notify('noxflow: no session under the cursor', vim.log.levels.WARN)
      return
    end
    local full = vim.tbl_extend('keep', arguments or {}, { uri = uri, sessions = { name }, withDependencies = false })
    require('noxflow.runs').launch(client, full)
  end)
end

--- Runs the session under the cursor and everything it requires.
function M.run_here_with_dependencies()
  M.run_here({ withDependencies = true })
end

--- Cancels everything that runs.
function M.cancel()
  require('noxflow.runs').cancel()
end

--- Shows what bounds the CI time of the folder.
function M.audit()
  require('noxflow.clients').with_server(function(client, uri)
    require('noxflow.protocol').audit(client, uri, function(err, result)
      if err then
        vim.notify('noxflow: ' .. err, vim.log.levels.ERROR)
      elseif result then
        require('noxflow.page').show('noxflow://audit', 'markdown', result.markdown)
      end
    end)
  end)
end

--- Lets the user choose a rewrite at the cursor, or in the given lines, and shows it as a diff.
---@param lines? { [1]: integer, [2]: integer } first and last line, from 1
function M.rewrite(lines)
  local client = vim.lsp.get_clients({ name = 'noxflow', bufnr = 0 })[1]
  if client then
    require('noxflow.rewrite').choose(client, lines)
  else
    vim.notify('noxflow: neither a noxfile nor a workflow', vim.log.levels.WARN)
  end
end

--- Asks nox for the sessions of the noxfile: what cannot be read without running it is filled in.
function M.confirm()
  require('noxflow.clients').with_server(function(client, uri)
    require('noxflow.protocol').confirm(client, uri, function(err, result)
      if err then
        vim.notify('noxflow: not confirmed: ' .. err, vim.log.levels.ERROR)
      elseif result then
        vim.notify(('noxflow: confirmed, nox lists %d sessions'):format(result.sessions), vim.log.levels.INFO)
      end
    end)
  end)
end

--- Takes durations from files: reports of nox, logs of a CI, lists of jobs, JUnit files.
---@param files string[]
function M.import(files)
  require('noxflow.clients').with_server(function(client, uri)
    require('noxflow.durations').import(client, uri, files)
  end)
end

--- Fetches durations from GitHub, Forgejo or Gitea; nothing given: from the forge of the git remote.
---@param arguments? noxflow.FetchArguments
function M.fetch(arguments)
  require('noxflow.clients').with_server(function(client, uri)
    require('noxflow.durations').fetch(client, uri, arguments or {})
  end)
end

--- Forgets the durations of the project; of these sessions, if some are given.
---@param sessions? string[]
function M.clear(sessions)
  require('noxflow.clients').with_server(function(client, uri)
    require('noxflow.durations').clear(client, uri, sessions or {})
  end)
end

--- Shows what a run would do when, and what bounds it; none given: the default sessions.
---@param sessions? string[]
function M.graph(sessions)
  require('noxflow.clients').with_server(function(client, uri)
    require('noxflow.protocol').graph(client, { uri = uri, sessions = sessions }, function(err, result)
      if err then
        vim.notify('noxflow: ' .. err, vim.log.levels.ERROR)
      elseif result then
        require('noxflow.page').show('noxflow://graph', 'noxflowgraph', result.text)
        vim.wo[0][0].wrap = false
      end
    end)
  end)
end

--- Opens the log of a session of the latest run; without a name the first failed one, or the last.
---@param name? string
function M.log(name)
  local run = require('noxflow.runs').latest()
  if not run then
    vim.notify('noxflow: nothing has been run', vim.log.levels.INFO)
    return
  end
  local failed = vim.iter(run.sessions):find(function(session)
    return session.state == 'failed'
  end)
  local chosen = name or (failed or run.sessions[#run.sessions] or {}).name
  if not chosen or not run.by_name[chosen] then
    vim.notify(('noxflow: the latest run has no session `%s`'):format(chosen or ''), vim.log.levels.WARN)
    return
  end
  require('noxflow.log').open(run, chosen)
end

--- Opens the run window, or closes it.
function M.window()
  local window = require('noxflow.window')
  if window.is_open() then
    window.close()
  elseif not window.open() then
    vim.notify('noxflow: nothing has been run', vim.log.levels.INFO)
  end
end

--- Stops the server and starts it again.
function M.restart()
  require('noxflow.clients').restart()
end

--- Changes the server's settings now, without a restart.
---@param settings table<string, any>
function M.change_settings(settings)
  local config = type(vim.g.noxflow) == 'table' and vim.g.noxflow or {}
  config.settings = settings
  vim.g.noxflow = config
  for _, client in ipairs(vim.lsp.get_clients({ name = 'noxflow' })) do
    require('noxflow.protocol').change_settings(client, settings)
  end
end

return M
