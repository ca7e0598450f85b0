package server

import (
	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/analysis"
	"restage/assist"
	"restage/codeactions"
)

// hover handles the request "textDocument/hover".
func (s *snapshot) hover(params *positionParams) (any, error) {
	f := s.file(params.TextDocument.URI)
	if f == nil {
		return nil, nil
	}
	c := s.check(f)
	offset := s.client.offset(c.Doc.Mapper, params.Position)
	plans := map[int]codeactions.Action{}
	for _, i := range c.planned(offset) {
		plans[i] = c.action(s.server, i)
	}
	h := c.hoverAt(&assist.Question{Result: c.Result, Offset: offset, Plans: plans, Page: s.server.page})
	if h == nil {
		return nil, nil
	}
	return &protocol.Hover{Contents: markupOf(s.client.markdown, h), Range: ptr(s.client.lspRange(c.Doc.Mapper, h.Span))}, nil
}

// markupOf is a text in the one of its two forms that the client shows.
func markupOf(markdown bool, text interface {
	Markdown() string
	Plain() string
}) protocol.MarkupContent {
	if markdown {
		return protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: text.Markdown()}
	}
	return protocol.MarkupContent{Kind: protocol.MarkupKindPlainText, Value: text.Plain()}
}

// planned and hoverAt ask the facts, which fill caches meanwhile.
func (c *checked) planned(offset int) []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return assist.Planned(c.Result, offset)
}

func (c *checked) hoverAt(q *assist.Question) *assist.Hover {
	c.mu.Lock()
	defer c.mu.Unlock()
	return assist.HoverAt(q)
}

// page is the address of a rule's page, "" for a rule that has none.
func (s *Server) page(r *analysis.Rule) string {
	if !s.documented(r) {
		return ""
	}
	return rulePages + r.Name + ".md"
}
