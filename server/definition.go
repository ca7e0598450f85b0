package server

import (
	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/analysis/project"
	"restage/assist"
)

// definition handles the request "textDocument/definition". The text that a
// place is counted in is the editor's, where it has the file open.
func (s *snapshot) definition(params *positionParams) (any, error) {
	links, locations := []protocol.LocationLink{}, []protocol.Location{}
	if f := s.file(params.TextDocument.URI); f != nil {
		c := s.check(f)
		for _, p := range c.definitions(s.client.offset(c.Doc.Mapper, params.Position)) {
			uri, _ := s.uriOf(f.root, p.Path)
			at := s.placeRange(f, p)
			locations = append(locations, protocol.Location{URI: uri, Range: at})
			links = append(links, protocol.LocationLink{OriginSelectionRange: ptr(s.client.lspRange(c.Doc.Mapper, p.From)),
				TargetURI: uri, TargetRange: at, TargetSelectionRange: at})
		}
	}
	if s.client.definitionLinks {
		return links, nil
	}
	return locations, nil
}

// placeRange is the range of a place in its own file: the start for a whole file.
func (s *snapshot) placeRange(f *file, p assist.Place) protocol.Range {
	if p.Span.Empty() {
		return protocol.Range{}
	}
	return s.rangeIn(f.root, project.Problem{Path: p.Path, Span: p.Span})
}

// definitions and links ask the facts, which fill caches meanwhile.
func (c *checked) definitions(offset int) []assist.Place {
	c.mu.Lock()
	defer c.mu.Unlock()
	return assist.Definitions(c.Facts, offset)
}

func (c *checked) links() []assist.Place {
	c.mu.Lock()
	defer c.mu.Unlock()
	return assist.Links(c.Facts)
}
