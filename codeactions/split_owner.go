package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
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

// ownsCopies says whether a step is a chown of everything that was copied,
// which the user of the install needs for the folder: it stays in front of the
// install, and the moved copies give their files to that user themselves.
func (p *split) ownsCopies(s *analysis.Step, rest []*analysis.Step) bool {
	cmds := s.Commands()
	if userAmong(rest) == nil && !p.handsOver(s) || len(cmds) != 1 || cmds[0].Name() != "chown" || len(cmds[0].Args()) != 3 {
		return false
	}
	args := cmds[0].Args()
	dir, ok := s.ShellValue(args[2].Value, cmds[0].Exports)
	if !ok || args[0].Value != "-R" && args[0].Value != "--recursive" || !args[1].Static && strings.ContainsAny(args[1].Value, "(`") {
		return false
	}
	if !strings.HasPrefix(dir, "/") {
		if !s.WorkdirKnown {
			return false
		}
		dir = path.Join(s.Workdir, dir)
	}
	owner := args[1].Value
	switch user, group, has := strings.Cut(owner, ":"); {
	case user == "" || has && group == "":
		return false // the user's login group, which --chown does not look up
	case !has:
		owner = user + ":0"
	}
	for _, m := range p.moved {
		c := p.CopyAt(m)
		if m.Name == "RUN" {
			continue // it changes nothing that the install reads
		}
		if c == nil || !c.DestKnown || !analysis.Below(c.Dest, dir) {
			return false
		}
		if _, has := m.Flag("chown"); has {
			return false
		}
	}
	p.owner = owner
	return true
}
