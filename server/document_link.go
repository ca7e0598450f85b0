package server

import protocol "github.com/tliron/glsp/protocol_3_16"

// documentLink handles the request "textDocument/documentLink": the files of
// the build context that a Dockerfile names.
func (s *snapshot) documentLink(params *protocol.DocumentLinkParams) (any, error) {
	links := []protocol.DocumentLink{}
	f := s.file(params.TextDocument.URI)
	if f == nil {
		return links, nil
	}
	c := s.check(f)
	for _, p := range c.links() {
		uri, _ := s.uriOf(f.root, p.Path)
		links = append(links, protocol.DocumentLink{Range: s.client.lspRange(c.Doc.Mapper, p.From), Target: &uri})
	}
	return links, nil
}
