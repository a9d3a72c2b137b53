--- Small pieces of wording that several screens share.
local M = {}

--- A duration as a person says it: `0.4 s`, `12 s`, `5 m 40 s`, `1 h 05 m`.
---@param seconds number
---@return string
function M.seconds(seconds)
  if seconds < 9.95 then
    return ('%.1f s'):format(seconds)
  end
  local whole = math.floor(seconds + 0.5)
  if whole < 60 then
    return ('%d s'):format(whole)
  elseif whole < 3600 then
    return ('%d m %02d s'):format(math.floor(whole / 60), whole % 60)
  end
  return ('%d h %02d m'):format(math.floor(whole / 3600), math.floor(whole % 3600 / 60))
end

--- The same in whole seconds, for a time that goes on.
---@param seconds number
---@return string
function M.whole_seconds(seconds)
  return seconds < 9.95 and ('%d s'):format(math.floor(seconds)) or M.seconds(math.floor(seconds))
end

--- A text cut to a number of screen cells, with an ellipsis where something was cut.
---@param text string
---@param cells integer
---@return string
function M.cut(text, cells)
  if vim.fn.strdisplaywidth(text) <= cells then
    return text
  end
  if cells < 1 then
    return ''
  end
  local kept = vim.fn.strcharpart(text, 0, cells - 1)
  while vim.fn.strdisplaywidth(kept) > cells - 1 do
    kept = vim.fn.strcharpart(kept, 0, vim.fn.strchars(kept) - 1)
  end
  return kept .. '…'
end

--- A text filled with blanks up to a number of screen cells.
---@param text string
---@param cells integer
---@return string
function M.fill(text, cells)
  return text .. (' '):rep(cells - vim.fn.strdisplaywidth(text))
end

--- A line of program output without colour codes and other control characters.
---@param line string
---@return string
function M.plain(line)
  return (line:gsub('\27%[[%d;?]*%a', ''):gsub('\27%].-\7', ''):gsub('^.*\r(.)', '%1'):gsub('%c', ' '))
end

return M
