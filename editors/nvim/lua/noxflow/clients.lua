--- Finds the server for what the user looks at, and starts one where a command needs it.
--- Neighbours: init.lua asks; lsp/noxflow.lua is the configuration it starts from.
local files = require('noxflow.files')

local M = {}

--- A server attached to a buffer: show what the user wants to see there.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attached(client, bufnr)
  local config = require('noxflow.config').get()
  if config.inlay_hints and client:supports_method('textDocument/inlayHint') then
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
  if config.code_lens and client:supports_method('textDocument/codeLens') then
    M._show_lenses(bufnr)
  end
end

--- Calls back with a server that knows the current file, and with the URI that names the file or its folder to it.
--- From a buffer that is not ours (a test, an empty buffer) that is the server of the noxfile above it. Says so when
--- there is none.
---@param on_found fun(client: vim.lsp.Client, uri: string)
function M.with_server(on_found)
  local client, uri = M.here()
  if client and uri then
    return on_found(client, uri)
  end
  local path = M._here_path()
  local noxfile = files.noxfile(path)
  local start_from = files.kind(path) and path or noxfile
  if not start_from then
    vim.notify('noxflow: no noxfile.py in this folder or above it', vim.log.levels.WARN)
    return
  end
  local root = files.root(start_from) --[[@as string]]
  if require('noxflow.server').is_available(root) then
    M._start(root, function(started)
      on_found(started, vim.uri_from_fname(start_from))
    end)
  end
end

--- The server that already runs for the current buffer or folder, and the URI to name to it.
---@return vim.lsp.Client?
---@return string?
function M.here()
  local attached = vim.lsp.get_clients({ name = 'noxflow', bufnr = 0 })[1]
  if attached then
    return attached, vim.uri_from_bufnr(0)
  end
  local path = M._here_path()
  local noxfile = files.noxfile(path)
  if not noxfile then
    return nil
  end
  for _, client in ipairs(vim.lsp.get_clients({ name = 'noxflow' })) do
    if client.root_dir and vim.fs.relpath(client.root_dir, noxfile) then
      return client, vim.uri_from_fname(noxfile)
    end
  end
end

--- Stops all our servers and starts them again where our files are open.
function M.restart()
  local clients = vim.lsp.get_clients({ name = 'noxflow' })
  for _, client in ipairs(clients) do
    require('noxflow.runs').server_stops(client.id)
    client:stop()
  end
  local tries = 0
  local function start_again()
    tries = tries + 1
    local left = vim.tbl_filter(function(client)
      return vim.lsp.get_client_by_id(client.id) ~= nil
    end, clients)
    if #left > 0 and tries < 100 then
      if tries == 50 then -- five seconds are enough to say goodbye
        for _, client in ipairs(left) do
          client:stop(true)
        end
      end
      vim.defer_fn(start_again, 100)
    else
      vim.lsp.enable('noxflow')
    end
  end
  start_again()
end

---@private
---@return string
function M._here_path()
  local name = vim.api.nvim_buf_get_name(0)
  local is_file = vim.bo.buftype == '' and name ~= '' and not name:match('^%w+://')
  return is_file and name or assert(vim.uv.cwd())
end

---@private
---@param root string
---@param on_ready fun(client: vim.lsp.Client)
function M._start(root, on_ready)
  local config = vim.deepcopy(vim.lsp.config.noxflow)
  config.root_dir = root
  local init = config.on_init
  config.on_init = vim.list_extend(type(init) == 'table' and init or { init }, {
    function(client)
      vim.schedule(function()
        on_ready(client)
      end)
    end,
  })
  vim.lsp.start(config, { attach = false })
end

---@private
function M._show_lenses(bufnr)
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = bufnr })
    return
  end
  -- Neovim 0.11: somebody has to ask again.
  local function refresh()
    vim.lsp.codelens.refresh({ bufnr = bufnr })
  end
  refresh()
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
    group = vim.api.nvim_create_augroup('noxflow.lenses.' .. bufnr, {}),
    buffer = bufnr,
    callback = refresh,
  })
end

return M
