package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// switchesUser names the program through which an install runs as another user
// than the step's; "" if it does not.
func switchesUser(in *analysis.Install) string {
	for _, cmd := range in.Step.Commands() {
		if cmd.Span.Start > in.Cmd.Span.Start || in.Cmd.Span.End > cmd.Span.End {
			continue
		}
		for c := cmd; c != nil; c = c.Inner {
			switch n := c.Name(); n {
			case "su", "sudo", "runuser", "gosu", "su-exec", "doas", "setpriv":
				return n
			}
		}
	}
	return ""
}

// notWritable: a folder that WORKDIR makes belongs to root.
func (m *envMove) notWritable(venv, at string) string {
	user, _, _ := strings.Cut(m.in.Step.User, ":")
	if user == "" || user == "root" || user == "0" || m.owns(user, m.in.Dir) {
		return ""
	}
	return at + " runs as " + user + ", and nothing in the file shows that " + user + " may write to " + m.in.Dir + ", where .venv would be"
}

// owns says whether the file shows that a user owns a folder before the
// install: its home, or a chown of it.
func (m *envMove) owns(user, dir string) bool {
	if home, ok := m.in.Step.Home(); ok && dir == home {
		return true
	}
	if m.madeByUser(user, dir) {
		return true
	}
	for _, st := range m.in.Step.Stage.Chain() {
		for _, s := range st.Steps {
			if st == m.in.Step.Stage && s.Pos >= m.in.Step.Pos || s.Name != "RUN" {
				continue
			}
			for _, cmd := range s.Commands() {
				if cmd.Name() == "chown" && chowns(s, cmd, user, dir) {
					return true
				}
			}
		}
	}
	return false
}

// madeByUser says whether the first WORKDIR that names a folder stands behind
// the USER: BuildKit then makes it as that user
// (frontend/dockerfile/dockerfile2llb/convert.go, dispatchWorkdir), unless a
// copy or a command has made it before.
func (m *envMove) madeByUser(user, dir string) bool {
	for _, st := range m.in.Step.Stage.Chain() {
		for _, s := range st.Steps {
			if st == m.in.Step.Stage && s.Pos >= m.in.Step.Pos {
				break
			}
			if s.Name == "RUN" && strings.Contains(m.Doc.Slice(s.Span), dir) {
				return false
			}
			if c := m.CopyAt(s); c != nil && analysis.Below(c.Dest, dir) {
				return false
			}
			if s.Name != "WORKDIR" || len(s.Words) == 0 {
				continue
			}
			to, _ := s.Expand(s.Words[0].Raw)
			if !path.IsAbs(to) {
				to = path.Join(s.Workdir, to)
			}
			if path.Clean(to) == dir {
				owner, _, _ := strings.Cut(s.User, ":")
				return owner == user
			}
			if analysis.Below(path.Clean(to), dir) {
				return false
			}
		}
	}
	return false
}

// chowns reads "chown [-R] user[:group] path…".
func chowns(s *analysis.Step, cmd *shell.Command, user, dir string) bool {
	owner := ""
	for _, w := range cmd.Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok || strings.HasPrefix(v, "-") {
			continue
		}
		if owner == "" {
			owner, _, _ = strings.Cut(v, ":")
			continue
		}
		if !strings.HasPrefix(v, "/") {
			v = path.Join(s.Workdir, cmd.Dir, v)
		}
		if owner == user && path.Clean(v) == dir {
			return true
		}
	}
	return false
}
