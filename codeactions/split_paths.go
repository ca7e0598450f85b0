package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// namesCode says whether a word of the command is a path at or below the
// place of copied code, or cannot be told.
func (p *split) namesCode(s *analysis.Step, cmd *shell.Command) bool {
	for _, w := range cmd.Args() {
		if v, ok := s.ShellValue(w.Value, cmd.Exports); !ok || p.onCode(s, cmd, v) {
			return true
		}
	}
	return false
}

// namesKnownCode is namesCode for the words whose value is known.
func (p *split) namesKnownCode(s *analysis.Step, cmd *shell.Command) bool {
	for _, w := range cmd.Args() {
		if v, ok := s.ShellValue(w.Value, cmd.Exports); ok && p.onCode(s, cmd, v) {
			return true
		}
	}
	return false
}

// onCode says whether a word is a path at or below the place of copied code.
func (p *split) onCode(s *analysis.Step, cmd *shell.Command, v string) bool {
	if _, value, ok := strings.Cut(v, "="); ok && strings.HasPrefix(v, "-") {
		v = value // --requirement=FILE
	}
	if strings.HasPrefix(v, "-") || v == "" {
		return false
	}
	if home, known := s.Home(); known && (v == "~" || strings.HasPrefix(v, "~/")) {
		v = path.Join(home, v[1:])
	}
	if !strings.HasPrefix(v, "/") {
		if !s.WorkdirKnown && fileCommand[cmd.Name()] {
			return true
		}
		if p.ContextFile(p.step, path.Join(s.Workdir, cmd.Dir, v)) == "" && !p.Project.IsDir(v) && v != "." && !strings.ContainsAny(v, "*?") {
			return false // a mode, an owner, a name: no file of the context
		}
		v = path.Join(s.Workdir, cmd.Dir, v)
	}
	return p.touchesMoved(cmd.Name(), v)
}

// absolute is a path as a command of a step means it.
func absolute(s *analysis.Step, cmd *shell.Command, v string) string {
	if path.IsAbs(v) {
		return path.Clean(v)
	}
	return path.Join(s.Workdir, cmd.Dir, v)
}

// onlyCopied says whether a cd goes to a folder that only moved copies make.
func (p *split) onlyCopied(s *analysis.Step, cmd *shell.Command) bool {
	for _, w := range cmd.Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok || !p.onCode(s, cmd, v) {
			continue
		}
		to := absolute(s, cmd, v)
		return !analysis.Below(p.dir, to) && !(s.WorkdirSet && analysis.Below(s.Workdir, to))
	}
	return false
}

// whyUnknown says why the folder of the install is not known, behind ": "; ""
// where the install's own options hide it.
func (p *split) whyUnknown() string {
	var at *analysis.Step
	for _, st := range p.step.Stage.Chain() {
		for _, s := range st.Steps {
			if s.Name == "WORKDIR" && (st != p.step.Stage || s.Pos < p.step.Pos) {
				at = s
			}
		}
	}
	switch dir := p.call.Cmd.Dir; {
	case strings.Contains(dir, "$"):
		return ": what " + dir + " is the file does not tell"
	case p.step.WorkdirKnown:
		return ""
	case at == nil:
		return ": the file sets no WORKDIR above it, and that of the base image " + p.step.Stage.Chain()[0].BaseRef + " is not known"
	}
	return ": " + p.at(at.Span.Start) + " (`" + short(p.Doc.Slice(at.Span)) + "`) does not tell its WORKDIR"
}

// overCode says whether an environment would be made where copied files lie,
// or a place that is not known.
func (p *split) overCode(s *analysis.Step, cmd *shell.Command) bool {
	args := cmd.Args()
	v, ok := s.ShellValue(args[len(args)-1].Value, cmd.Exports)
	if !ok {
		return true
	}
	v = absolute(s, cmd, v)
	for _, m := range p.moved {
		c := p.CopyAt(m)
		if c == nil {
			continue
		}
		for _, at := range c.Footprint() {
			if analysis.Below(at, v) || analysis.Below(v, at) && c.MayBring(v) {
				return true
			}
		}
	}
	return false
}

// touchesMoved says whether a command on a path works on something that the
// moved copies bring.
func (p *split) touchesMoved(name, v string) bool {
	for _, m := range p.moved {
		c := p.CopyAt(m)
		if c == nil || p.systemPath(v) {
			continue
		}
		for _, at := range c.Footprint() {
			if analysis.Below(at, v) {
				return true
			}
			if analysis.Below(v, at) && !(name == "rm" && p.noMatch(c, v)) && c.MayBring(v) {
				return true
			}
		}
	}
	return false
}

// noMatch says whether no file of the context matches a path with wildcards.
func (p *split) noMatch(c *analysis.Copy, v string) bool {
	return len(p.Project.Glob(strings.TrimPrefix(strings.TrimPrefix(v, c.Dest), "/"))) == 0 && p.ContextFile(p.step, v) == ""
}

// systemPath says whether a path lies in a folder of the system, so that code
// copied to / does not claim it.
func (p *split) systemPath(v string) bool {
	top, _, _ := strings.Cut(strings.TrimPrefix(v, "/"), "/")
	switch top {
	case "etc", "usr", "var", "bin", "sbin", "lib", "lib64", "opt", "root", "home", "tmp", "run", "srv", "mnt", "dev", "proc", "sys", "boot", "media":
		for _, m := range p.moved {
			if c := p.CopyAt(m); c != nil && c.Dest != "/" && analysis.Below(v, c.Dest) {
				return false // the code itself lies in that folder
			}
		}
		return true
	}
	return false
}
