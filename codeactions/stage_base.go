package codeactions

import (
	"slices"

	"restage/analysis"
	"restage/analysis/python"
)

// chooseBase takes the slim twin of the base image, or the image itself where
// there is none.
func (c *conversion) chooseBase() string {
	raw := c.root().Base.Raw
	c.base = raw
	if c.shared > 0 || c.again {
		return ""
	}
	if !c.root().BaseKnown {
		c.extras = append(c.extras, "The base image comes from outside the file, so both stages stand on it.")
		return ""
	}
	if reason := c.sameBaseReason(); reason != "" {
		c.extras = append(c.extras, reason)
		return ""
	}
	twin, reason := python.SlimTwinOf(raw, c.root().BaseRef)
	if reason != "" {
		c.extras = append(c.extras, "Both stages stand on "+raw+": "+reason+".")
		return ""
	}
	c.base, c.full = twin, twin != raw
	return ""
}

// sameBaseReason is why the slim image would not do, as far as the locked
// packages tell.
func (c *conversion) sameBaseReason() string {
	for _, name := range c.packages() {
		if python.CompilesAtRunTime(name) {
			return "Both stages stand on " + c.root().Base.Raw + ", because " + name + " may call a compiler while the program runs."
		}
	}
	return ""
}

// packages are the names of all packages that the environment may hold: the
// locked ones, else the declared ones, those left out that only groups for
// development have which nothing installs.
func (r *request) packages() []string {
	var out []string
	left := func(group string) bool {
		return r.DevGroup(group) && !slices.ContainsFunc(r.Installs, func(in *analysis.Install) bool { return slices.Contains(in.Selected(), group) })
	}
	if l := r.Project.Lock; l != nil && !l.Broken {
		for _, p := range l.Packages {
			if len(p.Groups) == 0 || slices.ContainsFunc(p.Groups, func(g string) bool { return !left(g) }) {
				out = append(out, p.Name)
			}
		}
		return out
	}
	if py := r.Project.Pyproject; py != nil {
		for _, d := range py.Dependencies {
			if !left(d.Group) {
				out = append(out, d.Name)
			}
		}
	}
	return out
}
