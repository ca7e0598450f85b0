package codeactions

import (
	"slices"

	"restage/analysis"
	"restage/analysis/shell"
)

// checkLocks looks at "poetry lock" in front of the install, which reads
// pyproject.toml and the manifests of path dependencies. Code that brings the
// context's poetry.lock puts the old one back, so that whatever reads it
// afterwards needs it to be written again.
func (p *split) checkLocks() string {
	if len(p.moved) == 0 {
		return ""
	}
	p.locks = p.callsBefore("lock")
	if len(p.locks) == 0 {
		return ""
	}
	lock := p.locks[len(p.locks)-1]
	if f := p.folders(); len(f) > 0 {
		return p.at(lock.Cmd.Span.Start) + " writes poetry.lock, for which it reads the folder " + f[0]
	}
	if !p.oldLockBack() {
		return ""
	}
	if p.second != "" {
		if lock.Cmd.Place != (shell.Place{}) || lock.Step.Workdir != p.step.Workdir || lock.Cmd.Dir != p.call.Cmd.Dir {
			return p.cannotRepeat(p.at(lock.Cmd.Span.Start) + " writes poetry.lock, and " + p.at(p.moved[0].Span.Start) + " would put the old one back")
		}
		p.second, p.relocks = oneLine(p.Doc, p.Doc.Slice(lock.Cmd.Span))+" && "+p.second, true
		return ""
	}
	for _, st := range p.Stages {
		for _, c := range p.Calls(st) {
			later := st != p.step.Stage || c.Step.Pos > p.step.Pos || c.Step == p.step && c.Cmd.Span.Start > p.call.Cmd.Span.Start
			if later && c.Tool == "poetry" && readsLock[c.Verb] && (st.Includes(p.step.Stage) || slices.Contains(p.step.Stage.Readers, c.Step)) && c != p.call {
				return p.at(lock.Cmd.Span.Start) + " writes poetry.lock, which " + p.at(c.Cmd.Span.Start) + " reads and " + p.at(p.moved[0].Span.Start) + " would have put the old one back in place of"
			}
		}
	}
	return ""
}

// callsBefore are the calls of a sub-command of Poetry between the code and the
// install.
func (p *split) callsBefore(verb string) []*analysis.Call {
	var out []*analysis.Call
	for _, s := range append(p.between(), p.step) {
		for _, c := range p.CallsIn(s) {
			if c.Tool == "poetry" && c.Verb == verb && c.Cmd.Span.Start < p.call.Cmd.Span.Start {
				out = append(out, c)
			}
		}
	}
	return out
}

// readsLock are Poetry's sub-commands that read the lock file.
var readsLock = map[string]bool{"install": true, "sync": true, "export": true, "show": true, "check": true, "add": true, "update": true, "remove": true}

// oldLockBack says whether the moved code brings the context's poetry.lock
// over one that "poetry lock" writes in front of it.
func (p *split) oldLockBack() bool {
	rel := p.Project.Manifest("poetry.lock")
	if len(p.locks) == 0 || rel == "" {
		return false
	}
	return slices.ContainsFunc(p.moved, func(s *analysis.Step) bool {
		c := p.CopyAt(s)
		if c == nil {
			return false
		}
		at, ok := c.Brings(rel)
		return ok && at == p.dir+"/poetry.lock"
	})
}
