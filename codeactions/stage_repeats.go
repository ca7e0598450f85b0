package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
)

// dropUnusedArgs leaves ARGs out of the runtime stage that nothing there names
// and no program there can read: build arguments are in a RUN's environment.
func (c *conversion) dropUnusedArgs() {
	for i := len(c.places) - 1; i >= 0; i-- {
		p := &c.places[i]
		if p.step.Name != "ARG" {
			continue
		}
		used := false
		for _, o := range c.places[i+1:] {
			for _, pair := range p.step.Pairs {
				used = used || o.runtime != "" && (namesVariable(o.runtime, pair.Key) || c.runsPrograms(o.step) && !c.toolName(pair.Key))
			}
		}
		if !used && (p.builder != "" || c.inherited(p.step)) {
			p.runtime = ""
		}
	}
}

// dropArgsAgain leaves ARGs out that the runtime stage has already, as a stage
// and the one that starts from it may both declare them.
func (c *conversion) dropArgsAgain() {
	seen := map[string]bool{}
	for i := range c.places {
		p := &c.places[i]
		if p.step.Name != "ARG" || p.runtime == "" || len(p.step.Pairs) != 1 || p.step.Pairs[0].HasValue {
			continue
		}
		key := p.step.Pairs[0].Key
		if seen[key] {
			p.runtime = ""
		}
		seen[key] = true
	}
}

// dropRepetitions leaves out of the repeated steps what has no effect there:
// the folder or user that is in force already, or that the next step changes.
func (c *conversion) dropRepetitions() {
	var next *place
	for i := len(c.places) - 1; i >= 0; i-- {
		p := &c.places[i]
		if p.runtime == "" {
			continue
		}
		if c.inherited(p.step) && c.idle(p.step, next) {
			p.runtime = ""
			continue
		}
		next = p
	}
}

// idle says whether a WORKDIR or USER does nothing, given what comes next.
func (c *conversion) idle(s *analysis.Step, next *place) bool {
	after := s.Stage.End()
	if s.Pos+1 < len(s.Stage.Steps) {
		after = s.Stage.Steps[s.Pos+1]
	}
	switch s.Name {
	case "USER":
		return s.User == after.User || next != nil && next.step.Name == "USER"
	case "WORKDIR":
		if s.WorkdirSet && s.WorkdirKnown && after.WorkdirKnown && s.Workdir == after.Workdir {
			return true
		}
		if next == nil || next.step.Name != "WORKDIR" || len(next.step.Words) == 0 {
			return false
		}
		to, unset := next.step.Expand(next.step.Words[0].Raw)
		return len(unset) == 0 && path.IsAbs(to) && after.WorkdirKnown && analysis.Below(path.Clean(to), after.Workdir)
	}
	return false
}

// dropUsers leaves out of the steps that stand in both stages the USERs that
// act on nothing in the runtime stage: what stood between them and the next
// belongs to the builder, or the user is in force already.
func (c *conversion) dropUsers() {
	last := c.final.End().User
	next := -1 // the first USER below that stays
	for i := len(c.places) - 1; i >= 0; i-- {
		p := &c.places[i]
		if p.runtime == "" {
			continue
		}
		switch p.step.Name {
		case "RUN", "WORKDIR":
			next = -1
		case "USER":
			if next >= 0 && (p.builder != "" || c.inherited(p.step)) {
				p.runtime = ""
				continue
			}
			next = i
		}
	}
	user, known := "root", c.root().Image.Family == python.OfficialPython
	for i := range c.places {
		p := &c.places[i]
		if p.step.Name != "USER" || p.runtime == "" {
			continue
		}
		to := userAfter(p.step)
		if known && strings.Trim(to, `"`) == user && p.builder != "" && to != last {
			p.runtime = ""
			continue
		}
		user, known = to, true
	}
}

// userAfter is the user that a USER puts into force.
func userAfter(s *analysis.Step) string {
	if s.Pos+1 < len(s.Stage.Steps) {
		return s.Stage.Steps[s.Pos+1].User
	}
	return s.Stage.End().User
}
