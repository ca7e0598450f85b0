package server

import (
	"encoding/json"

	"github.com/sourcegraph/jsonrpc2"
	protocol "github.com/tliron/glsp/protocol_3_16"

	"restage/codeactions"
)

// commandOptimize makes all refactorings of one document. Its arguments are
// the document's URI and the version that the user saw.
const commandOptimize = "restage.optimize"

// executeCommand handles the request "workspace/executeCommand".
func (s *snapshot) executeCommand(params *executeCommandParams) (any, error) {
	var uri string
	var version int32
	if params.Command != commandOptimize || len(params.Arguments) != 2 ||
		json.Unmarshal(params.Arguments[0], &uri) != nil || json.Unmarshal(params.Arguments[1], &version) != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams,
			Message: "the command is " + commandOptimize + " with the URI of a document and its version"}
	}
	edit, reason := s.resolveEdit(actionData{URI: uri, Version: version, Level: codeactions.Review.String()})
	if edit == nil {
		s.server.tell(reason)
		return nil, nil
	}
	// The client may wait for the command's answer before it takes the edit.
	go s.server.applyEdit(titleOptimize, edit)
	return nil, nil
}

// applyEdit has the client make an edit.
func (s *Server) applyEdit(label string, edit *protocol.WorkspaceEdit) {
	var answer protocol.ApplyWorkspaceEditResponse
	params := protocol.ApplyWorkspaceEditParams{Label: &label, Edit: *edit}
	if s.call(protocol.ServerWorkspaceApplyEdit, params, &answer) && !answer.Applied && answer.FailureReason != nil {
		s.log.Warn("the client did not make the edit", "reason", *answer.FailureReason)
	}
}
