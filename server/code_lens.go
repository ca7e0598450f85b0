package server

import (
	"fmt"

	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/codeactions"
)

// codeLens handles the request "textDocument/codeLens": one lens above the
// first instruction where a whole run would change something. What it says is
// worked out when the editor shows it, not at every keystroke.
func (s *snapshot) codeLens(params *protocol.CodeLensParams) (any, error) {
	lenses := []codeLens{}
	f := s.file(params.TextDocument.URI)
	if f == nil || s.settings.noCodeLens || !s.client.applyEdit {
		return lenses, nil
	}
	c := s.check(f)
	for i, finding := range c.Findings {
		if codeactions.Asked(finding.Rule) {
			continue // a whole run leaves it
		}
		if plan := c.action(s.server, i); plan.Refusal == "" && len(plan.Edits) > 0 {
			at := protocol.Range{}
			if len(c.Doc.Instructions) > 0 {
				at.Start = s.client.position(c.Doc.Mapper, c.Doc.Instructions[0].Span.Start)
				at.End = at.Start
			}
			return append(lenses, codeLens{Range: at, Data: &actionData{URI: f.uri, Version: f.version}}), nil
		}
	}
	return lenses, nil
}

// resolveCodeLens handles the request "codeLens/resolve". A lens of an older
// version keeps its place and says what it would have done there: the editor
// asks for new ones anyway.
func (s *snapshot) resolveCodeLens(lens *codeLens) (any, error) {
	command := &protocol.Command{Title: titleOptimize, Command: commandOptimize}
	lens.Command = command
	if lens.Data == nil {
		return lens, nil
	}
	command.Arguments = []any{lens.Data.URI, lens.Data.Version}
	if f := s.file(lens.Data.URI); f != nil && f.version == lens.Data.Version {
		outcome := s.check(f).optimize(s.server, codeactions.Review)
		command.Title = lensTitle(len(outcome.Applied), len(outcome.Refused))
	}
	return lens, nil
}

// lensTitle is "Optimize: 7 changes, 1 refused".
func lensTitle(changes, refused int) string {
	title := fmt.Sprintf("Optimize: %d changes", changes)
	if changes == 1 {
		title = "Optimize: 1 change"
	}
	if refused > 0 {
		title += fmt.Sprintf(", %d refused", refused)
	}
	return title
}
