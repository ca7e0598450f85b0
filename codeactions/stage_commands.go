package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// onlyAsks says whether a command does nothing but print a program's version.
func onlyAsks(u *shell.Command) bool {
	return len(u.Words) == 2 && (u.Words[1].Value == "--version" || u.Words[1].Value == "-V")
}

// onlyPrints says whether an echo writes nothing but the build's log.
func (c *conversion) onlyPrints(s *analysis.Step, cmd *shell.Command) bool {
	return !cmd.Place.Piped && !strings.Contains(c.Doc.Slice(s.Span), ">")
}

// holdsCommands says whether a shell's script stands in the command itself, so
// that its commands are looked at one by one.
func holdsCommands(s *analysis.Step, cmd *shell.Command) bool {
	return !cmd.Opaque && slices.ContainsFunc(s.Commands(), func(o *shell.Command) bool { return o != cmd && o.Place.Nested && cmd.Span.Covers(o.Span) })
}

// onlyTheEnv says whether all paths that a command names are the environment's.
func (c *conversion) onlyTheEnv(s *analysis.Step, u *shell.Command) bool {
	owner, paths := "", 0
	for _, w := range u.Args() {
		v, ok := s.ShellValue(w.Value, u.Exports)
		if strings.HasPrefix(v, "-") {
			continue
		}
		if u.Name() == "chown" && owner == "" {
			if owner = c.ownerWord(s, w); owner == "" {
				return false
			}
			continue
		}
		if paths++; !ok || c.absolute(s, u, v) != c.env {
			return false
		}
	}
	if owner != "" && paths > 0 {
		c.envOwner = owner
	}
	return paths > 0
}

// keepsCheck says whether what is left of a RUN that no builder makes is a check
// of the author's, which belongs where the files are that it reads: "RUN cat
// version", "RUN test -d static". What stands beside an installer's steps is
// about these.
func (c *conversion) keepsCheck(s *analysis.Step, prog *shell.Program, left []int, early bool) bool {
	if early && c.builds() || c.inherited(s) || len(left) < len(prog.Commands) {
		return false
	}
	checks := false
	for _, i := range left {
		u := prog.Commands[i].Unwrapped()
		name := c.programName(s, u)
		checks = checks || checkCommand[name]
		if slices.ContainsFunc(u.Args(), func(w shell.Word) bool { return neverNeeded[path.Base(w.Value)] || path.Base(w.Value) == "poetry" }) {
			return false
		}
	}
	return checks
}

// checkCommand prints or asks something, and lets the build fail.
var checkCommand = set("test [ [[ which command hash type date uname whoami id ls cat stat head tail wc printf echo pwd")

// placeRm: removing what the installer left is the builder's business.
func (c *conversion) placeRm(s *analysis.Step, cmd *shell.Command) (where, []Edit, string) {
	all, cache := 0, 0
	for _, w := range cmd.Unwrapped().Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok {
			return wanted, nil, ""
		}
		if strings.HasPrefix(v, "-") {
			continue
		}
		all++
		if strings.Contains(v, ".cache") || strings.HasPrefix(v, "/var/lib/apt") || strings.HasPrefix(v, "/var/cache") || strings.HasPrefix(v, "/tmp/") ||
			c.in.CacheDir != "" && strings.HasPrefix(v, c.in.CacheDir) || strings.HasSuffix(v, "install-poetry.py") {
			cache++
		}
	}
	if all == cache {
		return neutral, nil, ""
	}
	return wanted, nil, ""
}

// placeholders says whether touch or mkdir makes nothing but stand-ins for what
// an install of the root package wants to see: READMEs and the project's modules.
func (c *conversion) placeholders(s *analysis.Step, cmd *shell.Command) bool {
	n := 0
	for _, w := range cmd.Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if strings.HasPrefix(v, "-") {
			continue
		}
		if n++; !ok || !strings.HasPrefix(path.Base(v), "README") && !c.inModule(s, cmd, v) {
			return false
		}
	}
	return n > 0
}

// inModule says whether a path of the image is a module of the project or lies in one.
func (c *conversion) inModule(s *analysis.Step, cmd *shell.Command, v string) bool {
	if !path.IsAbs(v) {
		v = path.Join(s.Workdir, cmd.Dir, v)
	}
	if c.Project.Pyproject == nil {
		return false
	}
	for _, m := range c.Project.Pyproject.Modules {
		at := path.Join(c.in.Dir, m.Path)
		if analysis.Below(v, at) || m.Src && v == path.Dir(at) {
			return true
		}
	}
	return false
}
