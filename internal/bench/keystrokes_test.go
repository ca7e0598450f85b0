package bench

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	keystrokes = flag.Int("keystrokes", 0, "how many keystrokes TestKeystrokes types; 0 skips it")
	programs   = flag.Int("keystrokes.programs", 0, "how many Python files of 12 KB the project has besides")
	peer       = flag.String("keystrokes.server", "", "the command of another language server to time, instead of restage")
)

// TestKeystrokes types and deletes letters in a Dockerfile, each as soon as the
// diagnostics of the one before have arrived, and logs how long these took:
//
//	go test ./internal/bench -run Keystrokes -v -keystrokes 10000
//	go test ./internal/bench -run Keystrokes -v -keystrokes 1000 -keystrokes.programs 3000
//	go test ./internal/bench -run Keystrokes -v -keystrokes 10000 -keystrokes.server 'docker-langserver --stdio'
func TestKeystrokes(t *testing.T) {
	if *keystrokes == 0 {
		t.Skip("timings are not tests: -keystrokes 10000 measures")
	}
	command := strings.Fields(*peer)
	if len(command) == 0 {
		command = []string{build(t), "serve", "--stdio"}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../testdata/projects/annapurna")); err != nil {
		t.Fatal(err)
	}
	for n := range *programs {
		text := strings.Repeat("def doubled(number: int) -> int:\n    return 2 * number\n\n\n", 200)
		if err := os.WriteFile(filepath.Join(dir, "annapurna", fmt.Sprintf("module%d.py", n)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "Dockerfile")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c := start(t, command...)
	c.call("initialize", initialize(dir))
	c.send(map[string]any{"method": "initialized", "params": map[string]any{}})
	uri := "file://" + file
	c.send(map[string]any{"method": "textDocument/didOpen", "params": map[string]any{"textDocument": map[string]any{
		"uri": uri, "languageId": "dockerfile", "version": 1, "text": string(text)}}})
	c.diagnosed(uri)

	lines := strings.Split(string(text), "\n")
	rng := rand.New(rand.NewPCG(1, 2))
	took := make([]time.Duration, 0, *keystrokes)
	line := 0
	for n := range *keystrokes {
		// A letter at the end of a line, and in the next stroke away again.
		from, to, typed := 0, 0, "x"
		if n%2 == 0 {
			line = rng.IntN(len(lines) - 1)
			from = len(lines[line])
			to = from
		} else {
			from, to, typed = len(lines[line]), len(lines[line])+1, ""
		}
		at := func(column int) map[string]any { return map[string]any{"line": line, "character": column} }
		start := time.Now()
		c.send(map[string]any{"method": "textDocument/didChange", "params": map[string]any{
			"textDocument":   map[string]any{"uri": uri, "version": n + 2},
			"contentChanges": []any{map[string]any{"range": map[string]any{"start": at(from), "end": at(to)}, "text": typed}}}})
		c.diagnosed(uri)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	t.Logf("%d keystrokes: p50 %v, p99 %v, slowest %v", len(took), took[len(took)/2], took[len(took)*99/100], took[len(took)-1])
	c.end()
}

// diagnosed waits for the diagnostics of a document.
func (s *session) diagnosed(uri string) {
	for {
		m := s.read()
		if m["id"] != nil && m["method"] != nil { // a request: nothing here depends on the answer
			s.send(map[string]any{"id": m["id"], "result": nil})
		}
		if params, ok := m["params"].(map[string]any); ok && m["method"] == "textDocument/publishDiagnostics" && params["uri"] == uri {
			return
		}
	}
}
