--- A page of text from the server in a tab page of its own, as :checkhealth has it; `q` closes it.
local M = {}

---@param name string buffer name
---@param filetype string
---@param content string
function M.show(name, filetype, content)
  local bufnr = vim.fn.bufnr(name)
  if bufnr == -1 then
    bufnr = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(bufnr, name)
    vim.bo[bufnr].bufhidden = 'wipe'
    vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, nowait = true, desc = 'noxflow: close' })
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(vim.trim(content), '\r?\n'))
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].filetype = filetype
  local win = vim.fn.win_findbuf(bufnr)[1]
  if win then
    vim.api.nvim_set_current_win(win)
  else
    vim.cmd('tab sbuffer ' .. bufnr)
  end
  for option, value in pairs({ wrap = true, linebreak = true, breakindent = true, conceallevel = 2, list = false }) do
    vim.wo[0][0][option] = value
  end
end

return M
