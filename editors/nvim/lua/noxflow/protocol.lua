--- What we and the server say to each other beyond the language server protocol, in one place.
--- Its mirror in the server is server/app/src/lsp/ext.rs; change both together.
local M = {}

---@class noxflow.RunArguments
---@field uri? string a noxfile, a workflow, or any file of the folder
---@field sessions? string[] none: the noxfile's default sessions
---@field withDependencies? boolean what they require as well; the server's default is yes
---@field jobs? integer
---@field posargs? string[]

---@class noxflow.SessionResult
---@field name string
---@field outcome 'passed'|'failed'|'skipped'|'cancelled'
---@field exitCode? integer
---@field seconds number
---@field log? string path of the session's whole output
---@field places? noxflow.Place[] what the output of a failed one names

---@class noxflow.Place
---@field path string
---@field line integer from 1
---@field column? integer from 1, in characters
---@field level 'error'|'warning'|'info'|'hint'
---@field tool string empty where nobody can tell
---@field code? string
---@field message string

---@class noxflow.RunResult
---@field run string
---@field exitCode integer
---@field passed integer
---@field failed integer
---@field skipped integer
---@field cancelled boolean
---@field seconds number
---@field sequentialSeconds number what the same sessions take one after another
---@field sessions noxflow.SessionResult[]

---@alias noxflow.EventKind
---| 'runStarted'
---| 'taskStarted'
---| 'taskOutput'
---| 'taskPassed'
---| 'taskFailed'
---| 'taskSkipped'
---| 'taskCancelled'
---| 'runFinished'

---@class noxflow.RunEvent
---@field run string
---@field event noxflow.EventKind
---@field session? string
---@field line? string
---@field exitCode? integer
---@field seconds? number
---@field reason? string
---@field log? string
---@field sessions? string[]
---@field predictedSeconds? number

---@class noxflow.AuditResult
---@field markdown string

---@class noxflow.ConfirmResult
---@field uri string the noxfile
---@field sessions integer what nox lists, each interpreter and set of parameters counted

---@class noxflow.ImportArguments
---@field uri? string
---@field files? string[] paths of reports, logs (also packed), records of jobs
---@field fetch? noxflow.FetchArguments

---@class noxflow.FetchArguments
---@field url? string the forge's address; nil: that of the git remote
---@field repository? string OWNER/REPOSITORY
---@field token? string for the forge at `url`, which must then be there
---@field branch? string
---@field workflow? string
---@field since? string
---@field limit? integer
---@field logs? boolean

---@class noxflow.ImportResult
---@field durations integer those that were not known
---@field known integer
---@field sessions integer
---@field runs integer
---@field notes string[] what was left out and why
---@field stopped? string why it ended before its end
---@field message string all of it in a sentence

---@class noxflow.SourceResult
---@field url string
---@field host string
---@field repository string
---@field forge? 'github'|'forgejo'|'gitea'

M.RUN = 'noxflow.run'
M.CANCEL = 'noxflow.cancel'
M.AUDIT = 'noxflow.audit'
M.GRAPH = 'noxflow.graph'
M.CONFIRM = 'noxflow.confirm'
M.IMPORT_TIMINGS = 'noxflow.importTimings'
M.TIMINGS_SOURCE = 'noxflow.timingsSource'
M.CLEAR_TIMINGS = 'noxflow.clearTimings'
M.RUN_EVENT = 'noxflow/runEvent'

--- Notifications of the server.
---@type table<string, lsp.Handler>
M.handlers = {
  [M.RUN_EVENT] = function(_, event, context)
    require('noxflow.runs').on_event(M._without_null(event), context.client_id)
  end,
}

--- Server commands that code lenses name: taken over here, so that a run from a lens is shown like any other.
---@type table<string, fun(command: lsp.Command, context: table)>
M.commands = {
  [M.RUN] = function(command, context)
    local client = assert(vim.lsp.get_client_by_id(context.client_id))
    require('noxflow.runs').launch(client, (command.arguments or {})[1] or vim.empty_dict())
  end,
}

---@param client vim.lsp.Client
---@param arguments noxflow.RunArguments
---@param done fun(err: string?, result: noxflow.RunResult?)
function M.run(client, arguments, done)
  M._execute(client, M.RUN, { arguments }, done)
end

---@param client vim.lsp.Client
---@param run? string nil: everything that runs
---@param done fun(err: string?)
function M.cancel(client, run, done)
  M._execute(client, M.CANCEL, run and { { run = run } } or {}, done)
end

---@param client vim.lsp.Client
---@param uri string
---@param done fun(err: string?, result: noxflow.AuditResult?)
function M.audit(client, uri, done)
  M._execute(client, M.AUDIT, { { uri = uri } }, done)
end

---@param client vim.lsp.Client
---@param uri string
---@param done fun(err: string?, result: noxflow.ConfirmResult?)
function M.confirm(client, uri, done)
  M._execute(client, M.CONFIRM, { { uri = uri } }, done)
end

---@param client vim.lsp.Client
---@param arguments noxflow.RunArguments
---@param done fun(err: string?, result: { text: string }?)
function M.graph(client, arguments, done)
  M._execute(client, M.GRAPH, { arguments }, done)
end

---@param client vim.lsp.Client
---@param arguments noxflow.ImportArguments
---@param done fun(err: string?, result: noxflow.ImportResult?)
function M.import(client, arguments, done)
  M._execute(client, M.IMPORT_TIMINGS, { arguments }, done)
end

---@param client vim.lsp.Client
---@param arguments { uri: string, url?: string, repository?: string }
---@param done fun(err: string?, result: noxflow.SourceResult?)
function M.source(client, arguments, done)
  M._execute(client, M.TIMINGS_SOURCE, { arguments }, done)
end

---@param client vim.lsp.Client
---@param arguments { uri: string, sessions?: string[] }
---@param done fun(err: string?, result: { removed: integer }?)
function M.clear(client, arguments, done)
  M._execute(client, M.CLEAR_TIMINGS, { arguments }, done)
end

--- Sends new settings to a server that runs.
---@param client vim.lsp.Client
---@param settings table<string, any>
function M.change_settings(client, settings)
  client.settings = vim.tbl_extend('force', client.settings or {}, { noxflow = settings })
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
end

---@private
function M._execute(client, command, arguments, done)
  local params = { command = command, arguments = arguments }
  local sent = client:request('workspace/executeCommand', params, function(err, result)
    done(err and err.message or nil, M._without_null(result))
  end)
  if not sent then
    done('the server has stopped')
  end
end

--- JSON's null as Lua's nil, at every depth.
---@private
function M._without_null(value)
  if value == vim.NIL then
    return nil
  end
  if type(value) ~= 'table' then
    return value
  end
  local plain = {}
  for key, inner in pairs(value) do
    plain[key] = M._without_null(inner)
  end
  return plain
end

return M
