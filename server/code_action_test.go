package server

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"restage/analysis/source"
)

// fullClient is a client that can do everything.
func fullClient() map[string]any {
	return map[string]any{
		"workspace": map[string]any{
			"workspaceEdit": map[string]any{"documentChanges": true, "changeAnnotationSupport": map[string]any{}},
		},
		"textDocument": map[string]any{
			"codeAction": map[string]any{"disabledSupport": true, "dataSupport": true, "isPreferredSupport": true,
				"resolveSupport": map[string]any{"properties": []string{"edit"}}},
			"publishDiagnostics": map[string]any{"relatedInformation": true},
		},
	}
}

type gotAction struct {
	Title       string
	Kind        string
	Diagnostics []diag
	IsPreferred bool
	Disabled    *struct{ Reason string }
	Data        json.RawMessage
	Edit        *gotEdit
	raw         json.RawMessage
}

type gotEdit struct {
	Changes         map[string][]textEdit
	DocumentChanges []struct {
		TextDocument struct {
			URI     string
			Version int
		}
		Edits []textEdit
	}
	ChangeAnnotations map[string]struct {
		Label, Description string
		NeedsConfirmation  bool
	}
}

type textEdit struct {
	Range        looseRange
	NewText      string
	AnnotationID string
}

func (e *editor) actions(params any) []gotAction {
	e.t.Helper()
	var raws []json.RawMessage
	e.result("textDocument/codeAction", params, &raws)
	if raws == nil {
		e.t.Fatal("null instead of []")
	}
	actions := []gotAction{}
	for _, raw := range raws {
		var a gotAction
		if err := json.Unmarshal(raw, &a); err != nil {
			e.t.Fatal(err)
		}
		a.raw = raw
		actions = append(actions, a)
	}
	return actions
}

// resolve has the server fill in the edit.
func (e *editor) resolve(a gotAction) gotAction {
	e.t.Helper()
	var raw json.RawMessage
	e.result("codeAction/resolve", a.raw, &raw)
	var got gotAction
	if err := json.Unmarshal(raw, &got); err != nil {
		e.t.Fatal(err)
	}
	got.raw = raw
	return got
}

func kinds(actions []gotAction) string {
	all := []string{}
	for _, a := range actions {
		kind := a.Kind
		if a.Disabled != nil {
			kind = "(" + kind + ")"
		}
		if a.IsPreferred {
			kind += "!"
		}
		all = append(all, kind)
	}
	return strings.Join(all, " ")
}

// applied does what an editor does with an edit.
func applied(text string, edits []textEdit, enc source.Encoding) string {
	c := &client{encoding: enc}
	m := source.NewMapper(text)
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b textEdit) int { return c.span(m, b.Range).Start - c.span(m, a.Range).Start })
	for _, e := range edits {
		span := c.span(m, e.Range)
		text = text[:span.Start] + e.NewText + text[span.End:]
	}
	return text
}

const words = "FROM bad\nRUN risky\nRUN stuck\nRUN none\n"

func TestCodeActionKinds(t *testing.T) {
	only := func(kinds ...string) map[string]any { return map[string]any{"only": kinds} }
	for _, c := range []struct {
		name    string
		line    int
		context map[string]any
		want    string
	}{
		{"a menu on bad", 0, nil, "quickfix! refactor.rewrite.restage.optimize source.fixAll.restage"},
		{"a menu on risky", 1, nil, "quickfix refactor.rewrite.restage.optimize source.fixAll.restage"},
		{"a menu on stuck", 2, nil, "(quickfix) refactor.rewrite.restage.optimize source.fixAll.restage"},
		{"a menu elsewhere", 3, nil, "refactor.rewrite.restage.optimize source.fixAll.restage"},
		{"an empty only", 0, only(), "quickfix! refactor.rewrite.restage.optimize source.fixAll.restage"},
		{"a lightbulb", 0, map[string]any{"triggerKind": 2}, "quickfix!"},
		{"a lightbulb elsewhere", 3, map[string]any{"triggerKind": 2}, ""},
		{"a lightbulb for source", 3, map[string]any{"triggerKind": 2, "only": []string{"source"}}, "source.fixAll.restage"},
		{"quick fixes", 0, only("quickfix"), "quickfix!"},
		{"quick fixes of others", 0, only("quickfix.other"), ""},
		{"refactor", 0, only("refactor"), "refactor.rewrite.restage.bad-word refactor.rewrite.restage.optimize"},
		{"refactor elsewhere", 3, only("refactor.rewrite"), "refactor.rewrite.restage.optimize"},
		{"restage's own", 3, only("refactor.rewrite.restage"), "refactor.rewrite.restage.bad-word refactor.rewrite.restage.risky-word (refactor.rewrite.restage.stuck-word) refactor.rewrite.restage.optimize"},
		{"one rule", 3, only("refactor.rewrite.restage.risky-word"), "refactor.rewrite.restage.risky-word"},
		{"no such prefix", 0, only("refactor.rew"), ""},
		{"optimize", 3, only("refactor.rewrite.restage.optimize"), "refactor.rewrite.restage.optimize"},
		{"source", 3, only("source"), "source.fixAll.restage"},
		{"fix all", 3, only("source.fixAll"), "source.fixAll.restage"},
		{"fix all of restage", 3, only("source.fixAll.restage"), "source.fixAll.restage"},
		{"everything", 0, only(""), "quickfix! refactor.rewrite.restage.bad-word refactor.rewrite.restage.optimize source.fixAll.restage"},
		{"two kinds", 0, only("source", "quickfix"), "quickfix! source.fixAll.restage"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := start(t)
			e.open(fullClient(), docURI, words)
			if c.context == nil {
				c.context = map[string]any{"triggerKind": 1}
			}
			if got := kinds(e.actions(actionParams(docURI, c.line, 5, c.line, 5, c.context))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			e.stop()
		})
	}
}

// A client that knows nothing gets whole edits as plain changes, and nothing
// that is greyed out.
func TestPlainClient(t *testing.T) {
	e := start(t)
	e.open(nil, docURI, words)
	actions := e.actions(actionParams(docURI, 0, 0, 99, 0))
	if got := kinds(actions); got != "quickfix! quickfix refactor.rewrite.restage.optimize source.fixAll.restage" {
		t.Fatal(got)
	}
	for i, want := range []string{
		"FROM good\nRUN risky\nRUN stuck\nRUN none\n",
		"FROM bad\nRUN tame\nRUN stuck\nRUN none\n",
		"FROM good\nRUN tame\nRUN stuck\nRUN none\n",
		"FROM good\nRUN risky\nRUN stuck\nRUN none\n",
	} {
		a := actions[i]
		if a.Edit == nil || a.Data != nil || a.Edit.DocumentChanges != nil || a.Edit.ChangeAnnotations != nil {
			t.Fatalf("%s", a.raw)
		}
		if got := applied(words, a.Edit.Changes[docURI], source.UTF16); got != want {
			t.Errorf("%s: %q", a.Title, got)
		}
	}
	e.stop()
}

func TestResolve(t *testing.T) {
	e := start(t)
	e.open(fullClient(), docURI, words)
	for _, a := range e.actions(actionParams(docURI, 0, 0, 99, 0)) {
		if a.Disabled != nil {
			if a.Disabled.Reason != "the word is stuck" || a.Edit != nil || a.Data != nil {
				t.Errorf("%s", a.raw)
			}
			continue
		}
		if a.Edit != nil || a.Data == nil {
			t.Errorf("not lazy: %s", a.raw)
		}
		got := e.resolve(a)
		if got.Edit == nil || got.Title != a.Title || got.Kind != a.Kind || got.IsPreferred != a.IsPreferred || len(got.Diagnostics) != len(a.Diagnostics) {
			t.Fatalf("%s resolved to %s", a.raw, got.raw)
		}
		document := got.Edit.DocumentChanges[0]
		if document.TextDocument.URI != docURI || document.TextDocument.Version != 1 {
			t.Errorf("%+v", document)
		}
		for _, edit := range document.Edits {
			// Of a whole run, only what is to be reviewed asks for it.
			review := edit.NewText == "tame"
			if note := got.Edit.ChangeAnnotations[edit.AnnotationID]; note.NeedsConfirmation != review || review && (note.Label != "Tame it" || note.Description == "") {
				t.Errorf("%s: %+v", a.Title, got.Edit)
			}
		}
	}
	e.stop()
}

func TestResolveOfAStaleVersion(t *testing.T) {
	e := start(t)
	e.open(fullClient(), docURI, words)
	a := e.actions(actionParams(docURI, 0, 5, 0, 5))[0]
	e.didChange(docURI, 2, edit(3, 0, 3, 0, "# more\n"))
	got := e.resolve(a)
	if got.Edit != nil || got.Title != a.Title {
		t.Errorf("%s", got.raw)
	}
	m := e.next("a message to the user", func(m message) bool { return m.Method == "window/showMessage" })
	if !strings.Contains(string(m.Params), "has changed") {
		t.Errorf("%s", m.raw)
	}
	// Actions that are not restage's come back as they were.
	for _, raw := range []string{`{}`, `{"title":"x"}`, `{"title":"x","data":7,"other":[1]}`, `{"title":"x","data":{"uri":""}}`} {
		var back json.RawMessage
		e.result("codeAction/resolve", json.RawMessage(raw), &back)
		if string(back) != raw && !sameJSON(raw, string(back)) {
			t.Errorf("%s came back as %s", raw, back)
		}
	}
	e.stop()
}

func sameJSON(a, b string) bool {
	var x, y any
	json.Unmarshal([]byte(a), &x)
	json.Unmarshal([]byte(b), &y)
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}

// The client's own diagnostics are given back with the action that mends them,
// wherever the cursor is.
func TestActionsForDiagnostics(t *testing.T) {
	e := start(t)
	e.open(fullClient(), docURI, words)
	own := map[string]any{"code": "bad-word", "message": "mine", "data": "kept", "range": map[string]any{
		"start": map[string]any{"line": 0, "character": 5}, "end": map[string]any{"line": 0, "character": 8}}}
	strange := map[string]any{"code": 7, "message": "not mine", "range": own["range"]}
	actions := e.actions(actionParams(docURI, 3, 0, 3, 0, map[string]any{"only": []string{"quickfix"}, "diagnostics": []any{strange, own}}))
	if len(actions) != 1 || len(actions[0].Diagnostics) != 1 || actions[0].Diagnostics[0].Message != "mine" || !strings.Contains(string(actions[0].raw), `"kept"`) {
		t.Errorf("%+v", actions)
	}
	e.stop()
}

func TestNothingToDo(t *testing.T) {
	e := start(t)
	e.open(fullClient(), docURI, "FROM x\nRUN stuck\n")
	if got := kinds(e.actions(actionParams(docURI, 0, 0, 0, 0))); got != "" {
		t.Errorf("%s", got)
	}
	asked := e.actions(actionParams(docURI, 0, 0, 0, 0, map[string]any{"only": []string{kindOptimize}}))
	if kinds(asked) != "("+kindOptimize+")" || asked[0].Disabled.Reason != "the word is stuck" {
		t.Errorf("%+v", asked)
	}
	e.didChange(docURI, 2, map[string]any{"text": "FROM x\n"})
	if got := e.actions(actionParams(docURI, 0, 0, 0, 0, map[string]any{"only": []string{kindOptimize}})); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if got := e.actions(actionParams("untitled:unknown", 0, 0, 0, 0)); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	e.didOpen("untitled:p.toml", "toml", 1, "bad")
	if got := e.actions(actionParams("untitled:p.toml", 0, 0, 0, 0)); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	e.stop()
}

func TestPositionEncodings(t *testing.T) {
	const text = "FROM x\nRUN é😀 bad 😀 bad\n"
	for _, c := range []struct {
		offered []string
		agreed  string
		column  int
		enc     source.Encoding
	}{
		{nil, "utf-16", 8, source.UTF16},
		{[]string{"utf-16"}, "utf-16", 8, source.UTF16},
		{[]string{"utf-8", "utf-16"}, "utf-8", 11, source.UTF8},
		{[]string{"utf-16", "utf-8"}, "utf-16", 8, source.UTF16},
		{[]string{"utf-32", "utf-8"}, "utf-8", 11, source.UTF8},
		{[]string{"utf-32"}, "utf-16", 8, source.UTF16},
	} {
		e := start(t)
		var result struct {
			Capabilities struct{ PositionEncoding string }
		}
		raw := e.initialize(map[string]any{"capabilities": map[string]any{"general": map[string]any{"positionEncodings": c.offered}}})
		if json.Unmarshal(raw, &result); result.Capabilities.PositionEncoding != c.agreed {
			t.Errorf("%v: %s", c.offered, raw)
		}
		e.didOpen(docURI, "dockerfile", 1, text)
		p := e.diagnostics(docURI, 1)
		if got := p.Diagnostics[0].Range.Start; got.Line != 1 || got.Character != c.column {
			t.Errorf("%v: %+v", c.offered, got)
		}
		actions := e.actions(actionParams(docURI, 1, c.column, 1, c.column+3, map[string]any{"only": []string{"quickfix"}}))
		if len(actions) != 1 {
			t.Fatalf("%v: %+v", c.offered, actions)
		}
		if got := applied(text, actions[0].Edit.Changes[docURI], c.enc); got != "FROM x\nRUN é😀 good 😀 bad\n" {
			t.Errorf("%v: %q", c.offered, got)
		}
		e.didChange(docURI, 2, edit(1, c.column, 1, c.column+3, "x"))
		if p := e.diagnostics(docURI, 2); len(p.Diagnostics) != 1 {
			t.Errorf("%v: %+v", c.offered, p)
		}
		e.stop()
	}
}
