-- Reading and changing: what a person sees of the server in the noxfile and the workflows of the seed project.
local helpers = require('helpers')
local eq, holds = MiniTest.expect.equality, helpers.holds
local child = helpers.child()
local folder

local CI = '.forgejo/workflows/ci.yml'

local T = MiniTest.new_set({
  hooks = {
    pre_case = function()
      folder = helpers.seed()
      child.start_in(folder)
    end,
    post_once = function()
      child.stop()
    end,
  },
})

--- Opens the main workflow, and waits until the server has said what it thinks of it.
local function open_workflow()
  child.open(CI)
  child.eventually([[#vim.diagnostic.get(0) > 0]])
end

--- Presses K and returns the text of the float.
local function hover()
  child.type_keys('K')
  return child.eventually_is(child.float)
end

--- Presses gra and chooses the first action whose title has the words; returns all titles.
local function act(words)
  child.lua(
    [[
      local words = ...
      _G.menu = nil
      vim.ui.select = function(items, options, choose)
        _G.menu = vim.tbl_map(options.format_item or tostring, items)
        for i, item in ipairs(items) do
          if item.action.title:find(words, 1, true) then
            return choose(item, i)
          end
        end
      end
    ]],
    { words }
  )
  child.type_keys('gra')
  return child.eventually('_G.menu')
end

local function on_disk(file)
  return table.concat(vim.fn.readfile(folder .. '/' .. file), '\n')
end

T['one server is for the noxfile and the workflows'] = function()
  child.open('noxfile.py')
  child.open(CI)
  child.open('.github/workflows/ci.yml')
  local roots = [[vim.tbl_map(function(c) return c.root_dir end, vim.lsp.get_clients({ name = 'noxflow' }))]]
  eq(child.lua_get(roots), { folder })
end

T['other Python and YAML files are left alone'] = function()
  child.cmd('edit mkdocs.yml')
  child.cmd('edit benchmarks/test_durations_speed.py')
  child.open('noxfile.py')
  eq(child.lua_get([[vim.tbl_count(vim.lsp.get_clients({ name = 'noxflow' })[1].attached_buffers)]]), 1)
end

T['hover on a session shows time, critical path and what needs it'] = function()
  child.open('noxfile.py')
  child.at('def unit_tests')
  child.type_keys('w')
  local text = hover()
  eq(text:match('^%*%*unit_tests%*%* · tests · ∼%d') ~= nil, true)
  holds(text, 'critical path')
  holds(text, 'Needed by `coverage_report`')
  holds(text, 'Test the parts on their own.')
end

T['hover on a session in a workflow shows the same session'] = function()
  open_workflow()
  child.at('integration_tests')
  local text = hover()
  eq(text:match('^%*%*integration_tests%*%* · integration tests') ~= nil, true)
  holds(text, '**On the critical path**')
end

T['hover on a job compares the ways to run it'] = function()
  open_workflow()
  child.at('checks:')
  local text = hover()
  holds(text, 'Runs 11 sessions one after another')
  eq(text:match('| now  *| *∼1%d m') ~= nil, true)
  holds(text, 'background processes')
end

T['sessions that run in sequence without need are a diagnostic'] = function()
  open_workflow()
  local diagnostic = child.lua_get([[vim.diagnostic.get(0)[1] ]])
  eq({ diagnostic.source, diagnostic.code }, { 'noxflow', 'sequential-sessions' })
  holds(diagnostic.message, '11 sessions run one after another')
  eq(child.fn.getline(diagnostic.lnum + 1), '  checks:')
end

T['a rewrite is shown as a diff, and applied when asked'] = function()
  child.open('noxfile.py')
  child.at('def coverage_report')
  child.lua([[
    vim.ui.select = function(items, _, choose)
      choose(vim.iter(items):find(function(action) return action.title:find('require', 1, true) end))
    end
  ]])
  child.cmd('Noxflow rewrite')
  child.eventually([[vim.bo.filetype == 'diff']])
  local diff = table.concat(child.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  local wanted = '@nox.session(requires=["unit_tests", "integration_tests"])'
  holds(diff, '--- a/noxfile.py')
  holds(diff, '-@nox.session\n+' .. wanted)
  child.type_keys('a')
  child.eventually(('vim.fn.search([=[\\V%s]=], "nw") > 0'):format(wanted))
  eq(child.lua_get([[vim.fn.bufname()]]):match('noxfile.py$'), 'noxfile.py')
end

T['an unknown session is a diagnostic, and its quick fix writes the right name'] = function()
  open_workflow()
  child.at('nox -s typecheck')
  child.cmd([[silent substitute/typecheck/typechek/]])
  local found = [[vim.tbl_filter(function(d) return d.code == 'unknown-session' end, vim.diagnostic.get(0))]]
  child.eventually('#' .. found .. ' == 1')
  local diagnostic = child.lua_get(found)[1]
  holds(diagnostic.message, 'typecheck')
  eq(child.fn.getline(diagnostic.lnum + 1):sub(diagnostic.col + 1, diagnostic.end_col), 'typechek')
  child.at('typechek')
  act('typecheck')
  child.eventually('#' .. found .. ' == 0')
  eq(vim.trim(child.api.nvim_get_current_line()), 'run: nox -s typecheck')
end

T['CTRL-] jumps from the workflow to the session, CTRL-T comes back'] = function()
  open_workflow()
  child.at('integration_tests')
  child.type_keys('<C-]>')
  child.eventually([[vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'noxfile.py']])
  eq(child.api.nvim_get_current_line(), 'def integration_tests(session: nox.Session) -> None:')
  child.type_keys('<C-t>')
  child.eventually([[vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'ci.yml']])
end

T['use-background-processes changes the workflow, and the change is written'] = function()
  open_workflow()
  child.at('nox -s lint')
  local menu = act('background processes')
  eq(#menu >= 2, true)
  local chosen = vim.tbl_filter(function(title)
    return title:find('background processes', 1, true) ~= nil
  end, menu)
  eq(#chosen, 1)
  eq(chosen[1]:match(': ~%d.* → ~%d') ~= nil, true)
  child.eventually('vim.bo.modified')
  child.cmd('silent write')
  local text = on_disk(CI)
  holds(text, '# What every change must pass.')
  holds(text, 'trap ')
  for _, name in ipairs({ 'lint', 'unit_tests', 'benchmark' }) do
    holds(text, name)
  end
  -- The server reads its own work: nothing is in sequence without need any more.
  child.eventually([[#vim.diagnostic.get(0) == 0]])
  child.type_keys('u')
  child.eventually([[#vim.diagnostic.get(0) == 1]])
end

T['use-nox-parallel changes the workflow and the noxfile'] = function()
  open_workflow()
  local before = on_disk('noxfile.py')
  child.at('nox -s lint')
  act('with nox -j')
  child.eventually('vim.bo.modified')
  child.cmd('silent wall')
  holds(on_disk(CI), 'nox -j ')
  eq(on_disk('noxfile.py') ~= before, true)
  holds(on_disk('noxfile.py'), 'allow_parallel')
  child.eventually([[#vim.diagnostic.get(0) == 0]])
end

T['lenses are shown above sessions and jobs'] = function()
  child.open('noxfile.py')
  child.eventually_shows('Run everything in parallel')
  child.at('def coverage_report')
  child.type_keys('zt', '<C-y>', '<C-y>', '<C-y>')
  child.eventually_shows('Run with dependencies')
  open_workflow()
  child.eventually_shows('Run its 11 sessions in parallel here')
end

T['a lens runs its session'] = function()
  child.open('noxfile.py')
  child.eventually_shows('Run everything in parallel')
  child.at('@nox.session')
  child.type_keys('grx')
  child.eventually([[vim.fn.bufwinid('noxflow://run') ~= -1]])
  child.eventually([[#_G.told > 0]], 120000)
  holds(child.told()[1], '1 passed in')
  holds(table.concat(child.lines('noxflow://run'), '\n'), ' lint ')
end

return T
