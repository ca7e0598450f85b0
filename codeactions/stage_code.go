package codeactions

import (
	"slices"

	"restage/analysis"
	"restage/analysis/shell"
)

// feedsInstall says whether an install behind a copy takes something of it: the
// root package, or a path dependency.
func (c *conversion) feedsInstall(cp *analysis.Copy) bool {
	for _, in := range c.installs {
		if in.Step.Index < cp.Step.Index {
			continue
		}
		if in.Root {
			return true
		}
		for _, dep := range c.PathDependencies() {
			if _, ok := cp.Brings(dep); ok && (!in.Has("--no-directory") || !c.Project.IsDir(dep)) {
				return true
			}
		}
	}
	return false
}

// codeNeeded says whether a RUN between a copy and the last install, or that
// one itself, runs something that the copy may feed.
func (c *conversion) codeNeeded(s *analysis.Step) bool {
	for _, o := range c.behind(s) {
		if o.Name != "RUN" || o.Index > c.last.Index {
			continue
		}
		if !c.isInstall(o) && o != c.last || slices.ContainsFunc(o.Commands(), func(cmd *shell.Command) bool { return c.readsCode(o, cmd) }) {
			return true
		}
	}
	return false
}

func (c *conversion) isInstall(s *analysis.Step) bool {
	return slices.ContainsFunc(c.Installs, func(in *analysis.Install) bool { return in.Step == s })
}

// readsCode says whether a command beside an install may read the code: all but
// Poetry's own calls that build and run nothing, pip with names of packages, and
// the system's package managers.
func (c *conversion) readsCode(s *analysis.Step, cmd *shell.Command) bool {
	u := cmd.Unwrapped()
	if len(u.Words) == 0 || c.installsPoetry(s, cmd) || c.fetchesTool(s, cmd) {
		return false
	}
	name := c.programName(s, u)
	if call := callIn(c.request, s, cmd); call != nil {
		switch {
		case call.Tool == "poetry" && call.Verb == "run":
			return !c.pipInEnv(call) || !namedWords(call.Args)
		case call.Tool == "poetry":
			return call.Verb == "build"
		default:
			return call.Verb == "build" || call.Has("-e", "--editable") || !namedOnly(call)
		}
	}
	return !neutralCommand[name] && !packageCommand[name] && !imageCommand[name] && name != "rm" && name != "find" && !(shellName(name) && holdsCommands(s, cmd))
}

// manifestsElsewhere says whether the manifests reach the installs without
// this copy.
func (c *conversion) manifestsElsewhere(cp *analysis.Copy) bool {
	for _, name := range []string{"pyproject.toml", "poetry.lock", "poetry.toml"} {
		rel := c.Project.Manifest(name)
		if rel == "" {
			continue
		}
		if _, by := c.ArrivesAt(c.first, rel); by == nil || by == cp {
			return false
		}
	}
	return true
}
