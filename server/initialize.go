package server

import (
	"path/filepath"

	protocol "github.com/tliron/glsp/protocol_3_16"
	protocol317 "github.com/tliron/glsp/protocol_3_17"
)

// The kinds of code actions beside the protocol's own.
const (
	kindRewrite  = "refactor.rewrite.restage"
	kindOptimize = kindRewrite + ".optimize"
	kindFixAll   = "source.fixAll.restage"
)

// initialize handles the request "initialize": it agrees with the client on
// what to send, and does no work.
func (s *Server) initialize(params *initializeParams) (any, error) {
	agreed := newClient(&params.Capabilities)
	set, bad := parseSettings(params.InitializationOptions)
	s.warnSettings(bad)
	s.edit(func(next *snapshot) {
		next.client = agreed
		next.settings = set
		next.folders = folders(params)
	})
	if params.ProcessID != nil {
		go s.watchClient(int(*params.ProcessID))
	}

	result := initializeResult{ServerInfo: &protocol.InitializeResultServerInfo{Name: "restage"}}
	if s.opt.Version != "" {
		result.ServerInfo.Version = &s.opt.Version
	}
	c := &result.Capabilities
	c.PositionEncoding = agreed.encodingName()
	c.TextDocumentSync = protocol.TextDocumentSyncOptions{
		OpenClose: ptr(true),
		Change:    ptr(protocol.TextDocumentSyncKindIncremental),
		Save:      true,
	}
	c.CodeActionProvider = protocol.CodeActionOptions{
		CodeActionKinds: []protocol.CodeActionKind{protocol.CodeActionKindQuickFix, kindRewrite, kindOptimize, kindFixAll},
		ResolveProvider: ptr(agreed.resolve),
	}
	c.HoverProvider = true
	// Letters ask by themselves in every editor, and a blank would ask everywhere.
	c.CompletionProvider = &protocol.CompletionOptions{TriggerCharacters: []string{"-", "=", ","}}
	c.DefinitionProvider = true
	c.DocumentLinkProvider = &protocol.DocumentLinkOptions{}
	if agreed.applyEdit {
		c.CodeLensProvider = &protocol.CodeLensOptions{ResolveProvider: ptr(true)}
		c.ExecuteCommandProvider = &protocol.ExecuteCommandOptions{Commands: []string{commandOptimize}}
	}
	c.InlayHintProvider = agreed.hints
	c.Workspace = &protocol.ServerCapabilitiesWorkspace{
		WorkspaceFolders: &protocol.WorkspaceFoldersServerCapabilities{
			Supported:           ptr(true),
			ChangeNotifications: &protocol.BoolOrString{Value: true},
		},
	}
	if agreed.pull {
		c.DiagnosticProvider = protocol317.DiagnosticOptions{Identifier: ptr("restage"), InterFileDependencies: true}
	}
	return result, nil
}

// folders gives the paths of the workspace, in the client's newest word for it.
func folders(params *initializeParams) []string {
	paths := []string{}
	add := func(uri string) {
		if _, path := parseURI(uri); path != "" {
			paths = append(paths, path)
		}
	}
	for _, folder := range params.WorkspaceFolders {
		add(folder.URI)
	}
	if params.WorkspaceFolders == nil {
		switch {
		case params.RootURI != nil && *params.RootURI != "":
			add(*params.RootURI)
		case params.RootPath != nil && filepath.IsAbs(*params.RootPath):
			paths = append(paths, filepath.Clean(*params.RootPath))
		}
	}
	return paths
}
