-- The parts that need no server: configuration, paths, words of the command, a run and its picture, the quickfix list.
local helpers = require('helpers')
local eq = MiniTest.expect.equality
local T = MiniTest.new_set()

T['configuration'] = MiniTest.new_set()

T['configuration']['is the defaults when nothing is set'] = function()
  local config = require('noxflow.config')
  local read, problems = config.read(nil)
  eq(read, config.defaults)
  eq(problems, {})
end

T['configuration']['keeps what is right and names what is wrong'] = function()
  local read, problems = require('noxflow.config').read({
    path = { 'wrap', 'noxflow' },
    quickfix = 'sometimes',
    window = { height = 9, icons = { passed = 'v', bar = 3 }, colour = 'red' },
    pth = 'x',
  })
  eq(read.path, { 'wrap', 'noxflow' })
  eq(read.quickfix, 'fill')
  eq({ read.window.height, read.window.auto_open }, { 9, true })
  eq({ read.window.icons.passed, read.window.icons.bar }, { 'v', '━' })
  eq(problems, {
    'vim.g.noxflow has no key `pth`',
    'vim.g.noxflow has no key `window.colour`',
    "vim.g.noxflow: `quickfix` must be 'fill', 'open' or 'off'",
    'vim.g.noxflow: `window.icons.bar` must be a string',
  })
end

T['configuration']['must be a table'] = function()
  local _, problems = require('noxflow.config').read('fast')
  eq(problems, { 'vim.g.noxflow must be a table, not a string' })
end

T['files'] = MiniTest.new_set()

T['files']['are ours by name and place'] = function()
  local kind = require('noxflow.files').kind
  eq(kind('/p/noxfile.py'), 'noxfile')
  eq(kind('/p/.github/workflows/ci.yml'), 'workflow')
  eq(kind('/p/.forgejo/workflows/ci.yaml'), 'workflow')
  eq(kind('/p/.gitea/workflows/ci.yml'), 'workflow')
  eq(kind('/p/.gitlab/workflows/ci.yml'), nil)
  eq(kind('/p/.github/dependabot.yml'), nil)
  eq(kind('/p/.github/workflows/notes/ci.yml'), nil)
  eq(kind('/p/src/noxfile.pyi'), nil)
end

T['files']['a noxfile and the workflows above it have one root'] = function()
  local folder = helpers.folder({ ['pkg/noxfile.py'] = '', ['.github/workflows/ci.yml'] = '', ['alone/x'] = '' })
  local files = require('noxflow.files')
  eq(files.root(folder .. '/pkg/noxfile.py'), folder)
  eq(files.root(folder .. '/.github/workflows/ci.yml'), folder)
  eq(files.root(folder .. '/pkg/other.py'), nil)
end

T['files']['a noxfile alone is its own root'] = function()
  local folder = helpers.folder({ ['noxfile.py'] = '' })
  eq(require('noxflow.files').root(folder .. '/noxfile.py'), folder)
end

T['files']['the noxfile of a file is the nearest upwards'] = function()
  local folder = helpers.folder({ ['noxfile.py'] = '', ['src/a/b.py'] = '', ['.github/workflows/ci.yml'] = '' })
  local files = require('noxflow.files')
  eq(files.noxfile(folder .. '/src/a/b.py'), folder .. '/noxfile.py')
  eq(files.noxfile(folder .. '/.github/workflows/ci.yml'), folder .. '/noxfile.py')
end

T['server'] = MiniTest.new_set({
  hooks = {
    post_case = function()
      vim.g.noxflow = nil
      vim.env.VIRTUAL_ENV = nil
      vim.env.PATH = vim.env.PATH:gsub('^[^:]*NOPATH:', '')
    end,
  },
})

local function program(folder, name)
  local path = folder .. '/' .. name
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  vim.fn.writefile({ '#!/bin/sh' }, path)
  vim.uv.fs_chmod(path, 493)
  return path
end

T['server']['the setting comes before the active environment, that before PATH'] = function()
  local find = require('noxflow.server').find
  local folder = helpers.folder()
  program(folder, 'NOPATH/noxflow')
  vim.env.PATH = folder .. '/NOPATH:' .. vim.env.PATH
  eq(find(folder).from, 'PATH')
  vim.env.VIRTUAL_ENV = folder .. '/active'
  eq(find(folder).from, 'PATH')
  local active = program(folder, 'active/bin/noxflow')
  eq(find(folder), { command = { active }, from = 'the active virtual environment' })
  vim.g.noxflow = { path = { 'wrap', 'noxflow' } }
  eq(find(folder).command, { 'wrap', 'noxflow' })
end

T['server']['a program that came with the project runs only when allowed'] = function()
  local find = require('noxflow.server').find
  local folder = helpers.folder()
  local own = program(folder, '.venv/bin/noxflow')
  eq((find(folder) or {}).from ~= "the project's virtual environment", true)
  vim.g.noxflow = { project_venv = true }
  local path = vim.env.PATH
  vim.env.PATH = ''
  eq(find(folder), { command = { own }, from = "the project's virtual environment" })
  vim.g.noxflow = {}
  eq(find(folder), nil)
  vim.env.PATH = path
end

T['command'] = MiniTest.new_set()

T['command']['reads sessions, lanes and positional arguments'] = function()
  local read = require('noxflow.command').read_run
  eq(read({}), {})
  eq(read({ 'lint', 'docs' }), { sessions = { 'lint', 'docs' } })
  eq(read({ '-j', '4', 'lint' }), { jobs = 4, sessions = { 'lint' } })
  eq(read({ '-j2' }), { jobs = 2 })
  eq(read({ 'tests', '--', '-k', 'fast' }), { sessions = { 'tests' }, posargs = { '-k', 'fast' } })
end

T['command']['says what it does not understand'] = function()
  local read = require('noxflow.command').read_run
  eq({ read({ '-j', 'many' }) }, { nil, '-j needs a number of sessions to run at a time' })
  eq({ read({ '--fast' }) }, { nil, 'no option `--fast`; there are `-j N` and `--`' })
end

T['command']['completes its own words'] = function()
  local complete = require('noxflow.command').complete
  eq(complete('r', 'Noxflow r'), { 'restart', 'rewrite', 'run' })
  eq(complete('ca', 'vert Noxflow! ca'), { 'cancel' })
end

T['run'] = MiniTest.new_set()

local icons = { waiting = 'o', running = '>', passed = 'v', failed = 'x', skipped = '-', cancelled = '#', bar = '=' }

--- A run, told event by event (`{ seconds, kind, session, ... }`), drawn at a time.
local function draw(events, at, width, result)
  local run = require('noxflow.run').new('r', 1, 0)
  for _, event in ipairs(events) do
    run:apply(vim.tbl_extend('force', { run = 'r', event = event[2], session = event[3] }, event[4] or {}), event[1])
  end
  if result then
    run:finish(result, at)
  end
  return require('noxflow.view').render(run, at, width, icons)
end

local function picture(...)
  return draw(...).lines
end

T['run']['is drawn as lanes over the predicted time while it runs'] = function()
  local lines = picture({
    { 0, 'runStarted', nil, { sessions = { 'lint', 'unit_tests', 'docs', 'coverage' }, predictedSeconds = 10 } },
    { 0, 'taskStarted', 'lint' },
    { 0, 'taskStarted', 'unit_tests' },
    { 2, 'taskFailed', 'lint', { seconds = 2, exitCode = 1 } },
    { 2, 'taskStarted', 'docs' },
    { 3, 'taskOutput', 'unit_tests', { line = '\27[32mtests/test_a.py\27[0m ..' } },
  }, 5, 80)
  eq(lines, {
    ' 1 of 4 done, 1 failed, 5 s, about 5 s left         <CR> log  c cancel  q close',
    ' x lint          2.0 s  ======                          exit code 1',
    ' > unit_tests      5 s  ================                tests/test_a.py ..',
    ' > docs            3 s        =========',
    ' o coverage',
  })
end

T['run']['says at its end what it saved'] = function()
  local result = {
    run = 'r',
    seconds = 4,
    sequentialSeconds = 7,
    sessions = {
      { name = 'build', outcome = 'passed', exitCode = 0, seconds = 4 },
      { name = 'lint', outcome = 'passed', exitCode = 0, seconds = 3 },
    },
  }
  local lines = picture({
    { 0, 'runStarted', nil, { sessions = { 'build', 'lint' } } },
    { 0, 'taskStarted', 'build' },
    { 1, 'taskStarted', 'lint' },
    { 4, 'taskPassed', 'build', { seconds = 4 } },
    { 4, 'taskPassed', 'lint', { seconds = 3 } },
  }, 9, 60, result)
  eq(lines, {
    ' 2 passed in 4.0 s (one after another: 7.0 s)',
    ' v build       4.0 s  =============',
    ' v lint        3.0 s     ==========',
  })
end

T['run']['says why a session was skipped'] = function()
  local lines = picture({
    { 0, 'runStarted', nil, { sessions = { 'build', 'publish' } } },
    { 0, 'taskStarted', 'build' },
    { 1, 'taskFailed', 'build', { exitCode = 3 } },
    { 1, 'taskSkipped', 'publish', { reason = 'build failed' } },
    { 1, 'runFinished', nil, { seconds = 1 } },
  }, 1, 60)
  eq(lines, {
    ' 1 failed, 1 skipped in 1.0 s    <CR> log  r again  q close',
    ' x build       1.0 s  ============= exit code 3',
    ' - publish                          build failed',
  })
end

T['run']['has an end when the server goes away'] = function()
  local run = require('noxflow.run').new('r', 1, 0)
  run:apply({ run = 'r', event = 'runStarted', sessions = { 'a', 'b' } }, 0)
  run:apply({ run = 'r', event = 'taskPassed', session = 'a', seconds = 1 }, 1)
  run:lost(2)
  eq({ run:counts().passed, run:counts().cancelled, run:is_over() }, { 1, 1, true })
end

T['run']['ignores events of a newer server'] = function()
  local lines = picture({
    { 0, 'runStarted', nil, { sessions = { 'a' } } },
    { 0, 'taskPaused', 'a' },
  }, 0, 40)
  eq(lines[2], ' o a')
end

T['run']['fits any width'] = function()
  local events =
    { { 0, 'runStarted', nil, { sessions = { ('long'):rep(20), 'é🎉' } } }, { 0, 'taskStarted', 'é🎉' } }
  for width = 1, 120 do
    local screen = draw(events, 3, width)
    for i, line in ipairs(screen.lines) do
      if i == 1 or width >= 24 then
        eq(vim.fn.strdisplaywidth(line) <= width, true)
      end
    end
    for _, mark in ipairs(screen.marks) do
      eq(mark.from < mark.to and mark.to <= #screen.lines[mark.line + 1], true)
    end
  end
end

T['quickfix'] = MiniTest.new_set()

T['quickfix']['has the log of what failed, then what the log names'] = function()
  local run = require('noxflow.run').new('1', 0, 0)
  run:finish({
    run = '1',
    seconds = 3,
    sessions = {
      { name = 'docs', outcome = 'passed', seconds = 1 },
      {
        name = 'lint',
        outcome = 'failed',
        exitCode = 1,
        seconds = 2,
        log = '/logs/lint.log',
        places = {
          { path = '/p/a.py', line = 1, column = 8, level = 'error', tool = 'ruff', code = 'F401', message = 'unused' },
          { path = '/p/b.py', line = 3, level = 'warning', tool = '', message = 'one\ntwo' },
        },
      },
    },
  }, 3)
  local plain = vim.tbl_map(function(item)
    return ('%s:%d:%d %s %s'):format(item.filename, item.lnum, item.col or 0, item.type, item.text)
  end, require('noxflow.quickfix').items(run))
  eq(plain, {
    '/logs/lint.log:2147483647:0 E lint failed, exit code 1 after 2.0 s',
    '/p/a.py:1:8 E ruff F401: unused',
    '/p/b.py:3:0 W one two',
  })
end

T['text'] = MiniTest.new_set()

T['text']['says durations as people do'] = function()
  local seconds = require('noxflow.text').seconds
  eq(
    vim.tbl_map(seconds, { 0, 0.44, 9.94, 9.96, 59.4, 59.6, 340, 3900 }),
    { '0.0 s', '0.4 s', '9.9 s', '10 s', '59 s', '1 m 00 s', '5 m 40 s', '1 h 05 m' }
  )
end

T['text']['shows a line of output as a terminal would'] = function()
  local plain = require('noxflow.text').plain
  eq(plain('\27[31mred\27[0m'), 'red')
  eq(plain('10 %\r20 %\r30 %'), '30 %')
  eq(plain('a\tb'), 'a b')
end

return T
