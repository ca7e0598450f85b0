package server

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/sourcegraph/jsonrpc2"
	"github.com/tliron/glsp"
	protocol "github.com/tliron/glsp/protocol_3_16"
	protocol317 "github.com/tliron/glsp/protocol_3_17"
)

// codeRequestCancelled and codeServerNotInitialized are the protocol's
// additions to JSON-RPC's error codes.
const (
	codeRequestCancelled     = -32800
	codeServerNotInitialized = -32002
)

// handler is glsp's typed dispatch with the methods that glsp's types cannot
// carry taken out: what the client says in them is decoded into own types
// (protocol.go).
type handler struct {
	protocol.Handler
	server *Server
	// snap is what the message's place in the queue knows.
	snap *snapshot
}

// Handle implements glsp.Handler.
func (h *handler) Handle(c *glsp.Context) (result any, validMethod, validParams bool, err error) {
	switch c.Method {
	case protocol.MethodInitialize:
		return decoded(c, h.server.initialize)
	case protocol.MethodTextDocumentDidChange:
		return decoded(c, h.server.didChange)
	case protocol.MethodTextDocumentCodeAction:
		return decoded(c, h.snap.codeAction)
	case protocol.MethodCodeActionResolve:
		return decoded(c, h.snap.resolveCodeAction)
	case protocol.MethodTextDocumentCodeLens:
		return decoded(c, h.snap.codeLens)
	case protocol.MethodCodeLensResolve:
		return decoded(c, h.snap.resolveCodeLens)
	case methodInlayHint:
		return decoded(c, h.snap.inlayHint)
	case protocol.MethodTextDocumentHover:
		return decoded(c, h.snap.hover)
	case protocol.MethodTextDocumentCompletion:
		return decoded(c, h.snap.completion)
	case protocol.MethodTextDocumentDefinition:
		return decoded(c, h.snap.definition)
	case protocol.MethodTextDocumentDocumentLink:
		return decoded(c, h.snap.documentLink)
	case protocol.MethodWorkspaceExecuteCommand:
		return decoded(c, h.snap.executeCommand)
	case protocol317.MethodTextDocumentDiagnostic:
		return decoded(c, h.snap.diagnostic)
	}
	return h.Handler.Handle(c)
}

// decoded calls a handler with its parameters, in the shape of glsp's Handle.
func decoded[P any](c *glsp.Context, f func(*P) (any, error)) (result any, validMethod, validParams bool, err error) {
	var params P
	if err := json.Unmarshal(c.Params, &params); err != nil {
		return nil, true, false, err
	}
	result, err = f(&params)
	return result, true, true, err
}

// dispatch finds the handler of a message and calls it.
func (s *Server) dispatch(ctx context.Context, snap *snapshot, req *jsonrpc2.Request) (any, *jsonrpc2.Error) {
	h := &handler{server: s, snap: snap, Handler: protocol.Handler{
		Initialized:                        s.initialized,
		Shutdown:                           func(*glsp.Context) error { return nil },
		SetTrace:                           func(*glsp.Context, *protocol.SetTraceParams) error { return nil },
		TextDocumentDidOpen:                s.didOpen,
		TextDocumentDidSave:                s.didSave,
		TextDocumentDidClose:               s.didClose,
		WorkspaceDidChangeConfiguration:    s.didChangeConfiguration,
		WorkspaceDidChangeWatchedFiles:     s.didChangeWatchedFiles,
		WorkspaceDidChangeWorkspaceFolders: s.didChangeWorkspaceFolders,
	}}
	h.SetInitialized(true) // the door keeps the order of the session
	result, validMethod, validParams, err := h.Handle(&glsp.Context{Method: req.Method, Params: paramsOf(req), Context: ctx})
	var rerr *jsonrpc2.Error
	switch {
	case !validMethod:
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "no method " + req.Method}
	case !validParams:
		rerr = &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: req.Method + ": the parameters do not fit: " + err.Error()}
	case errors.As(err, &rerr):
	case err != nil:
		rerr = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: err.Error()}
	}
	if rerr != nil && req.Method == protocol.MethodInitialize {
		s.life.initializeFailed()
	}
	return result, rerr
}

// paramsOf gives the parameters of a message, an empty object where the client
// sent none or null.
func paramsOf(req *jsonrpc2.Request) json.RawMessage {
	if req.Params == nil || string(*req.Params) == "null" {
		return json.RawMessage("{}")
	}
	return *req.Params
}
