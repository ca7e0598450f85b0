package editortest

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBlocks reads the blocks that no editor reads here, and compares those
// that stand in the README, too.
func TestBlocks(t *testing.T) {
	doc := read(t, filepath.Join(top, "docs", "editors.md"))
	for _, m := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(doc, -1) {
		if !json.Valid([]byte(m[1])) {
			t.Errorf("docs/editors.md: this is not JSON:\n%s", m[1])
		}
	}
	readme := read(t, filepath.Join(top, "README.md"))
	for _, name := range []string{"neovim", "helix"} {
		if !strings.Contains(readme, block(t, name)) {
			t.Errorf("the block %s of docs/editors.md is not in README.md", name)
		}
	}
}
