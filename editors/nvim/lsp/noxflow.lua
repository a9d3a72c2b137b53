-- The language server, as `vim.lsp.enable('noxflow')` finds it. Change any key with `vim.lsp.config('noxflow', {...})`.
-- Neighbours: noxflow.server (which program), noxflow.files (which buffers), noxflow.protocol (its own messages).

---@type vim.lsp.Config
return {
  cmd = function(dispatchers, config)
    return require('noxflow.server').start(dispatchers, config)
  end,
  -- The dotted ones are set by other plugins for workflow files.
  filetypes = {
    'python',
    'yaml',
    'yaml.forgejo',
    'yaml.ghaction',
    'yaml.ghactions',
    'yaml.gitea',
    'yaml.github',
    'yaml.github-actions',
  },
  root_dir = function(bufnr, on_dir)
    local files = require('noxflow.files')
    local root = files.root(vim.api.nvim_buf_get_name(bufnr))
    if root and require('noxflow.server').is_available(root) then
      on_dir(root)
    end
  end,
  get_language_id = function(_, filetype)
    return (filetype:gsub('%..*', ''))
  end,
  before_init = function(params, config)
    local options = require('noxflow.config').get()
    params.initializationOptions = { trusted = options.trusted, settings = options.settings }
    -- Neovim answers workspace/configuration from here, and sends it once after the start.
    config.settings = vim.tbl_deep_extend('force', config.settings or {}, { noxflow = options.settings })
  end,
  handlers = require('noxflow.protocol').handlers,
  commands = require('noxflow.protocol').commands,
  on_exit = function(_, _, client_id)
    vim.schedule(function()
      require('noxflow.runs').server_stopped(client_id)
    end)
  end,
}
