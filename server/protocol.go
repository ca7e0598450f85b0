package server

import (
	"encoding/json"
	"math"

	protocol "github.com/tliron/glsp/protocol_3_16"
	protocol317 "github.com/tliron/glsp/protocol_3_17"
)

// Own types for what glsp lacks, and for what it decodes so strictly that a
// harmless oddity of a client would cost the session.

// initializeParams are the parts of the client's introduction that matter here.
type initializeParams struct {
	ProcessID             *loose                     `json:"processId"`
	RootPath              *string                    `json:"rootPath"`
	RootURI               *string                    `json:"rootUri"`
	WorkspaceFolders      []protocol.WorkspaceFolder `json:"workspaceFolders"`
	InitializationOptions json.RawMessage            `json:"initializationOptions"`
	Capabilities          clientCapabilities         `json:"capabilities"`
}

// clientCapabilities are the capabilities that change what the server sends.
type clientCapabilities struct {
	General struct {
		PositionEncodings []string `json:"positionEncodings"`
	} `json:"general"`
	Window struct {
		WorkDoneProgress bool `json:"workDoneProgress"`
	} `json:"window"`
	Workspace struct {
		Configuration          bool    `json:"configuration"`
		DidChangeConfiguration dynamic `json:"didChangeConfiguration"`
		DidChangeWatchedFiles  dynamic `json:"didChangeWatchedFiles"`
		Diagnostics            struct {
			RefreshSupport bool `json:"refreshSupport"`
		} `json:"diagnostics"`
		ApplyEdit bool `json:"applyEdit"`
		CodeLens  struct {
			RefreshSupport bool `json:"refreshSupport"`
		} `json:"codeLens"`
		InlayHint struct {
			RefreshSupport bool `json:"refreshSupport"`
		} `json:"inlayHint"`
		WorkspaceEdit struct {
			DocumentChanges         bool      `json:"documentChanges"`
			ChangeAnnotationSupport *struct{} `json:"changeAnnotationSupport"`
			ResourceOperations      []string  `json:"resourceOperations"`
		} `json:"workspaceEdit"`
	} `json:"workspace"`
	TextDocument struct {
		Diagnostic         *struct{} `json:"diagnostic"`
		InlayHint          *struct{} `json:"inlayHint"`
		PublishDiagnostics struct {
			RelatedInformation bool `json:"relatedInformation"`
		} `json:"publishDiagnostics"`
		Completion struct {
			CompletionItem struct {
				DocumentationFormat []string `json:"documentationFormat"`
			} `json:"completionItem"`
		} `json:"completion"`
		Definition struct {
			LinkSupport bool `json:"linkSupport"`
		} `json:"definition"`
		Hover struct {
			ContentFormat []string `json:"contentFormat"`
		} `json:"hover"`
		CodeAction struct {
			DisabledSupport bool `json:"disabledSupport"`
			DataSupport     bool `json:"dataSupport"`
			ResolveSupport  struct {
				Properties []string `json:"properties"`
			} `json:"resolveSupport"`
		} `json:"codeAction"`
	} `json:"textDocument"`
}

// dynamic is the capability of being told later what to send.
type dynamic struct {
	DynamicRegistration bool `json:"dynamicRegistration"`
}

// initializeResult keeps diagnosticProvider and positionEncoding.
type initializeResult struct {
	Capabilities serverCapabilities                   `json:"capabilities"`
	ServerInfo   *protocol.InitializeResultServerInfo `json:"serverInfo"`
}

// serverCapabilities are what the server can do.
type serverCapabilities struct {
	protocol317.ServerCapabilities
	PositionEncoding  string `json:"positionEncoding"`
	InlayHintProvider bool   `json:"inlayHintProvider,omitempty"`
}

// looseRange is a range as clients really send it.
type looseRange struct {
	Start loosePosition `json:"start"`
	End   loosePosition `json:"end"`
}

type loosePosition struct {
	Line      loose `json:"line"`
	Character loose `json:"character"`
}

// loose is a number of any size and sign: some editors write the largest
// number they know for "the end". It is clamped to what an int32 holds.
type loose int

// UnmarshalJSON implements json.Unmarshaler.
func (l *loose) UnmarshalJSON(data []byte) error {
	var f float64
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	*l = loose(max(math.MinInt32, min(f, math.MaxInt32)))
	return nil
}

// didChangeParams are the changes of one document.
type didChangeParams struct {
	TextDocument   protocol.VersionedTextDocumentIdentifier `json:"textDocument"`
	ContentChanges []contentChange                          `json:"contentChanges"`
}

// contentChange replaces a range, or the whole text where there is none.
type contentChange struct {
	Range *looseRange `json:"range"`
	Text  string      `json:"text"`
}

// codeActionParams adds the trigger kind.
type codeActionParams struct {
	TextDocument protocol.TextDocumentIdentifier `json:"textDocument"`
	Range        looseRange                      `json:"range"`
	Context      struct {
		// Diagnostics are kept as they came, to be given back unchanged.
		Diagnostics []json.RawMessage         `json:"diagnostics"`
		Only        []protocol.CodeActionKind `json:"only"`
		TriggerKind triggerKind               `json:"triggerKind"`
	} `json:"context"`
}

// triggerKind says why code actions were asked for.
type triggerKind int

// automatically marks a request that no user has made: the cursor moved.
const automatically triggerKind = 2

// codeAction is protocol.CodeAction whose diagnostics may be the client's own.
type codeAction struct {
	Title       string                  `json:"title"`
	Kind        protocol.CodeActionKind `json:"kind"`
	Diagnostics []any                   `json:"diagnostics,omitempty"`
	IsPreferred bool                    `json:"isPreferred,omitempty"`
	Disabled    *disabled               `json:"disabled,omitempty"`
	Edit        *protocol.WorkspaceEdit `json:"edit,omitempty"`
	Data        *actionData             `json:"data,omitempty"`
}

// disabled greys an action out.
type disabled struct {
	Reason string `json:"reason"`
}

// actionData is what an action needs to be resolved later.
type actionData struct {
	URI     string `json:"uri"`
	Version int32  `json:"version"`
	// Rule and Start, End name the finding; for the actions on the whole file
	// Rule is empty and Level says how far they go.
	Rule  string `json:"rule,omitempty"`
	Start int    `json:"start,omitempty"`
	End   int    `json:"end,omitempty"`
	Level string `json:"level,omitempty"`
}

// positionParams name a place in a document.
type positionParams struct {
	TextDocument protocol.TextDocumentIdentifier `json:"textDocument"`
	Position     loosePosition                   `json:"position"`
}

// codeLens is protocol.CodeLens with the data that resolves it.
type codeLens struct {
	Range   protocol.Range    `json:"range"`
	Command *protocol.Command `json:"command,omitempty"`
	Data    *actionData       `json:"data,omitempty"`
}

// inlayHintParams ask for the hints of a part of a document.
type inlayHintParams struct {
	TextDocument protocol.TextDocumentIdentifier `json:"textDocument"`
	Range        looseRange                      `json:"range"`
}

// inlayHint is protocol 3.17's hint.
type inlayHint struct {
	Position    protocol.Position `json:"position"`
	Label       string            `json:"label"`
	Tooltip     *markup           `json:"tooltip,omitempty"`
	PaddingLeft bool              `json:"paddingLeft,omitempty"`
}

// markup is a text and how it is marked up, "plaintext" or "markdown".
type markup struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// executeCommandParams name a command and its arguments.
type executeCommandParams struct {
	Command   string            `json:"command"`
	Arguments []json.RawMessage `json:"arguments"`
}

// fullReport is protocol 3.17's full report; items are never null.
type fullReport struct {
	Kind     string                `json:"kind"`
	ResultID string                `json:"resultId,omitempty"`
	Items    []protocol.Diagnostic `json:"items"`
}

// methodInlayHint is not among glsp's.
const methodInlayHint = "textDocument/inlayHint"

// The requests by which the client is told to ask again for all documents.
const (
	methodDiagnosticRefresh = "workspace/diagnostic/refresh"
	methodCodeLensRefresh   = "workspace/codeLens/refresh"
	methodInlayHintRefresh  = "workspace/inlayHint/refresh"
)
