package server

import (
	"path"

	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/analysis/source"
	"restage/codeactions"
)

// plan is the mending of finding i as this client can make it: one that makes a
// file is refused where an edit of the client's cannot.
func (s *snapshot) plan(c *checked, i int) codeactions.Action {
	plan := c.action(s.server, i)
	for _, change := range plan.Files {
		if change.Created && !s.client.creates {
			plan.Edits, plan.Files = nil, nil
			plan.Refusal = change.Path + " is not there yet, and this editor's edits make no files (workspace.workspaceEdit.resourceOperations); `restage fix --write` does"
			return plan
		}
	}
	return plan
}

// emptyEdit is an edit without changes of the Dockerfile.
func (s *snapshot) emptyEdit(why *notes) *protocol.WorkspaceEdit {
	edit := &protocol.WorkspaceEdit{}
	if !s.client.versioned {
		edit.Changes = map[protocol.DocumentUri][]protocol.TextEdit{}
	} else if why != nil && s.client.annotations {
		edit.ChangeAnnotations = why.annotations
	}
	return edit
}

// addFile adds the change of another file to an edit: tied to the version of an
// open document. A file that is made must not be there; no option lets the
// client overwrite one.
func (s *snapshot) addFile(edit *protocol.WorkspaceEdit, f *file, change codeactions.FileChange, why *notes) {
	uri, open := s.uriOf(f.root, path.Clean(change.Path))
	m := source.NewMapper(change.Old)
	var plain []protocol.TextEdit
	for _, e := range change.Edits() {
		plain = append(plain, protocol.TextEdit{Range: s.client.lspRange(m, e.Span), NewText: e.New})
	}
	if !s.client.versioned {
		edit.Changes[uri] = plain
		return
	}
	var id *protocol.ChangeAnnotationIdentifier
	if why != nil && s.client.annotations {
		id = &why.ids[0]
	}
	if change.Created {
		edit.DocumentChanges = append(edit.DocumentChanges, protocol.CreateFile{Kind: "create", URI: uri, AnnotationID: id})
	}
	document := protocol.TextDocumentEdit{Edits: make([]any, 0, len(plain))}
	document.TextDocument.URI = uri
	if open != nil {
		document.TextDocument.Version = ptr(open.version)
	}
	for _, e := range plain {
		if id != nil {
			document.Edits = append(document.Edits, protocol.AnnotatedTextEdit{TextEdit: e, AnnotationID: *id})
		} else {
			document.Edits = append(document.Edits, e)
		}
	}
	edit.DocumentChanges = append(edit.DocumentChanges, document)
}
