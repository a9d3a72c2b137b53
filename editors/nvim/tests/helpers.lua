--- What the editor tests share: a copy of the seed project, a child Neovim in it, and looking until something is there.
local M = {}

local PATIENCE_MS = 60000

--- A fresh copy of the seed project; what earlier runs left in it is not copied.
---@return string folder
function M.seed()
  local folder = M.folder()
  local skip = { ['.nox'] = true, ['dist'] = true, ['site'] = true, ['.git'] = true }
  local from = vim.env.NOXFLOW_SEED
  for name, kind in
    vim.fs.dir(from, {
      depth = 20,
      skip = function(name)
        return not skip[name]
      end,
    })
  do
    if kind == 'file' then
      local to = vim.fs.joinpath(folder, name)
      vim.fn.mkdir(vim.fs.dirname(to), 'p')
      assert(vim.uv.fs_copyfile(vim.fs.joinpath(from, name), to))
    end
  end
  return folder
end

--- A folder with the given files.
---@param files? table<string, string>
---@return string folder
function M.folder(files)
  local folder = assert(vim.uv.fs_realpath(vim.fn.fnamemodify(vim.fn.tempname(), ':h'))) .. '/' .. vim.uv.hrtime()
  vim.fn.mkdir(folder, 'p')
  for name, content in pairs(files or {}) do
    local path = vim.fs.joinpath(folder, name)
    vim.fn.mkdir(vim.fs.dirname(path), 'p')
    vim.fn.writefile(vim.split(content, '\n'), path)
  end
  return folder
end

--- A child Neovim with the plugin, and what a person sees of it.
---@return table child
function M.child()
  local child = MiniTest.new_child_neovim()

  --- Starts it in a folder.
  function child.start_in(folder, config)
    vim.env.NOXFLOW_CONFIG = vim.json.encode(config or vim.empty_dict())
    child.restart({ '-u', vim.env.NOXFLOW_PLUGIN .. '/tests/init.lua', '--cmd', 'cd ' .. folder })
    child.o.lines, child.o.columns = 30, 110
    child.lua([[
      _G.told = {}
      vim.notify = function(message, level) table.insert(_G.told, { message = message, level = level }) end
    ]])
  end

  --- Opens a file and waits for its server.
  function child.open(file)
    child.cmd('edit ' .. file)
    child.eventually([[(vim.lsp.get_clients({ bufnr = 0, name = 'noxflow' })[1] or {}).initialized]])
  end

  --- Looks at an expression in the child until it is true; returns it.
  function child.eventually(expression, patience)
    return child.eventually_is(function()
      local value = child.lua_get(expression)
      return value ~= vim.NIL and value
    end, 'true: ' .. expression, patience)
  end

  --- Calls a function until its value is true; returns that.
  function child.eventually_is(look, what, patience)
    local deadline = vim.uv.now() + (patience or PATIENCE_MS)
    repeat
      local value = look()
      if value then
        return value
      end
      vim.wait(20)
      vim.uv.update_time()
    until vim.uv.now() > deadline
    error(('never %s\ntold: %s\nscreen:\n%s'):format(what or 'there', vim.inspect(child.told()), child.screen()), 3)
  end

  --- Waits until a text is on the screen.
  function child.eventually_shows(text)
    child.eventually_is(function()
      return child.screen():find(text, 1, true) ~= nil
    end, 'shown: ' .. text)
  end

  --- The messages shown so far.
  function child.told()
    return vim.tbl_map(function(entry)
      return entry.message
    end, child.lua_get('_G.told'))
  end

  --- The whole screen as text.
  function child.screen()
    return (tostring(child.get_screenshot()):gsub('\n\n.*', ''))
  end

  --- The text of the first floating window, false when there is none.
  function child.float()
    return child.lua_get([[(function()
      for _, win in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(win).relative ~= '' then
          return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(win), 0, -1, false), '\n')
        end
      end
      return false
    end)()]])
  end

  --- The lines of a buffer found by a part of its name.
  function child.lines(name)
    return child.lua_get(
      [[(function(name)
        for _, buf in ipairs(vim.api.nvim_list_bufs()) do
          if vim.api.nvim_buf_get_name(buf):find(name, 1, true) then
            return vim.api.nvim_buf_get_lines(buf, 0, -1, false)
          end
        end
        return {}
      end)(...)]],
      { name }
    )
  end

  --- Puts the cursor on the first place that matches.
  function child.at(pattern)
    child.fn.cursor(1, 1)
    if child.fn.search(pattern, 'cW') == 0 then
      error('not in the buffer: ' .. pattern, 2)
    end
  end

  return child
end

--- Fails unless a text holds another.
---@param text string
---@param part string
function M.holds(text, part)
  if not text:find(part, 1, true) then
    error(('`%s` is not in:\n%s'):format(part, text), 2)
  end
end

return M
