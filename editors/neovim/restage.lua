-- restage in Neovim, 0.7 and later: put this file into ~/.config/nvim/plugin/.
-- Then open a Dockerfile and ask for code actions: :lua vim.lsp.buf.code_action()

local config = {
  name = 'restage',
  cmd = vim.g.restage_cmd or { 'restage', 'serve', '--stdio' },
  filetypes = { 'dockerfile' },
  root_markers = { '.git' },
}

if vim.lsp.config then -- Neovim 0.11
  vim.lsp.config('restage', config)
  vim.lsp.enable('restage')
  return
end

local clients = {} -- Neovim 0.7 starts a second server for a second file if nobody counts

vim.api.nvim_create_autocmd('FileType', {
  pattern = config.filetypes,
  callback = function(args)
    local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(args.buf), ':p:h')
    local git = vim.fn.finddir('.git', vim.fn.escape(folder, ' ,;') .. ';')
    local root = git ~= '' and vim.fn.fnamemodify(git, ':p:h:h') or folder
    local options = { name = config.name, cmd = config.cmd, root_dir = root }
    if vim.lsp.start then -- Neovim 0.8
      vim.lsp.start(options, { bufnr = args.buf })
      return
    end
    local id = clients[root]
    if not (id and vim.lsp.get_client_by_id(id)) then
      id = vim.lsp.start_client(options)
      clients[root] = id
    end
    if id then
      vim.lsp.buf_attach_client(args.buf, id)
    end
  end,
})
