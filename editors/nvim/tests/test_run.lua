-- Acting: sessions run by real nox processes, and everything the plugin shows of them.
local helpers = require('helpers')
local eq, holds = MiniTest.expect.equality, helpers.holds
local child = helpers.child()
local RUN_MS = 300000

-- Sessions that need no environment, for what is about time and not about tools.
local QUICK = [[
import nox

nox.options.default_venv_backend = "none"


@nox.session
def quick(session):
    session.run("python", "-c", "print('quick has spoken', flush=True)", external=True)


@nox.session
def slow(session):
    session.run("python", "-c", "import os, time; print('awake as', os.getpid(), flush=True); time.sleep(600)", external=True)


@nox.session
def broken(session):
    session.run("python", "-c", "print('noxfile.py:7: no good', flush=True); raise SystemExit(3)", external=True)


@nox.session(requires=["broken"])
def after(session):
    session.log("never")
]]

local function window_text()
  return table.concat(child.lines('noxflow://run'), '\n')
end

local T = MiniTest.new_set({
  hooks = {
    post_once = function()
      child.stop()
    end,
  },
})

T['seed'] = MiniTest.new_set({
  hooks = {
    pre_case = function()
      child.start_in(helpers.seed())
      child.open('noxfile.py')
    end,
  },
})

T['seed'][':Noxflow run launches sessions and the window shows them'] = function()
  child.cmd('Noxflow run lint format dead_code')
  child.eventually([[vim.fn.bufwinid('noxflow://run') ~= -1]])
  for _, name in ipairs({ 'lint', 'format', 'dead_code' }) do
    holds(window_text(), name)
  end
  eq(child.lua_get([[vim.fs.basename(vim.api.nvim_buf_get_name(0))]]), 'noxfile.py')
  child.eventually('#_G.told > 0', RUN_MS)
  holds(child.told()[1], 'noxflow: 3 passed in')
  child.eventually([[vim.fn.getbufline('noxflow://run', 1)[1]:find('3 passed', 1, true)]])
  for _, line in ipairs(vim.list_slice(child.lines('noxflow://run'), 2)) do
    holds(line, '✓')
    holds(line, '━')
  end
  eq(child.fn.getqflist(), {})
end

T['seed']['a failed session is in the quickfix list with the place at fault'] = function()
  child.lua([[vim.fn.writefile({ 'import os' }, 'src/stint/__init__.py', 'a')]])
  child.cmd('Noxflow run lint docs')
  child.eventually('#_G.told > 0', RUN_MS)
  holds(child.told()[1], '1 passed, 1 failed in')
  local list = child.lua_get([[vim.tbl_map(function(i)
    return { text = i.text, file = vim.fs.basename(vim.api.nvim_buf_get_name(i.bufnr)) }
  end, vim.fn.getqflist())]])
  holds(list[1].text, 'lint failed, exit code 1 after')
  eq(list[2].file, '__init__.py')
  child.cmd('copen')
  local shown = child.api.nvim_buf_get_lines(0, 0, 2, false)
  eq(shown[1]:match('^log of lint|end| lint failed, exit code 1 after ') ~= nil, true)
  eq(shown[2]:match('^src/stint/__init__%.py|%d+ col %d+| ') ~= nil, true)
  child.cmd('cfirst')
  holds(table.concat(child.api.nvim_buf_get_lines(0, 0, -1, false), '\n'), 'ruff check')
end

T['seed']['a failed session is a diagnostic, at its name and where its log says'] = function()
  child.lua([[vim.fn.writefile({ 'import os' }, 'src/stint/__init__.py', 'a')]])
  child.cmd('Noxflow run lint')
  child.eventually('#_G.told > 0', RUN_MS)
  local function said(path)
    return ([[vim.iter(vim.diagnostic.get(vim.fn.bufnr('%s'))):map(function(d) return d.message end):join(' ')]]):format(path)
  end
  child.eventually(said('noxfile.py') .. [[:find('`lint` failed after', 1, true)]])
  child.eventually(said('src/stint/__init__.py') .. [[:find('`os` imported but unused', 1, true)]])
end

T['seed'][':Noxflow graph shows what would run when'] = function()
  child.cmd('Noxflow graph')
  child.eventually([[vim.fn.bufwinid('noxflow://graph') ~= -1]])
  local graph = table.concat(child.lines('noxflow://graph'), '\n')
  holds(graph, 'longest way:')
  holds(graph, 'unit_tests')
end

T['seed']['completion knows the sessions'] = function()
  eq(child.fn.getcompletion('Noxflow run un', 'cmdline'), { 'unit_tests' })
  eq(child.fn.getcompletion('Noxflow run lint li', 'cmdline'), {})
  eq(#child.fn.getcompletion('Noxflow! run ', 'cmdline'), 11)
end

T['seed'][':Noxflow audit shows the report'] = function()
  child.cmd('Noxflow audit')
  child.eventually([[vim.fn.bufwinid('noxflow://audit') ~= -1]])
  eq(child.bo.filetype, 'markdown')
  local report = table.concat(child.lines('noxflow://audit'), '\n')
  holds(report, '**11 sessions one after another')
  holds(report, '`coverage_report` reads `.coverage.*`, which `unit_tests` writes')
  holds(report, 'use-background-processes')
  child.type_keys('q')
  child.eventually([[#vim.api.nvim_list_tabpages() == 1]])
  eq(child.lua_get([[vim.fs.basename(vim.api.nvim_buf_get_name(0))]]), 'noxfile.py')
end

T['seed'][':Noxflow confirm has the sessions from nox'] = function()
  child.cmd('Noxflow confirm')
  child.eventually([[#_G.told > 0]])
  eq(child.told(), { 'noxflow: confirmed, nox lists 11 sessions' })
end

T['seed'][':Noxflow import and :Noxflow clear change what is known of a session'] = function()
  local log = child.lua_get([[vim.fn.getcwd()]]) .. '/run.log'
  vim.fn.writefile({
    '2026-01-01T10:00:00Z nox > Running session lint',
    '2026-01-01T10:00:42Z nox > Session lint was successful.',
  }, log)
  child.cmd('Noxflow import run.log')
  child.eventually([[#_G.told > 0]])
  eq(child.told(), { 'noxflow: 1 duration of 1 session imported' })
  child.cmd('Noxflow clear lint')
  child.eventually([[#_G.told > 1]])
  eq(child.told()[2], 'noxflow: 1 durations forgotten')
end

T['seed'][':Noxflow fetch asks for the token of the host, and says why nothing came'] = function()
  child.lua([[
    _G.asked = {}
    local config = vim.g.noxflow or {}
    config.token = function(host) table.insert(_G.asked, host) return 'secret' end
    vim.g.noxflow = config
  ]])
  child.cmd('Noxflow fetch http://127.0.0.1:1 octo/hello limit=3')
  child.eventually([[#_G.told > 0]])
  holds(child.told()[1], 'noxflow: no durations: 127.0.0.1 cannot be reached')
  child.cmd('Noxflow fetch nonsense')
  holds(child.told()[2], '`nonsense` makes no sense')
end

T['quick'] = MiniTest.new_set({
  hooks = {
    pre_case = function()
      child.start_in(helpers.folder({ ['noxfile.py'] = QUICK, ['src/a.py'] = '' }))
    end,
  },
})

--- Starts the session that goes on; returns the id of its process.
local function run_slow()
  child.open('noxfile.py')
  child.cmd('Noxflow run slow')
  child.eventually([[vim.fn.bufwinid('noxflow://run') ~= -1]])
  return child.eventually([[tonumber(table.concat(vim.fn.getbufline('noxflow://run', 1, '$')):match('awake as (%d+)'))]])
end

T['quick']['cancel ends a session that would go on, with its processes'] = function()
  local process = run_slow()
  eq(vim.uv.kill(process, 0), 0)
  child.cmd('Noxflow cancel')
  child.eventually('#_G.told > 0')
  holds(child.told()[1], '1 cancelled in')
  eq(vim.uv.kill(process, 0), nil)
  eq(child.fn.getqflist(), {})
end

T['quick']['<CR> opens the log, q closes it, c cancels, r runs again'] = function()
  child.open('noxfile.py')
  child.cmd('Noxflow run quick')
  child.eventually('#_G.told > 0', RUN_MS)
  child.cmd([[call win_gotoid(bufwinid('noxflow://run'))]])
  child.at('quick')
  child.type_keys('<CR>')
  child.eventually([[vim.bo.filetype == 'noxflowlog']])
  holds(table.concat(child.api.nvim_buf_get_lines(0, 0, -1, false), '\n'), 'quick has spoken')
  eq(child.bo.modifiable, false)
  child.type_keys('q')
  child.eventually([[vim.bo.filetype ~= 'noxflowlog']])
  child.cmd([[call win_gotoid(bufwinid('noxflow://run'))]])
  child.at('quick')
  child.type_keys('r')
  child.eventually('#_G.told > 1', RUN_MS)
  holds(child.told()[2], '1 passed in')
  child.type_keys('c')
  child.eventually('#_G.told > 2')
  holds(child.told()[3], 'nothing is running')
  child.type_keys('q')
  child.eventually([[vim.fn.bufwinid('noxflow://run') == -1]])
  child.cmd('Noxflow window')
  holds(window_text(), 'quick')
  child.cmd('Noxflow log quick')
  eq(child.bo.filetype, 'noxflowlog')
end

T['quick']['a failure skips only what requires it'] = function()
  child.open('noxfile.py')
  child.cmd('Noxflow run after quick')
  child.eventually('#_G.told > 0', RUN_MS)
  holds(child.told()[1], '1 passed, 1 failed, 1 skipped in')
  local list = child.lua_get([[vim.tbl_map(function(i) return i.text end, vim.fn.getqflist())]])
  holds(list[1], 'broken failed')
  eq(list[2], 'no good')
  child.cmd('Noxflow log')
  holds(child.api.nvim_buf_get_name(0), 'broken')
end

T['quick']['with ! what a session requires is not run'] = function()
  child.open('noxfile.py')
  child.cmd('Noxflow! run after')
  child.eventually('#_G.told > 0', RUN_MS)
  holds(child.told()[1], '1 passed in')
end

T['quick']['a run can be started from any file of the project'] = function()
  child.cmd('edit src/a.py')
  child.cmd('Noxflow run quick')
  child.eventually('#_G.told > 0', RUN_MS)
  holds(child.told()[1], '1 passed in')
  eq(child.lua_get([[#vim.lsp.get_clients({ bufnr = 0, name = 'noxflow' })]]), 0)
end

T['quick']['the session under the cursor runs by <Plug>'] = function()
  child.open('noxfile.py')
  child.cmd([[nmap gX <Plug>(noxflow-run-here)]])
  child.at('quick has spoken')
  child.type_keys('gX')
  child.eventually('#_G.told > 0', RUN_MS)
  holds(child.told()[1], '1 passed in')
  child.fn.cursor(1, 1)
  child.type_keys('gX')
  child.eventually('#_G.told > 1')
  holds(child.told()[2], 'no session under the cursor')
end

T['quick']['unsaved changes are named, or written with autowrite'] = function()
  child.open('noxfile.py')
  child.cmd('normal! Go# more')
  child.cmd('Noxflow run quick')
  holds(child.told()[1], 'not saved, so not run: the changes in noxfile.py')
  child.eventually('#_G.told > 1', RUN_MS)
  child.o.autowrite = true
  child.cmd('Noxflow run quick')
  eq(child.bo.modified, false)
  child.eventually('#_G.told > 2', RUN_MS)
end

T['quick']['a restart cancels the run, with its processes'] = function()
  local process = run_slow()
  child.cmd('Noxflow restart')
  child.eventually('#_G.told > 0')
  holds(child.told()[1], '1 cancelled in')
  eq(vim.uv.kill(process, 0), nil)
  child.eventually([[(vim.lsp.get_clients({ bufnr = 0, name = 'noxflow' })[1] or {}).initialized]])
  child.cmd('Noxflow run quick')
  child.eventually('#_G.told > 1', RUN_MS)
  holds(child.told()[2], '1 passed in')
end

T['quick']['a server that dies during a run is told, and comes back by restart'] = function()
  run_slow()
  local server = child.lua_get([[vim.api.nvim_get_proc_children(vim.fn.getpid())]])
  eq(#server, 1)
  vim.uv.kill(server[1], 'sigkill')
  child.eventually([[vim.iter(_G.told):any(function(t)
    return t.message:find('stopped during a run', 1, true) ~= nil
  end)]])
  child.eventually_shows('1 cancelled in')
  child.cmd('Noxflow restart')
  child.eventually([[(vim.lsp.get_clients({ bufnr = 0, name = 'noxflow' })[1] or {}).initialized]])
end

return T
