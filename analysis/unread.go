package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/shell"
	"restage/analysis/source"
)

// Unread is a start script of the context of which it is not known what it runs.
type Unread struct {
	Path string
	// Line (0-based) is where the reading ends, or where the script names Poetry
	// first.
	Line int
	// Why is the shell's syntax error, "" when the script is empty.
	Why string
	// Poetry says that the script names Poetry in Line.
	Poetry bool
}

// Unread are the start scripts of a stage's containers that are empty or that
// cannot be read as shell programs.
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
			u := Unread{Path: path.Join(f.Project.Context, rel)}
			if !ok || !shellScript(rel, text) {
				continue
			}
			if strings.TrimSpace(text) != "" {
				_, err := shell.ParseText(text, 0)
				if err == nil {
					continue
				}
				u.Why = err.Error()
				if e, is := err.(*shell.Error); is {
					u.Line = source.NewMapper(text).Position(e.Offset, source.UTF8).Line
				}
				lines := strings.Split(text, "\n")
				if at := slices.IndexFunc(lines, func(l string) bool {
					return strings.Contains(l, "poetry ") && !strings.HasPrefix(strings.TrimSpace(l), "#")
				}); at >= 0 {
					u.Line, u.Poetry = at, true
				}
			}
			out = append(out, u)
		}
	}
	return out
}
