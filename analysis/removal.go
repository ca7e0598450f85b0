package analysis

import (
	"path"
	"restage/analysis/shell"
	"strings"
)

// Removal is an "rm -r" of a folder in a RUN.
type Removal struct {
	Step *Step
	Cmd  *shell.Command
	Word shell.Word
	// Path is absolute; Inside says that only what is in the folder goes ("DIR/*").
	Path   string
	Inside bool
}

// Takes says whether the removal takes away what is in a folder. The pattern
// "DIR/*" leaves names that begin with a dot.
func (r Removal) Takes(dir string) bool {
	if !Below(dir, r.Path) {
		return false
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(dir, r.Path), "/")
	return !r.Inside || !strings.HasPrefix(rest, ".")
}

// fromMount says what the removal does to a cache mount whose content it takes
// away. A folder in which something is mounted cannot be removed (EBUSY in
// rmdir(2)), with -f neither.
func (r Removal) fromMount(m Mount) string {
	if r.Takes(m.Target) && !(r.Inside && r.Path == m.Target) {
		return "this empties the cache mount on " + m.Target + ", and then fails: a folder that is mounted cannot be removed"
	}
	return "this empties the cache mount on " + m.Target + ": the next build finds nothing in it"
}

// RemovalsIn are the folders that a step's commands behind an offset remove.
func (s *Step) RemovalsIn(after int) []Removal {
	var out []Removal
	for _, cmd := range s.Commands() {
		if cmd.Span.Start < after || cmd.Name() != "rm" {
			continue
		}
		for _, w := range cmd.Args() {
			if strings.HasPrefix(w.Value, "-") {
				continue
			}
			p, inside, ok := s.removedPath(cmd, w)
			if ok {
				out = append(out, Removal{s, cmd, w, p, inside})
			}
		}
	}
	return out
}

func (s *Step) removedPath(cmd *shell.Command, w shell.Word) (string, bool, bool) {
	v, ok := s.ShellValue(w.Value, cmd.Exports)
	if !ok && NamesCache(v) {
		// "$(poetry config cache-dir)" is what the install in this step uses.
		for _, in := range s.Stage.facts.Installs {
			if in.Step == s && in.CacheDir != "" {
				return in.CacheDir, false, true
			}
		}
	}
	if !ok || v == "" {
		return "", false, false
	}
	if rest, tilde := strings.CutPrefix(v, "~/"); tilde {
		home, known := s.Home()
		if !known {
			return "", false, false
		}
		v = path.Join(home, rest)
	}
	v, inside := strings.CutSuffix(v, "/*")
	if strings.ContainsAny(v, "*?[{") {
		return "", false, false
	}
	return join(join(s.Workdir, cmd.Dir), v), inside, true
}
