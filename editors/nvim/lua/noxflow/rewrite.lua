--- What noxflow offers at the cursor or in the selected lines, shown as one diff over all files before anything changes.
--- Neighbours: page.lua shows it; the server proves and writes the edits (`textDocument/codeAction`).
local M = {}

local PAGE = 'noxflow://rewrite'
local KINDS = { 'refactor.rewrite', 'source.fixAll.noxflow' }

--- Lets the user choose a rewrite and shows it.
---@param client vim.lsp.Client
---@param lines? { [1]: integer, [2]: integer } first and last line, from 1; nil: the cursor
function M.choose(client, lines)
  client:request('textDocument/codeAction', M._params(client, lines), function(err, actions)
    if err then
      vim.notify('noxflow: ' .. err.message, vim.log.levels.ERROR)
      return
    end
    local possible = vim.tbl_filter(function(action)
      return not action.disabled
    end, actions or {})
    if #possible == 0 then
      vim.notify('noxflow: nothing to rewrite here', vim.log.levels.INFO)
      return
    end
    vim.ui.select(possible, {
      prompt = 'noxflow: preview',
      kind = 'noxflow.rewrite',
      format_item = function(action)
        return action.title
      end,
    }, function(action)
      if action then
        M._resolve(client, action)
      end
    end)
  end, 0)
end

--- Shows an action once it has its edit: the server makes it when it is asked for it.
---@private
function M._resolve(client, action)
  if action.edit then
    return M.show(client, action)
  end
  client:request('codeAction/resolve', action, function(err, resolved)
    if err or not resolved.edit then
      vim.notify('noxflow: ' .. (err and err.message or 'there is nothing to change'), vim.log.levels.ERROR)
      return
    end
    M.show(client, resolved)
  end, 0)
end

--- Shows what a code action would change; `a` applies it, `q` closes the page.
---@param client vim.lsp.Client
---@param action lsp.CodeAction
function M.show(client, action)
  local head = { '# ' .. action.title }
  for _, annotation in pairs(action.edit.changeAnnotations or {}) do
    table.insert(head, '# ' .. annotation.label)
  end
  table.insert(head, '# a: apply   q: close')
  local diff = table.concat(head, '\n') .. '\n' .. M.diff(client, action.edit)
  require('noxflow.page').show(PAGE, 'diff', diff)
  vim.keymap.set('n', 'a', function()
    vim.cmd.close()
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  end, { buffer = vim.fn.bufnr(PAGE), nowait = true, desc = 'noxflow: apply' })
end

--- The edit as a unified diff.
---@param client vim.lsp.Client
---@param edit lsp.WorkspaceEdit
---@return string
function M.diff(client, edit)
  local files = {} ---@type table<string, lsp.TextEdit[]>
  for _, change in ipairs(edit.documentChanges or {}) do
    files[change.textDocument.uri] = change.edits
  end
  files = vim.tbl_extend('keep', files, edit.changes or {})
  local uris = vim.tbl_keys(files)
  table.sort(uris)
  return table.concat(vim.tbl_map(function(uri)
    return M._diff_of(client, uri, files[uri])
  end, uris))
end

---@private
function M._diff_of(client, uri, edits)
  local bufnr = vim.uri_to_bufnr(uri)
  vim.fn.bufload(bufnr)
  local before = vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
  local scratch = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(scratch, 0, -1, false, before)
  vim.lsp.util.apply_text_edits(vim.deepcopy(edits), scratch, client.offset_encoding)
  local after = vim.api.nvim_buf_get_lines(scratch, 0, -1, false)
  vim.api.nvim_buf_delete(scratch, { force = true })
  local text = function(lines)
    return table.concat(lines, '\n') .. '\n'
  end
  -- `vim.diff` until Neovim 0.12.
  local diff = vim.text and vim.text.diff or vim.diff
  local hunks = diff(text(before), text(after), { ctxlen = 3 })
  local path = vim.uri_to_fname(uri)
  local name = client.root_dir and vim.fs.relpath(client.root_dir, path) or path
  return ('--- a/%s\n+++ b/%s\n%s'):format(name, name, hunks)
end

---@private
function M._params(client, lines)
  local params
  if lines then
    local last = vim.fn.getline(lines[2])
    params = vim.lsp.util.make_given_range_params({ lines[1], 0 }, { lines[2], #last }, 0, client.offset_encoding)
  else
    params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  end
  ---@cast params lsp.CodeActionParams
  params.context = { diagnostics = {}, only = KINDS, triggerKind = 1 }
  return params
end

return M
