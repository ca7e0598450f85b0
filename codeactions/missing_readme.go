package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
)

// copyReadme adds the readme to the instruction that brings pyproject.toml.
func copyReadme(r *request) Action {
	in := r.install()
	missing := r.MissingReadmes(in)
	if len(missing) == 0 {
		return refuse("what is missing is the code itself: copy it before this install, or leave the root package out with --no-root")
	}
	for _, rel := range missing {
		switch {
		case !r.Project.Exists(rel):
			return refuse("the build context has no %s: write one, or take it out of pyproject.toml", rel)
		case !r.Project.InContext(rel):
			return refuse("%s keeps %s out of the build context: take it back there", r.Project.Ignore.Path(), rel)
		case path.Dir(rel) != path.Clean(r.Project.Dir) || strings.ContainsAny(rel, " \t\"'$\\*?["):
			return refuse("%s does not lie beside pyproject.toml, where one COPY could take both", rel)
		}
	}
	_, by := r.ArrivesAt(in.Step, r.Project.Manifest("pyproject.toml"))
	if by == nil || by.Step.JSON != nil || !by.DestDir || by.Dest != in.Dir {
		return refuse("no instruction that copies pyproject.toml into a folder can take the readme along")
	}
	at := slices.IndexFunc(by.Sources, func(s analysis.CopySource) bool { return path.Base(s.Path) == "pyproject.toml" })
	if at < 0 {
		return refuse("line %d copies pyproject.toml with others, and the readme is not among them", r.line(by.Step.Span.Start))
	}
	a := Action{Title: "Copy " + strings.Join(missing, ", ") + " too", Level: Review,
		Note: "Poetry reads the readme when it builds the root package; an edit of it now repeats the install."}
	a.Edits = []Edit{insert(by.Sources[at].Word.Span.End, " "+strings.Join(missing, " "))}
	return a
}
