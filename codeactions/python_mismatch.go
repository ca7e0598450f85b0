package codeactions

import (
	"fmt"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/source"
)

// fitPython gives a stage the Python that its packages were installed for, or
// the stages one that the project allows; a path gets the name of the Python
// that is there.
func fitPython(r *request) Action {
	switch s := r.finding.Subject.(type) {
	case *analysis.CarriedEnv:
		have, known := r.OnlyPython(s.From)
		switch {
		case s.Site && known && !have.SameMinor(s.Python):
			return r.renamePython(s, have)
		case s.Site:
			have = s.Python
		}
		return r.changePython(have.Series(), s.To.Chain()[:1])
	case *analysis.Install:
		return r.allowedPython(s)
	}
	return refuse("whether another Poetry is to be installed, or another Python, only the author can tell")
}

// renamePython writes the Python that a stage has into the paths of a copy from it.
func (r *request) renamePython(e *analysis.CarriedEnv, have python.Version) Action {
	if to, known := r.OnlyPython(e.To); !known || !to.SameMinor(have) {
		return refuse("the stage that gets these packages is not known to have Python %s, too", have.Series())
	}
	old, now := "python"+e.Python.String(), "python"+have.Series().String()
	words := e.Copy.Step.JSON
	if words == nil {
		words = e.Copy.Step.Words
	}
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if s != e.Copy.Step && s.Name != "FROM" && strings.Contains(r.said(s), old) {
				return refuse("line %d names %s, too", r.line(s.Span.Start), old)
			}
		}
	}
	var edits []Edit
	for _, w := range words {
		if text := r.Doc.Slice(w.Span); strings.Contains(text, old) {
			edits = append(edits, Edit{w.Span, strings.ReplaceAll(text, old, now)})
		}
	}
	if len(edits) == 0 {
		return refuse("line %d has %s out of a variable", r.line(e.Copy.Step.Span.Start), old)
	}
	return Action{Title: "Copy the packages of Python " + have.Series().String(), Level: Review, Edits: edits,
		Note: fmt.Sprintf("The packages are taken from lib/%s, which is there.", now)}
}

// allowedPython moves all stages that have the Python of an install to the next
// one that the project allows.
func (r *request) allowedPython(in *analysis.Install) Action {
	have, _ := r.OnlyPython(in.Step.Stage)
	var roots []*analysis.Stage
	for _, st := range r.Stages {
		root := st.Chain()[0]
		if py, known := r.OnlyPython(root); known && py.SameMinor(have) && !slices.Contains(roots, root) && (root == in.Step.Stage.Chain()[0] || r.forProject(st)) {
			roots = append(roots, root)
		}
	}
	if !slices.Contains(roots, in.Step.Stage.Chain()[0]) {
		return refuse("which Python line %d starts from is not known", r.line(in.Step.Stage.Chain()[0].From.Span.Start))
	}
	want, ok := nextAllowed(r.Project.Pyproject.RequiresPython, have)
	if !ok {
		return refuse("no Python of which the newest patch is sure to be allowed by %q is known here", r.Project.Pyproject.RequiresPython)
	}
	return r.changePython(want, roots)
}

// forProject says whether a stage installs the project's packages, or gives or
// gets them: another one may have whatever Python it likes.
func (r *request) forProject(st *analysis.Stage) bool {
	return len(r.InstallsOf(st)) > 0 || slices.ContainsFunc(r.CarriedEnvs(), func(e *analysis.CarriedEnv) bool {
		return st.Includes(e.To) || st.Includes(e.From)
	})
}

// nextAllowed is the minor version of Python nearest above one whose newest patch
// a constraint allows, its own for an exact patch, else the nearest below.
func nextAllowed(constraint string, have python.Version) (python.Version, bool) {
	allowed, err := python.ParseConstraint(constraint)
	if err != nil {
		return python.Version{}, false
	}
	if have.Parts > 2 && allowed.AllowsNewest(have) {
		return have.Series(), true
	}
	for step := 1; step >= -1; step -= 2 {
		for v := python.V(3, have.Minor+step); python.Published(v, ""); v = python.V(3, v.Minor+step) {
			if allowed.AllowsNewest(v) {
				return v, true
			}
		}
	}
	return python.Version{}, false
}

// changePython gives the stages at the root of others another Python.
func (r *request) changePython(want python.Version, roots []*analysis.Stage) Action {
	var edits []Edit
	for _, root := range roots {
		e, reason := r.pythonTag(root, want)
		if reason != "" {
			return refuse("%s", reason)
		}
		edits = append(edits, e)
	}
	if reason := r.keepsOldPython(want, roots); reason != "" {
		return refuse("%s", reason)
	}
	return Action{Title: "Move to Python " + want.String(), Level: Review, Edits: edits,
		Note: fmt.Sprintf("The image has Python %s: check that the program runs on it.", want)}
}

// pythonTag is the base image of a stage with another Python.
func (r *request) pythonTag(root *analysis.Stage, want python.Version) (e Edit, reason string) {
	img, raw := root.Image, root.Base.Raw
	if reason := r.notPlain(root); reason != "" {
		return e, reason
	}
	codename := ""
	if img.CodenameWritten {
		codename = img.Codename
	}
	tag, version, ok := tagParts(root)
	switch {
	case !ok || version == "":
		return e, raw + " names no version of Python"
	case img.Alpine && !strings.HasSuffix(img.Tag, "-alpine"), !python.Published(want, codename):
		return e, fmt.Sprintf("whether there is a Python %s like %s is not known", want, img.Ref)
	}
	if !img.Alpine && codename == "" {
		if reason := r.otherRelease(root, python.DefaultCodename(want)); reason != "" {
			return e, reason
		}
	}
	return Edit{source.Span{Start: tag.Start, End: tag.Start + len(version)}, want.String()}, ""
}

// keepsOldPython says what would not fit another Python of some stages, and of
// those that start from them.
func (r *request) keepsOldPython(want python.Version, roots []*analysis.Stage) string {
	if p := r.Project.Pyproject; p != nil && p.RequiresPython != "" {
		if allowed, err := python.ParseConstraint(p.RequiresPython); err != nil || !allowed.AllowsNewest(want) {
			return fmt.Sprintf("the project asks for Python %s, which %s is not", p.RequiresPython, want)
		}
	}
	changes := func(st *analysis.Stage) bool { return slices.Contains(roots, st.Chain()[0]) }
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			from := st // whose Python the paths of an instruction are of
			if c := r.CopyAt(s); c != nil && c.FromStage != nil && !changes(st) {
				from = c.FromStage
			}
			if !changes(from) || from.Image.Python.SameMinor(want) {
				continue
			}
			if name := namesPython(r.said(s), from.Image.Python); name != "" && s.Name != "FROM" {
				return fmt.Sprintf("line %d names %s, which may be the Python that is there now", r.line(s.Span.Start), name)
			}
		}
		if !changes(st) || st.Image.Python.SameMinor(want) {
			continue
		}
		if reason := r.ownPackages(st, want); reason != "" {
			return reason
		}
		for _, c := range r.Commands(st) {
			if name := namesPython(r.startText(c), st.Image.Python); name != "" {
				return fmt.Sprintf("%s names %s, which may be the Python that is there now", r.Where(c), name)
			}
		}
		if len(r.InstallsOf(st)) == 0 && !slices.ContainsFunc(r.Stages, func(o *analysis.Stage) bool { return (o.Includes(st) || st.Includes(o)) && r.forProject(o) }) {
			return fmt.Sprintf("the stage in line %d would get another Python with it", r.line(st.From.Span.Start))
		}
	}
	for _, i := range r.Installers {
		line := r.line(i.Span().Start)
		switch {
		case !changes(i.Step.Stage):
		case !i.Pinned:
			return fmt.Sprintf("line %d installs the newest Poetry for the Python that is there, which may be another one then: pin it first", line)
		case !python.PoetryInstalls(i.Version, want):
			return fmt.Sprintf("Poetry %s in line %d does not run on Python %s", i.Version, line, want)
		}
	}
	for _, e := range r.CarriedEnvs() {
		to, known := r.OnlyPython(e.To)
		from, fromKnown := r.OnlyPython(e.From)
		switch {
		case changes(e.From) && !changes(e.To) && !(known && to.SameMinor(want)):
			return fmt.Sprintf("line %d copies packages to a stage that is not known to have Python %s", r.line(e.Copy.Step.Span.Start), want)
		case changes(e.To) && !changes(e.From) && !(fromKnown && from.SameMinor(want)) && !e.Site:
			return fmt.Sprintf("line %d copies packages from a stage that is not known to have Python %s", r.line(e.Copy.Step.Span.Start), want)
		}
	}
	return ""
}
