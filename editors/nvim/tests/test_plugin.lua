-- The plugin as a guest: installs by vim.pack, maps no key, waits when there is no server, is found by help and health.
local helpers = require('helpers')
local eq, holds = MiniTest.expect.equality, helpers.holds
local child = helpers.child()
local folder

local T = MiniTest.new_set({
  hooks = {
    pre_case = function()
      folder = helpers.folder({ ['noxfile.py'] = 'import nox' })
      child.start_in(folder)
    end,
    post_once = function()
      child.stop()
    end,
  },
})

T['loads next to nothing at start-up'] = function()
  local loaded = child.lua_get([[vim.tbl_filter(function(m)
    return m:find('^noxflow')
  end, vim.tbl_keys(package.loaded))]])
  eq(loaded, { 'noxflow.protocol' }) -- the handlers that vim.lsp.enable() registers
end

T['maps no key and offers <Plug>'] = function()
  local maps = child.lua_get([[vim.tbl_map(function(m) return m.lhs end, vim.tbl_filter(function(m)
    return (m.desc or ''):find('noxflow', 1, true) ~= nil
  end, vim.api.nvim_get_keymap('n')))]])
  table.sort(maps)
  eq(maps, {
    '<Plug>(noxflow-audit)',
    '<Plug>(noxflow-cancel)',
    '<Plug>(noxflow-rewrite)',
    '<Plug>(noxflow-run)',
    '<Plug>(noxflow-run-here)',
    '<Plug>(noxflow-run-here-with-dependencies)',
    '<Plug>(noxflow-window)',
  })
end

T[':checkhealth is clean'] = function()
  child.open('noxfile.py')
  child.cmd('Noxflow health')
  local text = table.concat(child.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  eq(text:find('ERROR', 1, true), nil)
  holds(text, 'vim.g.noxflow is valid')
  holds(text, 'runs for ' .. folder)
end

T[':checkhealth names what is wrong'] = function()
  child.lua([[vim.g.noxflow = { path = '/not/there/noxflow', fast = true }]])
  child.cmd('checkhealth noxflow')
  local text = table.concat(child.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  holds(text, 'has no key `fast`')
  holds(text, '/not/there/noxflow --version` does not work')
end

T['without a server one message says what to do'] = function()
  child.lua([[
    vim.g.noxflow = {}
    vim.env.PATH = '/bin'
    vim.notify_once = function(message) table.insert(_G.told, { message = message }) end
  ]])
  child.cmd('edit noxfile.py')
  eq(child.told(), {
    'noxflow: no server found; put `noxflow` on PATH or name it in vim.g.noxflow.path (:checkhealth noxflow)',
  })
  eq(child.lua_get([[#vim.lsp.get_clients()]]), 0)
end

T['settings reach the server when it starts and when they change'] = function()
  child.start_in(folder, { settings = { platform = 'github' }, trusted = false })
  child.open('noxfile.py')
  local client = [[vim.lsp.get_clients({ name = 'noxflow' })[1] ]]
  eq(child.lua_get(client .. '.config.settings'), { noxflow = { platform = 'github' } })
  child.lua([[
    local client = vim.lsp.get_clients({ name = 'noxflow' })[1]
    local notify = client.notify
    client.notify = function(self, method, params) _G.sent = { method, params }; return notify(self, method, params) end
    require('noxflow').change_settings({ platform = 'forgejo' })
  ]])
  eq(child.lua_get('_G.sent'), {
    'workspace/didChangeConfiguration',
    { settings = { noxflow = { platform = 'forgejo' } } },
  })
end

T['enabled = false starts nothing'] = function()
  child.start_in(folder, { enabled = false })
  child.cmd('edit noxfile.py')
  eq(child.lua_get([[vim.lsp.is_enabled('noxflow')]]), false)
  eq(child.lua_get([[#vim.lsp.get_clients()]]), 0)
end

T['a wrong word is answered with the right ones'] = function()
  child.cmd('Noxflow fly')
  holds(child.told()[1], 'no subcommand `fly`; there are audit, cancel,')
end

T['restart gives a new server to the same buffers'] = function()
  child.open('noxfile.py')
  local before = child.lua_get([[vim.lsp.get_clients({ bufnr = 0, name = 'noxflow' })[1].id]])
  child.cmd('Noxflow restart')
  child.eventually(([[(function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'noxflow' })[1]
    return client ~= nil and client.initialized and client.id ~= %d
  end)()]]):format(before))
end

T[':help finds every subject'] = function()
  child.cmd('helptags ' .. vim.env.NOXFLOW_PLUGIN .. '/doc')
  for _, subject in ipairs({
    ':Noxflow',
    ':Noxflow-run',
    'noxflow-configuration',
    'noxflow.window.height',
    'noxflow.change_settings()',
    '<Plug>(noxflow-run-here)',
    'hl-NoxflowPassed',
  }) do
    child.cmd('help ' .. subject)
    eq(child.bo.filetype, 'help')
    holds(child.api.nvim_buf_get_name(0), 'noxflow.txt')
  end
  vim.fn.delete(vim.env.NOXFLOW_PLUGIN .. '/doc/tags')
end

T['the README snippet for vim.pack installs it'] = function()
  local repository = helpers.folder()
  vim.fn.mkdir(repository .. '/editors', 'p')
  local function sh(...)
    local done = vim.system({ ... }, { cwd = repository, text = true }):wait()
    assert(done.code == 0, done.stderr)
  end
  sh('cp', '-r', vim.env.NOXFLOW_PLUGIN, 'editors/nvim')
  sh('git', 'init', '--quiet')
  sh('git', 'add', '--all')
  sh('git', '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '--quiet', '--message', 'all')
  local readme = table.concat(vim.fn.readfile(vim.env.NOXFLOW_PLUGIN .. '/README.md'), '\n')
  local snippet = assert(readme:match('```lua\n([^`]*vim%.pack.-)```'))
  snippet = snippet:gsub('https://[%w%./-]+', 'file://' .. repository)
  local init = helpers.folder({ ['init.lua'] = 'vim.o.swapfile = false\n' .. snippet })
  local agree = 'lua vim.fn.confirm = function() return 1 end'
  child.restart({ '-u', init .. '/init.lua', '--cmd', 'cd ' .. folder, '--cmd', agree })
  child.eventually([[vim.fn.exists(':Noxflow') == 2]])
  child.lua('vim.g.noxflow = ...', { { path = vim.env.NOXFLOW_SERVER } })
  child.lua('_G.told = {}')
  child.open('noxfile.py')
end

return T
