package codeactions

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/project"
	"restage/analysis/python"
)

// leaveOutDev adds the option that keeps the development groups out, in the
// spelling that the Poetry of this step has.
func leaveOutDev(r *request) Action {
	in := r.install()
	groups := in.DevGroups()
	v := in.Version
	if v.Parts == 0 && r.Project.Lock != nil {
		v, _ = python.ParseVersion(r.Project.Lock.Generator)
	}
	if v.Parts == 0 {
		return refuse("which version of Poetry runs in line %d cannot be told, and the option that leaves groups out depends on it",
			r.line(in.Cmd.Span.Start))
	}
	line := r.line(in.Cmd.Span.Start)
	switch named := in.Values("--with", "--only"); {
	case in.Has("--all-groups"):
		return refuse("line %d asks for all groups (--all-groups), which no --without can stand beside", line)
	case in.Has("--only") || !slices.ContainsFunc(groups, func(g string) bool { return !slices.Contains(named, g) }):
		return refuse("line %d asks for the group %s by name", line, strings.Join(groups, ", "))
	default:
		groups = slices.DeleteFunc(groups, func(g string) bool { return slices.Contains(named, g) })
	}
	if at, name := r.importedDev(groups); at != "" {
		return refuse("%s imports %s, which only %s installs", at, name, strings.Join(groups, ", "))
	}
	if c := r.copiedTests(in); c != nil {
		return refuse("line %d copies tests into the image, which may need the packages of %s", r.line(c.Step.Span.Start), strings.Join(groups, ", "))
	}
	a := Action{Level: Review,
		Title: "Leave the development dependencies out (" + strings.Join(groups, ", ") + ")",
		Note:  fmt.Sprintf("The packages of %s are no longer installed: check that the program imports none of them.", strings.Join(groups, ", "))}
	if !v.AtLeast(1, 2) {
		a.Edits = []Edit{addOptions(in, "--no-dev")}
		return a
	}
	if o, ok := in.Option("--without"); ok && r.spelled(o) {
		list := append(in.Values("--without"), groups...)
		a.Edits = []Edit{{o.Span, optionText(r, o, strings.Join(list, ","))}}
		return a
	}
	a.Edits = []Edit{addOptions(in, "--without", strings.Join(groups, ","))}
	return a
}

// optionText writes an option with a new value in the form it has.
func optionText(r *request, o analysis.Option, value string) string {
	text := r.Doc.Slice(o.Span)
	i := strings.LastIndex(text, o.Value)
	if i < 0 || o.Value == "" {
		return o.Name + "=" + value
	}
	return text[:i] + value + text[i+len(o.Value):]
}

// importedDev finds a Python file of the project's own modules, tests left out,
// that imports a package which only one of the groups declares.
func (r *request) importedDev(groups []string) (at, name string) {
	py := r.Project.Pyproject
	kept, dropped := map[string]bool{}, map[string]string{}
	for _, d := range py.Dependencies {
		for _, m := range python.Module(d.Name) {
			if !slices.Contains(groups, d.Group) {
				kept[m] = true
			} else if dropped[m] == "" {
				dropped[m] = d.Name
			}
		}
	}
	for _, p := range r.Programs() {
		if !r.shipped(p.Path) {
			continue
		}
		for _, m := range p.Imports {
			if pkg := dropped[m]; pkg != "" && !kept[m] {
				return p.Path, pkg
			}
		}
	}
	return "", ""
}

// copiedTests is a copy that brings tests by name into an image that has what
// an install installs: somebody runs them there. nil if there is none.
func (r *request) copiedTests(in *analysis.Install) *analysis.Copy {
	for _, st := range r.Stages {
		if !st.Includes(in.Step.Stage) {
			continue
		}
		for _, c := range r.CopiesBefore(st.End()) {
			if c.FromContext() && slices.ContainsFunc(c.Sources, func(src analysis.CopySource) bool { return tests.MatchString(src.Path) }) {
				return c
			}
		}
	}
	return nil
}

// tests are files and folders of tests, as a copy names them.
var tests = lazyregexp.New(`(^|/)(tests?|test_[^/]*\.py|[^/]*_test\.py|conftest\.py)$`)

// shipped says whether a file of the context is Python code of the project's
// own modules.
func (r *request) shipped(f string) bool {
	if !strings.HasSuffix(f, ".py") || python.TestFile(f) {
		return false
	}
	return slices.ContainsFunc(r.Project.Pyproject.Modules, func(m project.Module) bool {
		return analysis.Below(f, path.Join(r.Project.Dir, m.Path))
	})
}
