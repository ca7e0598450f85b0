package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// removalUse sorts an rm between the code and the install. What it removes of
// the copied files it must remove behind them; where .dockerignore lets a file
// through, it may be on the disk of whoever builds, also if it is not here.
func (p *split) removalUse(s *analysis.Step, cmd *shell.Command) stepUse {
	use := independent
	for _, w := range cmd.Args() {
		if strings.HasPrefix(w.Value, "-") {
			continue
		}
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		switch {
		case !ok, strings.ContainsAny(v, "*?[~"), !s.WorkdirKnown && !path.IsAbs(v):
			if p.namesCode(s, cmd) {
				return unknownUse
			}
			continue
		}
		v = absolute(s, cmd, v)
		c := p.broughtAt(v)
		switch {
		case c == nil || !c.MayBring(v) && p.namedBefore(s, cmd, path.Base(v)):
		case analysis.Below(c.Dest, v), p.environmentAt(v):
			return unknownUse
		default:
			use = afterCode
		}
	}
	return use
}

// broughtAt is a moved copy that may bring what lies at a path; nil if none does.
func (p *split) broughtAt(v string) *analysis.Copy {
	if p.systemPath(v) {
		return nil
	}
	for _, m := range p.moved {
		c := p.CopyAt(m)
		if c == nil {
			continue
		}
		if !c.FromContext() || slices.ContainsFunc(c.Footprint(), func(at string) bool { return analysis.Below(at, v) }) {
			if c.MayBring(v) {
				return c
			}
			continue
		}
		for _, src := range c.Sources {
			rel := path.Join(src.Path, strings.TrimPrefix(strings.TrimPrefix(v, c.Dest), "/"))
			if c.DestKnown && v != c.Dest && analysis.Below(v, c.Dest) && (!src.Known || src.Glob || !p.Project.Ignore.Ignored(rel)) {
				return c
			}
		}
	}
	return nil
}

// environmentAt says whether the environment of the install lies at a path,
// below it or above it, or may come to lie there.
func (p *split) environmentAt(v string) bool {
	for _, env := range []string{path.Join(p.dir, ".venv"), p.environment()} {
		if env != "" && (analysis.Below(env, v) || analysis.Below(v, env)) {
			return true
		}
	}
	return false
}

func (p *split) environment() string {
	if p.in == nil {
		return ""
	}
	return p.in.Env.Path
}

// clearsPlace says what an rm that removes an environment of the context does
// in front of the install, and what would take its place.
func (p *split) clearsPlace(s *analysis.Step, cmd *shell.Command) string {
	if cmd.Name() != "rm" {
		return ""
	}
	for _, w := range cmd.Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok || strings.HasPrefix(v, "-") {
			continue
		}
		v = absolute(s, cmd, v)
		if c := p.broughtAt(v); c != nil && !analysis.Below(c.Dest, v) && p.environmentAt(v) {
			return p.at(s.Span.Start) + " removes " + v + ", which " + p.at(c.Step.Span.Start) +
				" may bring from the build context and would put over the environment behind the install: name it in .dockerignore, then ask again"
		}
	}
	return ""
}

// namedBefore says whether a command in front of another one, in the same RUN
// or in one between the code and the install, names a file: the build makes it.
func (p *split) namedBefore(s *analysis.Step, cmd *shell.Command, base string) bool {
	for _, o := range p.between() {
		if o.Name != "RUN" || o.Stage == s.Stage && o.Pos > s.Pos {
			continue
		}
		for _, other := range o.Commands() {
			if o == s && other.Span.Start >= cmd.Span.Start {
				break
			}
			words := slices.Clone(other.Words)
			for _, r := range other.Redirects {
				words = append(words, r.File)
			}
			if slices.ContainsFunc(words, func(w shell.Word) bool { return path.Base(w.Value) == base }) {
				return true
			}
		}
	}
	return false
}
