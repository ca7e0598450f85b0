package server

import (
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	e := start(t)
	e.initialize(map[string]any{"capabilities": map[string]any{"workspace": map[string]any{"configuration": true}},
		"initializationOptions": map[string]any{"rules": map[string]any{"risky-word": "error", "bad-word": "loud"}}})
	ask := e.next("a question for settings", func(m message) bool { return m.Method == "workspace/configuration" })
	e.didOpen(docURI, "dockerfile", 1, words)
	if p := e.diagnostics(docURI, 1); len(p.Diagnostics) != 3 || p.Diagnostics[1].Severity != 1 {
		t.Errorf("initializationOptions: %+v", p)
	}
	e.send(map[string]any{"id": ask.ID, "result": []any{map[string]any{"rules": map[string]any{"bad-word": "off", "stuck-word": "information"}}}})
	if p := e.diagnostics(docURI, 1); len(p.Diagnostics) != 2 || p.Diagnostics[0].Severity != 3 || p.Diagnostics[1].Severity != 3 {
		t.Errorf("workspace/configuration: %+v", p)
	}
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": nil})
	ask = e.next("a second question", func(m message) bool { return m.Method == "workspace/configuration" })
	e.send(map[string]any{"id": ask.ID, "result": []any{map[string]any{}}})
	if p := e.diagnostics(docURI, 1); len(p.Diagnostics) != 3 {
		t.Errorf("defaults: %+v", p)
	}
	e.stop()
	if !strings.Contains(e.log.String(), "restage.rules.bad-word") {
		t.Error("the level that does not exist was not named")
	}
}

func TestSettingsOfAClientThatPushesThem(t *testing.T) {
	e := start(t)
	e.open(nil, docURI, words)
	e.diagnostics(docURI, 1)
	e.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"restage": map[string]any{"rules": map[string]any{"bad-word": "off"}}}})
	if p := e.diagnostics(docURI, 1); len(p.Diagnostics) != 2 {
		t.Errorf("%+v", p)
	}
	e.stop()
}
