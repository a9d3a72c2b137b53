--- Which files are ours, and which folder a file belongs to. Knows paths only: no buffer, no server.
local M = {}

local CI_FOLDERS = { '.github', '.forgejo', '.gitea' }

---@alias noxflow.FileKind 'noxfile'|'workflow'

--- What a path is to us, nil when it is none of our business.
---@param path string
---@return noxflow.FileKind?
function M.kind(path)
  path = vim.fs.normalize(path)
  if vim.fs.basename(path) == 'noxfile.py' then
    return 'noxfile'
  end
  local folder = path:match('/(%.%w+)/workflows/[^/]+%.ya?ml$')
  if folder and vim.list_contains(CI_FOLDERS, folder) then
    return 'workflow'
  end
end

--- The folder to start a server for, nil when the file is not ours.
---
--- A workflow belongs to the folder above `.github`. A noxfile belongs to the nearest folder upwards that has workflows
--- or a repository, so that both meet in one server; alone, to its own folder.
---@param path string
---@return string?
function M.root(path)
  local kind = M.kind(path)
  if kind == 'workflow' then
    return vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(vim.fs.normalize(path))))
  elseif kind == 'noxfile' then
    return M._shared_root(vim.fs.dirname(vim.fs.normalize(path)))
  end
end

--- The noxfile that a file or folder is governed by: the nearest one upwards, or the one of its CI root.
---@param path string
---@return string?
function M.noxfile(path)
  if M.kind(path) == 'workflow' then
    path = M.root(path) --[[@as string]]
  end
  return vim.fs.find('noxfile.py', { path = path, upward = true, type = 'file', stop = vim.uv.os_homedir() })[1]
    or M._noxfile_in(path)
end

---@private
function M._noxfile_in(path)
  local file = vim.fs.joinpath(path, 'noxfile.py')
  return vim.uv.fs_stat(file) and file or nil
end

---@private
function M._shared_root(folder)
  local home = vim.fs.normalize(vim.uv.os_homedir() or '')
  local found = vim.fs.root(folder, { '.git', unpack(CI_FOLDERS) })
  -- A home folder kept in git (dotfiles) is no project.
  if not found or (found == home and folder ~= home) then
    return folder
  end
  return found
end

return M
