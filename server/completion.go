package server

import (
	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/assist"
)

// completion handles the request "textDocument/completion".
func (s *snapshot) completion(params *positionParams) (any, error) {
	items := []protocol.CompletionItem{}
	f := s.file(params.TextDocument.URI)
	if f == nil {
		return items, nil
	}
	c := s.check(f)
	for _, offer := range c.complete(s.client.offset(c.Doc.Mapper, params.Position)) {
		item := protocol.CompletionItem{
			Label:    offer.New,
			Kind:     ptr(itemKinds[offer.Kind]),
			Detail:   ptr(offer.Detail),
			TextEdit: protocol.TextEdit{Range: s.client.lspRange(c.Doc.Mapper, offer.Span), NewText: offer.New},
		}
		if offer.Doc != "" {
			item.Documentation = markupOf(s.client.markdownItems, offer)
		}
		if offer.Last {
			item.SortText = ptr("~" + offer.New)
		}
		items = append(items, item)
	}
	return items, nil
}

// itemKinds are the protocol's words for what is offered.
var itemKinds = map[assist.Kind]protocol.CompletionItemKind{
	assist.Group:        protocol.CompletionItemKindEnumMember,
	assist.Extra:        protocol.CompletionItemKindEnumMember,
	assist.PoetryOption: protocol.CompletionItemKindProperty,
	assist.Folder:       protocol.CompletionItemKindFolder,
}

// complete asks the facts, which fill caches meanwhile.
func (c *checked) complete(offset int) []assist.Completion {
	c.mu.Lock()
	defer c.mu.Unlock()
	return assist.Complete(c.Result, offset)
}
