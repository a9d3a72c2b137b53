-- Started by run.sh as `nvim -l`: runs the test files and says how many cases passed.
vim.opt.runtimepath:prepend(vim.env.NOXFLOW_PLUGIN)
vim.opt.runtimepath:append(vim.env.MINI_TEST)
package.path = vim.env.NOXFLOW_PLUGIN .. '/tests/?.lua;' .. package.path

local test = require('mini.test')
test.setup({ silent = true })

local wanted = vim.env.NOXFLOW_TESTS ~= '' and vim.env.NOXFLOW_TESTS or 'test_*.lua'
local files = vim.fn.globpath(vim.env.NOXFLOW_PLUGIN .. '/tests', wanted, true, true)
test.run({
  collect = {
    find_files = function()
      return files
    end,
  },
  execute = { reporter = test.gen_reporter.stdout({ quit_on_finish = false, group_depth = 2 }) },
})
vim.wait(20 * 60 * 1000, function()
  return not test.is_executing()
end, 20)

local passed, failed = 0, 0
for _, case in ipairs(test.current.all_cases or {}) do
  if #(case.exec and case.exec.fails or { 'not run' }) == 0 then
    passed = passed + 1
  else
    failed = failed + 1
  end
end
vim.fn.writefile({ ('%d %d'):format(passed, failed) }, vim.env.NOXFLOW_COUNTS)
io.stdout:write('\n')
os.exit(failed == 0 and passed > 0 and 0 or 1)
