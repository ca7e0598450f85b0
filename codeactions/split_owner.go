package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// changesUser says why a step that works on the copied code cannot run behind
// the install: by then another user is in force, or the install is made by
// another one who needs its work.
func (p *split) changesUser(s *analysis.Step, rest []*analysis.Step) string {
	if p.handsOver(s) {
		return p.at(s.Span.Start) + " hands the project's folder to the user that " + p.at(p.call.Cmd.Span.Start) + " installs as, who needs it for the environment"
	}
	user := userAmong(rest)
	if user == nil {
		return ""
	}
	if owner, _, _ := strings.Cut(p.owner, ":"); owner != "" && owner == p.step.User && onlyRuns(s, "chmod") {
		return "" // the files belong to that user
	}
	return p.at(s.Span.Start) + " works on the copied code before " + p.at(user.Span.Start) + " changes the user for the install"
}

// userAmong is the last USER among steps; nil if there is none.
func userAmong(steps []*analysis.Step) *analysis.Step {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i].Name == "USER" {
			return steps[i]
		}
	}
	return nil
}

// handsOver says whether a step gives the project's folder to the user that
// the install switches to and that makes the environment in it.
func (p *split) handsOver(s *analysis.Step) bool {
	if !p.call.RunsAsOther() || p.in == nil || p.in.Env.Kind == analysis.EnvCache && p.in.Env.Path != "" && !analysis.Below(p.in.Env.Path, p.dir) {
		return false
	}
	for _, c := range s.Commands() {
		c = c.Unwrapped()
		if name := c.Name(); name != "chown" && name != "chgrp" && name != "chmod" {
			continue
		}
		for _, w := range c.Args() {
			if v, ok := s.ShellValue(w.Value, c.Exports); !ok || analysis.Below(p.dir, path.Join(s.Workdir, v)) || strings.HasPrefix(v, "/") && analysis.Below(p.dir, path.Clean(v)) {
				return true
			}
		}
	}
	return false
}

// ownsCopies says whether a step gives everything that was copied to a user: it
// stays in front of the install, whose user may need the folder and whose
// environment it would store a second time from behind, and the moved copies
// give their files to that user themselves.
func (p *split) ownsCopies(s *analysis.Step) bool {
	owner := ""
	for _, cmd := range s.Commands() {
		if p.commandUse(s, cmd) == independent {
			continue
		}
		o := p.chownAll(s, cmd)
		if o == "" || owner != "" {
			return false
		}
		owner = o
	}
	p.owner, p.owned = owner, slices.Clone(p.moved)
	return owner != ""
}

// chownAll is the owner, for --chown, that a command gives to all moved copies
// with a recursive chown; "" when it is no such command.
func (p *split) chownAll(s *analysis.Step, cmd *shell.Command) string {
	args := cmd.Args()
	if cmd.Name() != "chown" || len(args) < 3 || args[0].Value != "-R" && args[0].Value != "--recursive" || !args[1].Static && strings.ContainsAny(args[1].Value, "(`") {
		return ""
	}
	for name := range cmd.Exports {
		if namesVariable(args[1].Value, name) {
			return "" // a variable of this shell
		}
	}
	var dirs []string
	for _, w := range args[2:] {
		dir, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok || !strings.HasPrefix(dir, "/") && (!s.WorkdirKnown || cmd.Dir != "") || strings.ContainsAny(dir, "*?[") {
			return ""
		}
		if !strings.HasPrefix(dir, "/") {
			dir = path.Join(s.Workdir, dir)
		}
		dirs = append(dirs, path.Clean(dir))
	}
	for _, m := range p.moved {
		if m.Name == "RUN" {
			if !onlyRuns(m, "chmod", "dos2unix", "rm") {
				return "" // it makes files, or gives some away
			}
			continue
		}
		c := p.CopyAt(m)
		_, owned := m.Flag("chown")
		if owned || !c.DestKnown || !slices.ContainsFunc(dirs, func(d string) bool { return analysis.Below(c.Dest, d) }) {
			return ""
		}
	}
	switch user, group, has := strings.Cut(args[1].Value, ":"); {
	case user == "" || has && group == "":
		return "" // the user's login group, which --chown does not look up
	case !has:
		return user + ":0"
	}
	return args[1].Value
}
