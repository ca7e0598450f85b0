package server

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestPull(t *testing.T) {
	dir := workspace(t, poetryProject)
	dockerfile, pyproject := fileURI(filepath.Join(dir, "Dockerfile")), fileURI(filepath.Join(dir, "pyproject.toml"))
	e := start(t, withProjectRule)
	capabilities := map[string]any{
		"workspace":    map[string]any{"diagnostics": map[string]any{"refreshSupport": true}},
		"textDocument": map[string]any{"diagnostic": map[string]any{}},
	}
	raw := e.initialize(map[string]any{"rootUri": fileURI(dir), "capabilities": capabilities})
	if !strings.Contains(string(raw), `"diagnosticProvider":{`) {
		t.Errorf("%s", raw)
	}
	e.didOpen(dockerfile, "dockerfile", 1, "FROM bad\nCOPY . .\n")
	type report struct {
		Kind, ResultID string
		Items          []diag
	}
	pull := func(previous string) (r report) {
		t.Helper()
		params := map[string]any{"textDocument": map[string]any{"uri": dockerfile}}
		if previous != "" {
			params["previousResultId"] = previous
		}
		e.result("textDocument/diagnostic", params, &r)
		return r
	}
	first := pull("")
	if first.Kind != "full" || len(first.Items) != 2 || first.ResultID == "" {
		t.Errorf("%+v", first)
	}
	if r := pull(first.ResultID); r.Kind != "unchanged" || r.ResultID != first.ResultID || r.Items != nil {
		t.Errorf("%+v", r)
	}
	e.didChange(dockerfile, 2, edit(0, 0, 0, 0, "\n"))
	if r := pull(first.ResultID); r.Kind != "full" || r.ResultID == first.ResultID {
		t.Errorf("%+v", r)
	}
	e.didOpen(pyproject, "toml", 1, "[tool.poetry]\nname = \"buffer\"\n")
	ask := e.next("a refresh", func(m message) bool { return m.Method == "workspace/diagnostic/refresh" })
	e.send(map[string]any{"id": ask.ID, "result": nil})
	if r := pull(""); !strings.Contains(message1(publication{Diagnostics: r.Items}), "project buffer") {
		t.Errorf("%+v", r)
	}
	// What is wrong in a manifest is pushed: nobody pulls for it.
	e.didChange(pyproject, 2, map[string]any{"text": "["})
	if p := e.diagnostics(pyproject, 2); len(p.Diagnostics) != 1 {
		t.Errorf("%+v", p)
	}
	e.stop()
	for _, m := range e.wire.have() {
		var p publication
		if m.Method == "textDocument/publishDiagnostics" && json.Unmarshal(m.Params, &p) == nil && p.URI == dockerfile {
			t.Errorf("pushed to a client that pulls: %s", m.raw)
		}
	}
}

func TestDiagnosticsSayEverything(t *testing.T) {
	e := start(t)
	e.open(fullClient(), docURI, "FROM bad\n")
	d := e.diagnostics(docURI, 1).Diagnostics[0]
	if d.Source != "restage" || d.Code != "bad-word" || d.CodeDescription.Href != rulePages+"bad-word.md" || d.Severity != 2 || len(d.RelatedInformation) != 1 {
		t.Errorf("%+v", d)
	}
	e.stop()
}
