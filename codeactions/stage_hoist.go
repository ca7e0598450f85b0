package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/source"
)

// hoisted is the step that gets an installer's step in front of it, so that
// Poetry goes into the image's Python and not among the project's packages: the
// ENV that puts the environment's commands on PATH. VIRTUAL_ENV still tells
// Poetry where to install (EnvManager.get). nil where that cannot be done: the
// step does more than install Poetry, or something that it needs stands between.
func (c *conversion) hoisted(i *analysis.Installer) *analysis.Step {
	s := i.Step
	if s.Stage != c.final || c.final.Parent != nil || c.root().Image.Family != python.OfficialPython {
		return nil
	}
	if v := c.in.Step.Var("VIRTUAL_ENV"); !v.Set || !v.Known || path.Clean(v.Value) != c.env {
		return nil
	}
	for _, cmd := range s.Commands() {
		if u := cmd.Unwrapped(); !c.installsPoetry(s, cmd) || len(u.Words) == 0 || !u.Words[0].Static || strings.Contains(u.Words[0].Value, "/") {
			return nil
		}
	}
	to := c.pathStep(s)
	if to == nil || to.User != s.User || onPath(to, c.env+"/bin") {
		return nil
	}
	for _, o := range c.final.Steps[to.Pos:s.Pos] {
		if slices.ContainsFunc(o.Pairs, func(p source.Pair) bool {
			return p.Key != "PATH" && namesVariable(c.Doc.Slice(s.Span), p.Key) || strings.HasPrefix(p.Key, "PIP_")
		}) {
			return nil
		}
	}
	return to
}

// pathStep is the ENV before a step that puts the environment's commands on PATH.
func (c *conversion) pathStep(s *analysis.Step) *analysis.Step {
	for _, o := range slices.Backward(c.final.Steps[:s.Pos]) {
		if o.Name == "ENV" && slices.ContainsFunc(o.Pairs, func(p source.Pair) bool { return p.Key == "PATH" }) {
			return o
		}
	}
	return nil
}

// hoistInstaller moves the chunks of such installers in the builder.
func (c *conversion) hoistInstaller() string {
	at := func(s *analysis.Step) int {
		return slices.IndexFunc(c.places, func(p place) bool { return p.step == s })
	}
	for _, i := range slices.Backward(c.poetryInEnv()) {
		from, to := at(i.Step), at(c.hoisted(i))
		c.places[to].builder = c.places[from].builder + c.places[to].builder
		c.places[from].builder = ""
		c.extras = append(c.extras, "Poetry is installed into the image's Python, above the ENV that puts "+c.env+" on PATH, so that it is no part of what is copied.")
	}
	return ""
}
