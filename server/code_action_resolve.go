package server

import (
	"context"
	"encoding/json"

	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/codeactions"
)

// unresolvedAction is an action as the client gave it back, to be returned
// whole with nothing but the edit added.
type unresolvedAction map[string]json.RawMessage

// resolveCodeAction handles the request "codeAction/resolve". Where the edit
// can no longer be made, the action goes back as it came and the user is told:
// never an edit of another text, never an error popup.
func (s *snapshot) resolveCodeAction(action *unresolvedAction) (any, error) {
	if *action == nil {
		*action = unresolvedAction{}
	}
	var data actionData
	json.Unmarshal((*action)["data"], &data) // a foreign action has none and is returned as it is
	if data.URI == "" {
		return action, nil
	}
	edit, reason := s.resolveEdit(data)
	if edit == nil {
		s.server.tell(reason)
		return action, nil
	}
	raw, err := json.Marshal(edit)
	if err != nil {
		return nil, err
	}
	(*action)["edit"] = raw
	return action, nil
}

// resolveEdit makes the edit of an action, or says in a sentence why not.
func (s *snapshot) resolveEdit(data actionData) (*protocol.WorkspaceEdit, string) {
	f := s.file(data.URI)
	if f == nil || f.version != data.Version {
		return nil, "The Dockerfile has changed since this action was offered; ask for it again."
	}
	c := s.check(f)
	if data.Rule == "" {
		level := codeactions.Safe
		if data.Level == codeactions.Review.String() {
			level = codeactions.Review
		}
		if edit := s.wholeEdit(f, c, level); edit != nil {
			return edit, ""
		}
		return nil, "There is nothing left to do in this Dockerfile."
	}
	for i, finding := range c.Findings {
		if finding.Rule.Name != data.Rule || finding.Span.Start != data.Start || finding.Span.End != data.End {
			continue
		}
		plan := s.plan(c, i)
		switch {
		case plan.Refusal != "":
			return nil, plan.Title + " is not possible: " + plan.Refusal + "."
		case !plan.DoesNothing():
			return s.planEdit(f, c, plan), ""
		}
	}
	return nil, "The project has changed since this action was offered; there is nothing left to do."
}

// tell shows the user a message.
func (s *Server) tell(message string) {
	params := protocol.ShowMessageParams{Type: protocol.MessageTypeWarning, Message: message}
	if err := s.conn.Notify(context.Background(), protocol.ServerWindowShowMessage, params); err != nil {
		s.log.Warn("show message", "error", err)
	}
}
