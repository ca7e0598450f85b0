package server

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/assist"
	"restage/codeactions"
)

// planEdit is the edit of one plan, annotated if it wants to be looked at.
func (s *snapshot) planEdit(f *file, c *checked, plan codeactions.Action) *protocol.WorkspaceEdit {
	var why *notes
	if plan.Level == codeactions.Review {
		why = newNotes([]codeactions.Action{plan}, slices.Repeat([][]int{{0}}, max(1, len(plan.Edits))))
	}
	edit := s.workspaceEdit(f, c, plan.Edits, why)
	for _, change := range plan.Files {
		s.addFile(edit, f, change, why)
	}
	return edit
}

// wholeEdit is the edit of all refactorings up to a level; nil if they change
// nothing. It is annotated when one of them wants to be looked at: each change
// then says what it is part of.
func (s *snapshot) wholeEdit(f *file, c *checked, level codeactions.Level) *protocol.WorkspaceEdit {
	outcome := c.optimize(s.server, level)
	if len(outcome.Edits) == 0 {
		return nil
	}
	var why *notes
	if slices.ContainsFunc(outcome.Applied, func(a codeactions.Action) bool { return a.Level == codeactions.Review }) {
		why = newNotes(outcome.Applied, outcome.By)
	}
	return s.workspaceEdit(f, c, outcome.Edits, why)
}

// notes are the change annotations of an edit. A client groups by them what it
// shows before the edit is made.
type notes struct {
	annotations map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation
	// ids names the annotation of each text edit.
	ids []protocol.ChangeAnnotationIdentifier
}

// newNotes makes an annotation for each set of actions that text edits are the
// work of.
func newNotes(actions []codeactions.Action, by [][]int) *notes {
	n := &notes{annotations: map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation{}}
	for _, set := range by {
		id := "restage"
		for _, i := range set {
			id += "." + strconv.Itoa(i)
		}
		n.ids = append(n.ids, id)
		if _, known := n.annotations[id]; !known {
			n.annotations[id] = annotation(actions, set)
		}
	}
	return n
}

// annotation says in a few words what some actions do, why, and what to check.
// Those that need no look are not asked about.
func annotation(actions []codeactions.Action, set []int) protocol.ChangeAnnotation {
	titles, texts := []string{}, []string{}
	a := protocol.ChangeAnnotation{NeedsConfirmation: ptr(false)}
	for _, i := range set {
		act := actions[i]
		if act.Level == codeactions.Review {
			a.NeedsConfirmation = ptr(true)
		}
		if !slices.Contains(titles, act.Title) {
			titles = append(titles, act.Title)
		}
		text := strings.TrimSpace(assist.Sentence(act.Why) + " " + assist.Sentence(act.Note))
		if len(set) > 1 {
			text = strings.TrimSpace(assist.Sentence(act.Title) + " " + assist.Sentence(act.Note))
		}
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	switch len(titles) {
	case 0:
		a.Label = titleOptimize
	case 1:
		a.Label = titles[0]
	default:
		a.Label = fmt.Sprintf("%s, and %d more", titles[0], len(titles)-1)
	}
	if len(texts) > 0 {
		a.Description = ptr(strings.Join(texts, " "))
	}
	return a
}

// workspaceEdit writes edits in the form the client understands best: tied to
// the version they were made for, and annotated, or as plain changes.
func (s *snapshot) workspaceEdit(f *file, c *checked, edits []codeactions.Edit, why *notes) *protocol.WorkspaceEdit {
	if len(edits) == 0 {
		return s.emptyEdit(why)
	}
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
	annotated := why != nil && s.client.annotations
	if annotated {
		result.ChangeAnnotations = why.annotations
	}
	for i, e := range plain {
		if annotated {
			document.Edits = append(document.Edits, protocol.AnnotatedTextEdit{TextEdit: e, AnnotationID: why.ids[i]})
		} else {
			document.Edits = append(document.Edits, e)
		}
	}
	result.DocumentChanges = []any{document}
	return result
}
