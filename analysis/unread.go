package analysis

import (
	"path"
	"strings"

	"restage/analysis/shell"
)

// Unread is a start script of the context that the shell cannot read to its
// end and that names Poetry, so that it is not known whether it calls it.
type Unread struct {
	Path string
	// Line (0-based) is where the script names Poetry first.
	Line int
	// Why is the shell's syntax error.
	Why string
}

// Unread are the start scripts of a stage's containers that name Poetry and
// that cannot be read as shell programs. Of others like them, the lines that
// can be read by themselves are among the stage's commands.
func (f *Facts) Unread(st *Stage) []Unread {
	var out []Unread
	seen := map[string]bool{}
	for _, c := range f.Commands(st) {
		for _, rel := range f.scriptsOf(st, c) {
			if seen[rel] {
				continue
			}
			seen[rel] = true
			text, ok := f.Project.ReadContext(rel)
			if !ok || !shellScript(rel, text) {
				continue
			}
			_, err := shell.ParseText(text, 0)
			if line := poetryNamed(text); err != nil && line >= 0 {
				out = append(out, Unread{path.Join(f.Project.Context, rel), line, err.Error()})
			}
		}
	}
	return out
}

// poetryNamed is the first line (0-based) of a script, comments left out, that
// names Poetry as a word; -1 if there is none.
func poetryNamed(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'`;&|()$={}", r) }) {
				if path.Base(word) == "poetry" {
					return n
				}
			}
		}
		n++
	}
	return -1
}
