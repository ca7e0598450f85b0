package codeactions

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/source"
)

// notPlain says why the tag of a stage's base image cannot become another one:
// only of Docker's own Python images that stand there as they are is it known
// which tags there are.
func (r *request) notPlain(root *analysis.Stage) string {
	img, raw := root.Image, root.Base.Raw
	switch {
	case !root.BaseKnown || strings.Contains(raw, "$") || r.Doc.Slice(root.Base.Span) != raw:
		return fmt.Sprintf("%s in line %d is not written as one plain tag", raw, r.line(root.From.Span.Start))
	case img.Family != python.OfficialPython:
		return raw + " is no official Python image"
	case img.Assumed():
		return raw + " comes from a registry of its own, which may not have another tag"
	case img.Digest != "":
		return raw + " is pinned by a digest, and that of another tag is not known here"
	case img.Python.Pre != "":
		return raw + " is a pre-release, whose tags are not known here"
	}
	return ""
}

// otherRelease says which package of the stages on a root is not known to have
// the same name on another Debian release.
func (r *request) otherRelease(root *analysis.Stage, codename string) string {
	if codename != "" && codename == root.Image.Codename {
		return ""
	}
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if st.Chain()[0] != root {
				continue
			}
			for _, c := range s.PackageCalls() {
				if c.Installs() && !samePackages(c, codename) {
					return fmt.Sprintf("the image would stand on another Debian release, and whether that has the packages of line %d is not known", r.line(c.Cmd.Span.Start))
				}
			}
		}
	}
	return ""
}

// samePackages says whether all packages of a call have the same name on a
// Debian release.
func samePackages(c *analysis.Packages, codename string) bool {
	for _, w := range c.Words {
		if name, ok := python.MovedName(w.Value, codename); !ok || name != w.Value {
			return false
		}
	}
	return c.Known
}

// namesPython is how a text names a Python: by its version, or the tag of what is
// compiled for it; "" when it does not.
func namesPython(text string, py python.Version) string {
	for _, name := range []string{py.Series().String(), fmt.Sprintf("cp%d%d", py.Major, py.Minor), fmt.Sprintf("cpython-%d%d", py.Major, py.Minor)} {
		for at := 0; ; at += len(name) {
			i := strings.Index(text[at:], name)
			if i < 0 {
				break
			}
			at += i
			before, behind := strings.TrimRight(text[:at], "."), strings.TrimLeft(text[at+len(name):], ".")
			if !endsInDigit(before) && !beginsWithDigit(behind) {
				return text[len(strings.TrimRightFunc(text[:at], unicode.IsLetter)) : at+len(name)]
			}
		}
	}
	return ""
}

func endsInDigit(text string) bool {
	return text != "" && unicode.IsDigit(rune(text[len(text)-1]))
}

func beginsWithDigit(text string) bool { return text != "" && unicode.IsDigit(rune(text[0])) }

// said is an instruction as it stands in the file and, behind that, its words
// with what their variables stand for.
func (r *request) said(s *analysis.Step) string {
	texts := []string{r.Doc.Slice(s.Span)}
	add := func(v string, ok bool) {
		if ok {
			texts = append(texts, v)
		}
	}
	for _, w := range slices.Concat(s.Words, s.JSON) {
		v, unset := s.Expand(w.Raw)
		add(v, len(unset) == 0)
	}
	for _, p := range s.Pairs {
		v, unset := s.Expand(p.Value.Raw)
		add(v, len(unset) == 0)
	}
	for _, cmd := range s.Commands() {
		for _, w := range cmd.Words {
			add(s.ShellValue(w.Value, cmd.Exports))
		}
	}
	return strings.Join(texts, " ")
}

// ownPackages says which packages a stage installs for the Python that it has,
// which nobody has locked for another one.
func (r *request) ownPackages(st *analysis.Stage, want python.Version) string {
	for _, s := range r.Supplies(st) {
		bound := s.Kind == analysis.SupplyRequirements || s.Kind == analysis.SupplyWheel
		for _, w := range s.Args {
			bound = bound || s.Kind == analysis.SupplyPackages && strings.ContainsAny(w.Value, "=<~@")
		}
		if bound {
			return fmt.Sprintf("line %d installs packages, and whether they are there for Python %s is not known", r.line(s.Cmd.Span.Start), want)
		}
	}
	return ""
}

// tagParts are where the tag of a stage's base image is written, and the version
// that it begins with, "" without one; ok is false for an image without a tag.
func tagParts(root *analysis.Stage) (tag source.Span, version string, ok bool) {
	img := root.Image
	at := strings.LastIndex(root.Base.Raw, ":"+img.Tag)
	if at < 0 || img.Tag == "" {
		return tag, "", false
	}
	start := root.Base.Span.Start + at + 1
	return source.Span{Start: start, End: start + len(img.Tag)}, tagVersion(img), true
}

// tagVersion is the version that a tag begins with, "" without one.
func tagVersion(img python.Image) string {
	return img.Tag[:len(img.Tag)-len(strings.TrimLeft(img.Tag, "0123456789."))]
}
