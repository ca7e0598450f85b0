package server

import (
	"github.com/tliron/glsp"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// didOpen handles the notification "textDocument/didOpen".
func (s *Server) didOpen(_ *glsp.Context, params *protocol.DidOpenTextDocumentParams) error {
	doc := params.TextDocument
	key, path := parseURI(doc.URI)
	f := &file{uri: doc.URI, key: key, path: path, language: doc.LanguageID, version: doc.Version, text: doc.Text, memo: &projectMemo{}}
	f.dockerfile = isDockerfile(doc.LanguageID, documentName(doc.URI))
	s.edit(func(next *snapshot) {
		f.root = next.rootOf(path)
		next.files[key] = f
	})
	s.changed(f)
	return nil
}

// changed is called after a document has a new text: a Dockerfile is checked,
// anything else may be part of the projects around it.
func (s *Server) changed(f *file) {
	if f.dockerfile {
		s.publish.mark(f.key)
		return
	}
	s.recheck([]string{f.path})
}
