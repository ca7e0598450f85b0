package server

import (
	"slices"
	"strings"

	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/codeactions"
)

// planEdit is the edit of one plan.
func (s *snapshot) planEdit(f *file, c *checked, plan codeactions.Action) *protocol.WorkspaceEdit {
	var note *protocol.ChangeAnnotation
	if plan.Level == codeactions.Review {
		note = review(plan.Title, plan.Note)
	}
	return s.workspaceEdit(f, c, plan.Edits, note)
}

// wholeEdit is the edit of all refactorings up to a level; nil if they change
// nothing. It is annotated when one of them wants to be looked at.
func (s *snapshot) wholeEdit(f *file, c *checked, title string, level codeactions.Level) *protocol.WorkspaceEdit {
	outcome := c.optimize(s.server, level)
	if len(outcome.Edits) == 0 {
		return nil
	}
	notes := []string{}
	for _, a := range outcome.Applied {
		if a.Level == codeactions.Review && !slices.Contains(notes, a.Note) {
			notes = append(notes, a.Note)
		}
	}
	var note *protocol.ChangeAnnotation
	if len(notes) > 0 {
		note = review(title, strings.Join(notes, " "))
	}
	return s.workspaceEdit(f, c, outcome.Edits, note)
}

// review is the annotation that has the user confirm an edit.
func review(label, description string) *protocol.ChangeAnnotation {
	note := &protocol.ChangeAnnotation{Label: label, NeedsConfirmation: ptr(true)}
	if description != "" {
		note.Description = &description
	}
	return note
}

// annotationID names the one annotation of an edit.
const annotationID = "restage.review"

// workspaceEdit writes edits in the form the client understands best: tied to
// the version they were made for, and annotated, or as plain changes.
func (s *snapshot) workspaceEdit(f *file, c *checked, edits []codeactions.Edit, note *protocol.ChangeAnnotation) *protocol.WorkspaceEdit {
	plain := make([]protocol.TextEdit, 0, len(edits))
	for _, e := range edits {
		plain = append(plain, protocol.TextEdit{Range: s.client.lspRange(c.Doc.Mapper, e.Span), NewText: e.New})
	}
	if !s.client.versioned {
		return &protocol.WorkspaceEdit{Changes: map[protocol.DocumentUri][]protocol.TextEdit{f.uri: plain}}
	}
	result := &protocol.WorkspaceEdit{}
	document := protocol.TextDocumentEdit{Edits: make([]any, 0, len(plain))}
	document.TextDocument.URI = f.uri
	document.TextDocument.Version = ptr(f.version)
	annotated := note != nil && s.client.annotations
	if annotated {
		result.ChangeAnnotations = map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation{annotationID: *note}
	}
	for _, e := range plain {
		if annotated {
			document.Edits = append(document.Edits, protocol.AnnotatedTextEdit{TextEdit: e, AnnotationID: annotationID})
		} else {
			document.Edits = append(document.Edits, e)
		}
	}
	result.DocumentChanges = []any{document}
	return result
}
