package server

import "restage/analysis/source"

// didChange handles the notification "textDocument/didChange". The changes of
// one notification build on each other.
func (s *Server) didChange(params *didChangeParams) (any, error) {
	snap := s.snap.Load()
	key, _ := parseURI(params.TextDocument.URI)
	old := snap.files[key]
	if old == nil {
		s.log.Warn("change of a document that is not open", "uri", params.TextDocument.URI)
		return nil, nil
	}
	f := &file{uri: old.uri, key: key, path: old.path, root: old.root, language: old.language,
		version: params.TextDocument.Version, text: old.text, dockerfile: old.dockerfile, memo: old.memo}
	for _, change := range params.ContentChanges {
		f.text = apply(snap.client, f.text, change)
	}
	s.edit(func(next *snapshot) { next.files[key] = f })
	s.changed(f)
	return nil, nil
}

// apply makes one change. Positions outside the text are clamped, and a range
// whose ends are swapped is taken the right way round.
func apply(c *client, text string, change contentChange) string {
	if change.Range == nil {
		return change.Text
	}
	span := c.span(source.NewMapper(text), *change.Range)
	return text[:span.Start] + change.Text + text[span.End:]
}
