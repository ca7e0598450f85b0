package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// orderEnv decides where the environment is copied in the runtime stage: where
// the original installs it, but in front of the code, so that an edit of this
// leaves its layer alone, and behind a change of owner of all that is in its
// folder, which would store it a second time.
func (c *conversion) orderEnv() string {
	c.envAt = slices.IndexFunc(c.places, func(p place) bool { return p.step == c.first })
	if c.brought {
		return ""
	}
	for i, at := c.envAt-1, c.envAt; i >= 0 && c.passes(c.places[i]); i-- {
		if cp := c.CopyAt(c.places[i].step); cp != nil && c.places[i].runtime != "" && cp.FromContext() && c.BringsCode(cp) {
			at = i
		}
		c.envAt = at
	}
	for i, p := range c.places {
		if i < c.envAt || p.runtime == "" || p.step.Name != "RUN" {
			continue
		}
		owner, changes := c.changesAll(p.step)
		if !changes {
			continue
		}
		if slices.ContainsFunc(c.places[c.envAt:i+1], func(p place) bool { return !c.withoutEnv(p) }) {
			if !c.moved {
				return "" // it is so today
			}
			return "line " + itoa(c.line(p.step.Span.Start)) + " works on all files of a folder that the environment would lie in, and the image would hold it twice"
		}
		if owner == "" && !c.moved {
			return "" // whoever needs to own it, does
		}
		c.envAt = i + 1
		if owner != "" {
			c.envOwner = owner
		}
	}
	return ""
}

// passes says whether the copy of the environment may stand in front of a step.
func (c *conversion) passes(p place) bool {
	s := p.step
	switch {
	case p.runtime == "":
		return true
	case s.Name == "COPY" || s.Name == "ADD":
		cp := c.CopyAt(s)
		return cp != nil && cp.DestKnown && !analysis.Below(cp.Dest, c.env)
	case s.Name == "RUN":
		return !slices.ContainsFunc(s.Commands(), func(cmd *shell.Command) bool { return !c.awayFromEnv(s, cmd) })
	}
	return s.Name != "ENV" && s.Name != "ARG" && s.Name != "FROM"
}

// awayFromEnv says whether a command works on files by their names, none of
// which is the environment or a folder around it.
func (c *conversion) awayFromEnv(s *analysis.Step, cmd *shell.Command) bool {
	u := cmd.Unwrapped()
	if name := c.programName(s, u); !fileCommand[name] || name == "find" || name == "tar" || name == "unzip" {
		return false
	}
	for _, w := range u.Args() {
		v, ok := s.ShellValue(w.Value, u.Exports)
		if abs := c.absolute(s, u, v); !ok || analysis.Below(c.env, abs) || analysis.Below(abs, c.env) {
			return false
		}
	}
	return true
}

// absolute is a path as a command of a step sees it.
func (c *conversion) absolute(s *analysis.Step, cmd *shell.Command, v string) string {
	for _, base := range []string{cmd.Dir, s.Workdir} {
		if !path.IsAbs(v) {
			v = path.Join(base, v)
		}
	}
	return path.Clean(v)
}

// withoutEnv says whether a step of the runtime stage does without the
// environment: it starts nothing but the system's own programs.
func (c *conversion) withoutEnv(p place) bool {
	s := p.step
	if p.runtime == "" || s.Name != "RUN" {
		return true
	}
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		name := c.programName(s, u)
		if name != "" && !fileCommand[name] && !imageCommand[name] && !neutralCommand[name] && !packageCommand[name] && !fetchCommand[name] {
			return false
		}
	}
	return true
}

// changesAll says whether a RUN changes owner or mode of all files of a folder
// that the environment lies in, and to whom it gives them.
func (c *conversion) changesAll(s *analysis.Step) (owner string, changes bool) {
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		name := c.programName(s, u)
		if name != "chown" && name != "chmod" && name != "chgrp" {
			continue
		}
		recursive, who := false, shell.Word{}
		for _, w := range u.Args() {
			switch {
			case w.Value == "--recursive" || strings.HasPrefix(w.Value, "-") && !strings.HasPrefix(w.Value, "--") && strings.Contains(w.Value, "R"):
				recursive = true
			case strings.HasPrefix(w.Value, "-"):
			case who.Raw == "":
				who = w
			default:
				v, ok := s.ShellValue(strings.TrimSuffix(w.Value, "/*"), u.Exports)
				if !ok || !recursive || !analysis.Below(c.env, c.absolute(s, u, v)) {
					continue
				}
				changes = true
				if name == "chown" {
					owner = c.ownerWord(s, who)
				}
			}
		}
	}
	return owner, changes
}

// ownerWord is the owner that chown gives as COPY --chown takes it, "" where
// this would not say the same.
func (c *conversion) ownerWord(s *analysis.Step, who shell.Word) string {
	for _, name := range who.Vars {
		if !s.Var(name).Set {
			return ""
		}
	}
	raw := strings.TrimSuffix(strings.Trim(who.Raw, `"`), ":")
	if strings.ContainsAny(raw, "`('\" ") {
		return ""
	}
	return raw
}
