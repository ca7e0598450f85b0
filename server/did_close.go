package server

import (
	"github.com/tliron/glsp"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// didClose handles the notification "textDocument/didClose": the disk is the
// truth again, and the document's diagnostics are taken back.
func (s *Server) didClose(_ *glsp.Context, params *protocol.DidCloseTextDocumentParams) error {
	key, _ := parseURI(params.TextDocument.URI)
	f := s.snap.Load().files[key]
	if f == nil {
		s.log.Warn("close of a document that is not open", "uri", params.TextDocument.URI)
		return nil
	}
	s.edit(func(next *snapshot) { delete(next.files, key) })
	s.changed(f)
	return nil
}
