-- Takes the quick fix and "optimize" in the current buffer as a user does, and
-- prints what it sees. Runs on Neovim 0.7 and later.

local function out(...)
  io.stdout:write(table.concat(vim.tbl_map(tostring, { ... }), ' ') .. '\n')
end

local function wait(what, condition)
  if not vim.wait(20000, condition, 20) then
    error('waited in vain: ' .. what)
  end
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end

-- Chooses from the menu of code actions: the first title with this beginning.
local function choose(beginning)
  local before = text()
  vim.ui.select = function(items, _, take)
    for i, item in ipairs(items) do
      local action = item.action or item[2] -- 0.7 has pairs of client and action
      out('action', action.kind, action.title)
      if vim.startswith(action.title, beginning) then
        return take(item, i)
      end
    end
    error('no action ' .. beginning)
  end
  vim.lsp.buf.code_action()
  wait(beginning, function() return text() ~= before end)
end

local function main()
  local buffer = vim.api.nvim_get_current_buf()
  local function findings()
    return vim.diagnostic.get(buffer)
  end
  wait('findings', function() return #findings() > 0 end)
  for _, d in ipairs(findings()) do
    out('finding', d.lnum + 1, d.code, d.source)
    if d.code == 'unpinned-installer' then
      vim.api.nvim_win_set_cursor(0, { d.lnum + 1, d.col })
    end
  end

  choose('Pin Poetry')
  vim.cmd('silent write')
  vim.loop.fs_copyfile('project/Dockerfile', 'pinned')

  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  if vim.fn.maparg('<leader>o', 'n') ~= '' then
    local before = text()
    vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('<leader>o', true, false, true), 'mx', false)
    wait('the key', function() return text() ~= before end)
  else
    choose('Optimize')
  end
  vim.cmd('silent write')
  wait('no findings', function() return #findings() == 0 end)
  out('done')
end

local ok, failure = pcall(main)
if not ok then
  out('failed: ' .. tostring(failure))
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
