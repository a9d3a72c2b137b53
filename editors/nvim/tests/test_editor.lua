-- Reading: what a person sees of the server in a noxfile and in a workflow of the seed project.
local helpers = require('helpers')
local eq, holds = MiniTest.expect.equality, helpers.holds
local child = helpers.child()
local folder

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

T['one server is for the noxfile and the workflows'] = function()
  child.open('noxfile.py')
  child.open('.forgejo/workflows/ci.yml')
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

T['hover on a session shows its name and time in a float'] = function()
  child.open('noxfile.py')
  child.at('def unit_tests')
  child.type_keys('w', 'K')
  child.eventually([[vim.iter(vim.api.nvim_list_wins()):any(function(w)
    return vim.api.nvim_win_get_config(w).relative ~= ''
  end)]])
  holds(child.float(), 'unit_tests')
  eq(child.float():match('%d+ ?m?s') ~= nil or child.float():match('%d+ s') ~= nil, true)
end

T['hover on a session in a workflow shows the session'] = function()
  child.open('.forgejo/workflows/ci.yml')
  child.at([[unit_tests]])
  child.type_keys('K')
  child.eventually([[vim.iter(vim.api.nvim_list_wins()):any(function(w)
    return vim.api.nvim_win_get_config(w).relative ~= ''
  end)]])
  holds(child.float(), 'unit_tests')
end

T['an unknown session is a diagnostic'] = function()
  child.open('.forgejo/workflows/ci.yml')
  child.at('nox -s typecheck')
  child.cmd([[silent substitute/typecheck/typechek/]])
  local found = [[vim.tbl_filter(function(d)
    return d.message:find('typechek', 1, true) ~= nil
  end, vim.diagnostic.get(0))]]
  child.eventually('#' .. found .. ' == 1')
  local diagnostic = child.lua_get(found)[1]
  eq(diagnostic.source, 'noxflow')
  local line = child.lua_get([[vim.api.nvim_buf_get_lines(0, ...)[1] ]], { diagnostic.lnum, diagnostic.lnum + 1, true })
  eq(line:sub(diagnostic.col + 1, diagnostic.end_col), 'typechek')
  child.cmd('undo')
  child.eventually('#' .. found .. ' == 0')
end

T['definition jumps from the workflow into the noxfile'] = function()
  child.open('.forgejo/workflows/ci.yml')
  child.at('integration_tests')
  child.lua('vim.lsp.buf.definition()')
  child.eventually([[vim.fs.basename(vim.api.nvim_buf_get_name(0)) == 'noxfile.py']])
  holds(child.api.nvim_get_current_line() .. child.fn.getline(child.fn.line('.') + 1), 'def integration_tests(')
end

T['a code action changes the workflow, and the change is written'] = function()
  child.open('.forgejo/workflows/ci.yml')
  local before = vim.fn.readfile(folder .. '/.forgejo/workflows/ci.yml')
  child.lua([[
    vim.ui.select = function(items, options, choose)
      _G.menu = vim.tbl_map(options.format_item or tostring, items)
      for i, item in ipairs(items) do
        if item.action.title:lower():find('matrix') then return choose(item, i) end
      end
      choose(items[1], 1)
    end
  ]])
  child.at([[nox -s lint]])
  child.type_keys('gra')
  child.eventually('vim.bo.modified')
  holds(table.concat(child.lua_get('_G.menu') or { 'matrix' }, '\n'):lower(), 'matrix')
  child.cmd('silent write')
  local after = vim.fn.readfile(folder .. '/.forgejo/workflows/ci.yml')
  eq(vim.deep_equal(before, after), false)
  local text = table.concat(after, '\n')
  holds(text, 'matrix')
  holds(text, 'fail-fast: false')
  holds(text, '# What every change must pass.')
end

T['lenses are shown and run the session'] = function()
  child.open('noxfile.py')
  child.eventually([[#(vim.lsp.codelens.get({ bufnr = 0 })) > 0]])
  child.lua([[
    vim.ui.select = function(items, _, choose) choose(items[1], 1) end
    for _, shown in ipairs(vim.lsp.codelens.get({ bufnr = 0 })) do
      local argument = (shown.lens.command.arguments or {})[1] or {}
      if vim.deep_equal(argument.sessions, { 'lint' }) then
        vim.fn.cursor(shown.lens.range.start.line + 1, 1)
      end
    end
    vim.lsp.codelens.run()
  ]])
  child.eventually([[vim.fn.bufwinid('noxflow://run') ~= -1]])
  child.eventually([[#_G.told > 0]], 120000)
  holds(child.told()[1], '1 passed in')
end

return T
