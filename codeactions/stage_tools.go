package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// placePoetry: Poetry's own calls belong to the builder; "poetry run X" behind
// the install becomes X in the runtime stage.
func (c *conversion) placePoetry(s *analysis.Step, call *analysis.Call, early bool) (where, []Edit, string) {
	if early && call.Verb != "run" || call.Verb == "config" || call.Verb == "cache" || call.Verb == "self" {
		return builderOnly, nil, ""
	}
	if c.onlyAboutEnv(call) {
		if early || !c.builds() {
			return builderOnly, nil, ""
		}
		return builderToo, nil, ""
	}
	at := "line " + itoa(c.line(call.Cmd.Span.Start))
	if call.Verb != "run" || len(call.Args) == 0 {
		return unplaceable, nil, at + " runs `poetry " + call.Verb + "` behind the install, which the runtime stage cannot do"
	}
	if early && c.pipInEnv(call) {
		return builderOnly, nil, ""
	}
	if p := c.Project.Pyproject; p != nil && !c.rootInstalled() {
		for _, script := range p.Scripts {
			if script.Name == call.Args[0].Value {
				return unplaceable, nil, at + " runs the project's own script " + script.Name + ", and no install in this file installs the project"
			}
		}
	}
	c.stripped = true
	return wanted, []Edit{remove(source.Span{Start: call.Name.Start, End: call.Args[0].Span.Start})}, ""
}

// onlyAboutEnv says whether a call of Poetry does no more than show what there
// is, or make the environment: "poetry --version", "poetry env info", "poetry
// run true".
func (c *conversion) onlyAboutEnv(call *analysis.Call) bool {
	switch call.Verb {
	case "", "about", "show", "env":
		return true
	case "run":
		return len(call.Args) == 1 && (call.Args[0].Value == "true" || call.Args[0].Value == ":")
	}
	return false
}

// pipInEnv says whether "poetry run" starts pip, whose work is in the
// environment and comes along with it.
func (c *conversion) pipInEnv(call *analysis.Call) bool {
	progs := analysis.Programs(call.Step, call.Args)
	return progs[len(progs)-1] == "pip" && !call.Has("--user", "--target", "-t", "--prefix")
}

// placePip: tools for installing belong to the builder; what pip puts into the
// environment comes along with it; what it puts into the system is wanted.
func (c *conversion) placePip(s *analysis.Step, call *analysis.Call, early bool) (where, []Edit, string) {
	at := "line " + itoa(c.line(call.Cmd.Span.Start))
	foreign := ""
	if call.Verb == "install" {
		foreign = foreignPackage(call)
	}
	intoEnv := c.intoEnv(call)
	if call.Verb == "uninstall" && foreignPackage(call) != "" && !(early && intoEnv) {
		return wanted, nil, ""
	}
	switch {
	case foreign == "", early && (&envMove{request: c.request, in: c.in}).besideEnv(call) == "":
		return builderOnly, nil, ""
	case (early || c.inherited(s) && s.Stage == c.last.Stage) && intoEnv:
		return builderOnly, nil, "" // the environment is copied as it is at the end of the stage
	case early && namedOnly(call) && !call.Has("-r", "--requirement", "-c", "--constraint", "-e", "--editable"):
		if c.bringsPoetry(call) {
			return unplaceable, nil, at + " installs Poetry together with " + foreign + ", which the container may need"
		}
		return wanted, nil, ""
	case !early && intoEnv && c.builds() && c.buildsOn(s, call):
		return builderToo, nil, ""
	case !early && intoEnv && !c.full:
		return wanted, nil, ""
	}
	return unplaceable, nil, at + " installs " + foreign + " with pip beside Poetry, and whether the slim image can do that cannot be told"
}

// intoEnv says whether a pip is the one of the environment, which is there by
// then: named by its path, activated in the same RUN, or first on PATH.
func (c *conversion) intoEnv(call *analysis.Call) bool {
	s, u := call.Step, call.Cmd.Unwrapped()
	if word, _ := s.ShellValue(u.Words[0].Value, u.Exports); strings.Contains(word, "/") {
		return strings.HasPrefix(word, c.env+"/")
	}
	for _, cmd := range s.Commands() {
		if dir, ok := s.SourcedVenv(cmd); ok && cmd.Span.Start < call.Cmd.Span.Start {
			return dir == c.env
		}
	}
	there := c.MakesVenv(s, c.env) || s.Index > c.first.Index || c.behindInstall(s, call.Cmd)
	return there && onPath(s, c.env+"/bin")
}

// buildsOn says whether a pip behind the last install can install into the
// environment in the builder just as well: it needs nothing but an index, and
// runs as the installs do.
func (c *conversion) buildsOn(s *analysis.Step, call *analysis.Call) bool {
	if !namedOnly(call) || s.User != c.last.User || call.Has("-r", "--requirement", "-c", "--constraint", "-e", "--editable", "--user", "--target", "-t", "--prefix") {
		return false
	}
	for _, o := range c.final.Steps[c.last.Pos:s.Pos] {
		for _, p := range o.Pairs {
			if o.Name == "ARG" || o.Name == "ENV" && (c.toolPair(o, p) || namesVariable(c.Doc.Slice(s.Span), p.Key)) {
				return false
			}
		}
	}
	return true
}

func (c *conversion) bringsPoetry(call *analysis.Call) bool {
	return slices.ContainsFunc(c.Installers, func(i *analysis.Installer) bool {
		return i.Call != nil && i.Step == call.Step && i.Cmd.Span == call.Cmd.Span
	})
}
