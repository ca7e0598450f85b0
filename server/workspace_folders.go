package server

import (
	"slices"

	"github.com/tliron/glsp"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// didChangeWorkspaceFolders handles the notification
// "workspace/didChangeWorkspaceFolders": the roots are found again.
func (s *Server) didChangeWorkspaceFolders(_ *glsp.Context, params *protocol.DidChangeWorkspaceFoldersParams) error {
	s.edit(func(next *snapshot) {
		kept := slices.Clone(next.folders)
		for _, folder := range params.Event.Removed {
			_, path := parseURI(folder.URI)
			kept = slices.DeleteFunc(kept, func(p string) bool { return p == path })
		}
		for _, folder := range params.Event.Added {
			if _, path := parseURI(folder.URI); path != "" && !slices.Contains(kept, path) {
				kept = append(kept, path)
			}
		}
		next.folders = kept
	})
	s.recheckIf(func(*file) bool { return true })
	return nil
}
