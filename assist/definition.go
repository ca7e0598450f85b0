package assist

import (
	"path"

	"restage/analysis"
	"restage/analysis/source"
)

// maxPlaces bounds the files that a pattern leads to.
const maxPlaces = 50

// Definitions are the places that the word at an offset means: the declaration
// of a group or extra in pyproject.toml, a file of the build context, the
// package in a folder of it. Names of stages are left to others.
func Definitions(f *analysis.Facts, offset int) []Place {
	offset = inOffset(f.Doc, offset)
	if n, ok := nameAt(f, offset); ok {
		return declaration(f, n)
	}
	s := f.StepAt(offset)
	if s == nil || f.Project.Context == "" {
		return nil
	}
	targets := targetsOf(f, s)
	if s.Name == "RUN" {
		targets = append(targets, started(f, s)...)
	}
	for _, t := range targets {
		if t.span.Contains(offset) {
			return files(f, t)
		}
	}
	return nil
}

// declaration is where a group or extra is declared.
func declaration(f *analysis.Facts, n name) []Place {
	p := pyprojectOf(f, n.call)
	if p == nil {
		return nil
	}
	span := source.Span{}
	switch {
	case extraOptions[n.option]:
		if e := n.extra(p); e != nil {
			span = e.Span
		}
	case n.text == "main":
		span = p.DependenciesSpan
	default:
		if g := n.group(f, p); g != nil {
			span = g.Span
		}
	}
	if span.Empty() {
		return nil
	}
	return []Place{{From: n.span, Path: p.Path, Span: span}}
}

// files are the files that a target names: itself, what its pattern matches, or
// of a package the file that makes it one.
func files(f *analysis.Facts, t target) []Place {
	found := []string{t.rel}
	if t.glob {
		found = f.Project.Glob(t.rel)
	}
	var out []Place
	for _, rel := range found {
		if f.Project.IsDir(rel) {
			rel = path.Join(rel, "__init__.py")
		}
		if len(out) < maxPlaces && f.Project.InContext(rel) && !f.Project.IsDir(rel) {
			out = append(out, Place{From: t.span, Path: path.Join(f.Project.Context, rel)})
		}
	}
	return out
}
