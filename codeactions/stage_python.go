package codeactions

import (
	"slices"

	"restage/analysis"
	"restage/analysis/python"
)

// distributionPython: a Poetry that a package of the distribution brings runs
// on the distribution's own Python, and before 2.0 makes environments with the
// Python that it runs on (virtualenvs.prefer-active-python, off by default;
// from 2.0 virtualenvs.use-poetry-python). The Python of the image, which both
// stages have, is another one.
func (c *conversion) distributionPython() string {
	i := c.in.Installer
	if i == nil || i.Pinned && i.Version.AtLeast(2, 0, 0) || c.shared > 0 || c.again {
		return ""
	}
	brings := func(name string) bool { return name == "pipx" }
	if i.How == "apt" || i.How == "apk" {
		brings = func(name string) bool { return name == "poetry" || name == "py3-poetry" || name == "python3-poetry" }
	} else if i.How != "pipx" {
		return ""
	}
	at, found := c.packageStep(brings)
	if !found || slices.ContainsFunc(c.kept, brings) {
		return ""
	}
	return "line " + itoa(c.line(at.Span.Start)) + " brings a Python of the distribution, with which Poetry may make the environment, and the runtime stage would not have it"
}

// packageStep is the RUN that installs a package of the distribution.
func (c *conversion) packageStep(is func(name string) bool) (*analysis.Step, bool) {
	for _, st := range c.in.Step.Stage.Chain() {
		for _, s := range st.Steps {
			if s.Name != "RUN" {
				continue
			}
			for _, cmd := range s.Commands() {
				u := cmd.Unwrapped()
				switch u.Name() {
				case "apt-get", "apt", "apk":
				default:
					continue
				}
				for _, w := range u.Args() {
					if is(python.AlpineName(python.AptName(w.Value))) {
						return s, true
					}
				}
			}
		}
	}
	return nil, false
}
