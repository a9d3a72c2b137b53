-- What a child Neovim of the tests starts with: the plugin as a plugin manager would load it, nothing else.
vim.opt.runtimepath:prepend(vim.env.NOXFLOW_PLUGIN)
vim.o.swapfile = false
vim.o.shadafile = 'NONE'
local config = vim.json.decode(vim.env.NOXFLOW_CONFIG or '{}')
vim.g.noxflow = vim.tbl_extend('force', { path = vim.env.NOXFLOW_SERVER }, config)
