-- Leaves when there are findings, and none of them of the rule single-stage.

local function off()
  local findings = vim.diagnostic.get(0)
  for _, d in ipairs(findings) do
    if d.code == 'single-stage' then
      return false
    end
  end
  return #findings > 0
end

if vim.wait(20000, off, 20) then
  vim.cmd('qall!')
end
io.stdout:write(vim.inspect(vim.diagnostic.get(0)))
vim.cmd('cquit 1')
