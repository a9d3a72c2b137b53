-- What Neovim runs at start-up, and nothing more: the version gate, the server's name, one command, the maps to bind.
-- Everything else is required on first use. Neighbours: lsp/noxflow.lua (the server), lua/noxflow/command.lua.

if vim.g.loaded_noxflow then
  return
end
vim.g.loaded_noxflow = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.schedule(function()
    vim.notify('noxflow: needs Neovim 0.11 or newer; this is ' .. tostring(vim.version()), vim.log.levels.WARN)
  end)
  return
end

vim.api.nvim_create_user_command('Noxflow', function(args)
  require('noxflow.command').execute(args)
end, {
  nargs = '+',
  bang = true,
  range = true,
  desc = 'Run nox sessions side by side, and what belongs to it',
  complete = function(lead, line)
    return require('noxflow.command').complete(lead, line)
  end,
})

for map, desc in pairs({
  run = 'Run the default sessions',
  ['run-here'] = 'Run the session under the cursor',
  ['run-here-with-dependencies'] = 'Run the session under the cursor and what it requires',
  cancel = 'Cancel what runs',
  audit = 'Show what bounds the CI time',
  rewrite = 'Choose a rewrite and show it as a diff',
  window = 'Open or close the run window',
}) do
  vim.keymap.set('n', ('<Plug>(noxflow-%s)'):format(map), function()
    require('noxflow')[(map:gsub('-', '_'))]()
  end, { desc = 'noxflow: ' .. desc })
end

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('noxflow', {}),
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'noxflow' then
      require('noxflow.clients').attached(client, event.buf)
    end
  end,
})

if type(vim.g.noxflow) ~= 'table' or vim.g.noxflow.enabled ~= false then
  vim.lsp.enable('noxflow')
end
