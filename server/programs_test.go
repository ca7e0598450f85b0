package server

import (
	"path/filepath"
	"strings"
	"testing"

	"restage/analysis"
)

// withImportsRule adds a rule that says what the Python files import.
func withImportsRule(o *Options) {
	o.Rules = append(o.Rules, &analysis.Rule{Name: "imports", Severity: analysis.Hint, Run: func(p *analysis.Pass) {
		all := []string{}
		for _, program := range p.Programs() {
			all = append(all, program.Imports...)
		}
		p.Report(analysis.Finding{Message: strings.Join(all, " ")})
	}})
}

// TestProgramsFollowTheDisk changes Python files below the server: a client that
// watches files tells it of them, one that does not saves the Dockerfile.
func TestProgramsFollowTheDisk(t *testing.T) {
	for name, watching := range map[string]bool{"told": true, "looking": false} {
		t.Run(name, func(t *testing.T) {
			dir := workspace(t, "-- Dockerfile --\nFROM x\nCOPY . .\n-- a.py --\nimport a\n")
			dockerfile, added := fileURI(filepath.Join(dir, "Dockerfile")), filepath.Join(dir, "b.py")
			e := start(t, withImportsRule)
			if watching {
				e.initialize(map[string]any{"capabilities": watchingClient(), "workspaceFolders": []any{map[string]any{"uri": fileURI(dir), "name": "w"}}})
				reg := e.next("a registration", func(m message) bool { return m.Method == "client/registerCapability" })
				if !strings.Contains(string(reg.Params), "**/*.py") {
					t.Errorf("%s", reg.Params)
				}
				e.send(map[string]any{"id": reg.ID, "result": nil})
			} else {
				e.initialize(map[string]any{"rootUri": fileURI(dir)})
			}
			e.didOpen(dockerfile, "dockerfile", 1, "FROM x\nCOPY . .\n")
			if got := message1(e.diagnostics(dockerfile, 1)); got != "a" {
				t.Errorf("at first %q", got)
			}
			for text, want := range map[string]string{"import b\n": "a b", "import ccc\n": "a ccc"} {
				write(t, added, text)
				if watching {
					e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": fileURI(added), "type": 1}}})
				} else {
					e.notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": dockerfile}})
				}
				if got := message1(e.diagnostics(dockerfile, 1)); got != want {
					t.Errorf("after a change %q, want %q", got, want)
				}
			}
			e.stop()
		})
	}
}
