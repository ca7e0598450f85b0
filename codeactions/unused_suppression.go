package codeactions

import (
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// removeSuppression takes a name out of a comment, and the comment out of the
// file with its last name: the reason behind it then speaks of nothing.
func removeSuppression(r *request) Action {
	s := r.finding.Subject.(analysis.SuppressedBy)
	name := s.Names[s.Index].Span
	if len(s.Names) == 1 {
		text := r.Doc.Text
		line := source.Span{Start: strings.LastIndexByte(text[:s.Comment.Start], '\n') + 1, End: len(text)}
		if end := strings.IndexByte(text[s.Comment.End:], '\n'); end >= 0 {
			line.End = s.Comment.End + end + 1
		}
		return Action{Title: "Remove the comment", Edits: []Edit{{Span: line}}}
	}
	// With the name goes what separates it from the one before, or the first from the second.
	cut := source.Span{Start: name.Start, End: name.End}
	if s.Index > 0 {
		cut.Start = s.Names[s.Index-1].Span.End
	} else {
		cut.End = s.Names[1].Span.Start
	}
	return Action{Title: "Remove `" + s.Names[s.Index].Name + "` from the comment", Edits: []Edit{{Span: cut}}}
}
