package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// TestManPages holds docs/man against the commands as they are, a page each;
// -update writes them.
func TestManPages(t *testing.T) {
	root := rootCmd()
	root.InitDefaultCompletionCmd("")
	root.DisableAutoGenTag = true
	dir := filepath.Join("..", "..", "docs", "man")
	want := map[string]bool{}
	for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
			continue
		}
		var page bytes.Buffer
		epoch := time.Unix(0, 0)
		if err := doc.GenMan(cmd, &doc.GenManHeader{Section: "1", Source: "restage", Manual: "restage", Date: &epoch}, &page); err != nil {
			t.Fatal(err)
		}
		// A date would make every release's page another one.
		text := strings.Replace(page.String(), ` "Jan 1970"`, ` ""`, 1)
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-") + ".1"
		want[name] = true
		file := filepath.Join(dir, name)
		have, err := os.ReadFile(file)
		if err == nil && string(have) == text {
			continue
		}
		if !*update {
			t.Errorf("%s is stale; run: go test ./cmd/lsp -run Man -update", file)
			continue
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !want[filepath.Base(f)] {
			t.Errorf("%s is the page of no command", f)
		}
	}
}
