-- Opens RESTAGE_FILE with the configuration that users get, waits for the
-- diagnostics, runs the optimize action, and writes the file. What it saw goes
-- to standard output. Runs on Neovim 0.7 and later.

local function out(...)
  io.stdout:write(table.concat(vim.tbl_map(tostring, { ... }), ' ') .. '\n')
end

local function main()
  vim.g.restage_cmd = { vim.env.RESTAGE_BIN, 'serve', '--stdio' }
  vim.cmd('filetype on')
  dofile(vim.env.RESTAGE_CONFIG)
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.RESTAGE_FILE))
  local buf = vim.api.nvim_get_current_buf()

  local function diagnostics()
    return vim.diagnostic.get(buf)
  end
  if not vim.wait(20000, function() return #diagnostics() > 0 end, 20) then
    error('no diagnostics came; filetype ' .. vim.bo.filetype)
  end
  for _, d in ipairs(diagnostics()) do
    out('diagnostic', d.lnum + 1, d.code, d.source)
  end

  local client = (vim.lsp.get_clients or vim.lsp.get_active_clients)()[1]
  local function request(method, params)
    local replies, failure = vim.lsp.buf_request_sync(buf, method, params, 20000)
    if not replies then
      error(method .. ': ' .. tostring(failure))
    end
    local reply = replies[client.id] or {}
    if reply.error or reply.err then
      error(method .. ': ' .. vim.inspect(reply.error or reply.err))
    end
    return reply.result
  end

  local kind = 'refactor.rewrite.restage.optimize'
  local actions = request('textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(buf) },
    range = { start = { line = 0, character = 0 }, ['end'] = { line = 0, character = 0 } },
    context = { diagnostics = {}, only = { kind }, triggerKind = 1 },
  })
  local action
  for _, a in ipairs(actions or {}) do
    out('action', a.kind, a.title)
    if a.kind == kind and not a.disabled then
      action = a
    end
  end
  if not action then
    error('no optimize action')
  end
  if not action.edit then
    action = request('codeAction/resolve', action)
  end
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding or 'utf-16')
  vim.cmd('silent noautocmd write')

  vim.wait(20000, function() return #diagnostics() == 0 end, 20)
  for _, d in ipairs(diagnostics()) do
    out('left', d.lnum + 1, d.code, d.message)
  end
  out('done')
end

local ok, failure = pcall(main)
if not ok then
  out('failed: ' .. tostring(failure))
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
