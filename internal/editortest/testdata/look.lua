-- Leaves when there are findings, none of them of the rule single-stage, and an
-- inlay hint.

local function settled()
  local findings = vim.diagnostic.get(0)
  for _, d in ipairs(findings) do
    if d.code == 'single-stage' then
      return false
    end
  end
  return #findings > 0 and #vim.lsp.inlay_hint.get() > 0
end

if vim.wait(20000, settled, 20) then
  vim.cmd('qall!')
end
io.stdout:write(vim.inspect(vim.diagnostic.get(0)), vim.inspect(vim.lsp.inlay_hint.get()))
vim.cmd('cquit 1')
