package server

import (
	"github.com/tliron/glsp"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// didSave handles the notification "textDocument/didSave". The text is known
// already. For a client that cannot watch files a save is the occasion to look
// at the project again.
func (s *Server) didSave(_ *glsp.Context, params *protocol.DidSaveTextDocumentParams) error {
	if snap := s.snap.Load(); !snap.client.watch {
		if _, path := parseURI(params.TextDocument.URI); path != "" {
			s.recheckAround(path)
		}
	}
	return nil
}
