package codeactions

import (
	"fmt"
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// moveBase puts all stages of a dead Debian release on one that is supported,
// and gives their packages the names of that one.
func moveBase(r *request) Action {
	d, ok := r.finding.Subject.(*analysis.DeadBase)
	if !ok {
		return refuse("which Python the project can move to only its author can tell")
	}
	to := ""
	var edits []Edit
	for _, st := range d.Stages {
		codename, edit, reason := movedBase(st, d.Codename)
		if reason == "" && to != "" && codename != to {
			reason = fmt.Sprintf("no release has the Pythons of all stages: line %d would move to %s, a stage before it to %s", r.line(st.From.Span.Start), codename, to)
		}
		if reason != "" {
			return refuse("%s", reason)
		}
		to = codename
		edits = append(edits, edit)
	}
	var renames []string
	for _, st := range r.Stages {
		if st.Chain()[0].Codename() != d.Codename {
			continue
		}
		for _, s := range st.Steps {
			more, names, reason := r.movedPackages(s, d.Codename, to)
			if reason != "" {
				return refuse("%s", reason)
			}
			edits, renames = append(edits, more...), append(renames, names...)
		}
	}
	newer := "OpenSSL and C library"
	note := "The stages stand on Debian " + to + " instead of " + d.Codename + ", with the same Python"
	if to == "bullseye" {
		newer = "C library"
		note += "; bullseye's own support ended in August 2026, and newer releases never had this patch of Python"
	}
	if len(renames) > 0 {
		note += "; packages have other names there: " + strings.Join(renames, ", ")
	}
	return Action{Level: Review, Title: "Move to Debian " + to, Edits: edits,
		Note: note + ": check that what is compiled or downloaded runs with its newer " + newer + "."}
}

// movedBase is the base image of a stage on the oldest living release.
func movedBase(st *analysis.Stage, from string) (codename string, e Edit, reason string) {
	img, raw := st.Image, st.Base.Raw
	switch {
	case !st.BaseKnown:
		return "", e, "the Python of " + raw + " comes from outside the file, and which Debian releases have it is not known"
	case img.Family != python.OfficialPython:
		return "", e, raw + " is no Python image: with another Debian release its Python would be another one"
	case img.Digest != "":
		return "", e, raw + " is pinned by a digest, and that of another release is not known here"
	}
	codename, py, reason := python.LivingCodename(img)
	if reason != "" {
		return "", e, reason
	}
	head, ok := strings.CutSuffix(raw, from)
	if !ok {
		return "", e, fmt.Sprintf("the tag of %s does not name %s itself", raw, from)
	}
	if img.Python.Parts < 2 { // "python:3-slim-buster"
		if strings.Contains(raw, "$") {
			return "", e, "the version of " + raw + " is a variable that names no exact Python"
		}
		name, tag, _ := strings.Cut(head, ":")
		tag = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(tag, "latest-"), "3"), "-")
		head = name + ":" + py.String() + "-" + tag
	}
	return codename, Edit{st.Base.Span, head + codename}, ""
}

// movedPackages gives the packages of a step the names of another release.
func (r *request) movedPackages(s *analysis.Step, from, to string) (edits []Edit, renames []string, reason string) {
	line := r.line(s.Span.Start)
	if s.Name != "FROM" {
		// "deb https://… buster main", "/config/debian/10/prod.list"
		if text := r.Doc.Slice(s.Span); strings.Contains(text, from) || strings.Contains(text, "debian/10") {
			return nil, nil, fmt.Sprintf("line %d names %s itself, and what stands for it on %s is not known", line, from, to)
		}
	}
	for _, c := range s.PackageCalls() {
		at := r.line(c.Cmd.Span.Start)
		if !c.Known {
			return nil, nil, fmt.Sprintf("which packages line %d installs cannot be told", at)
		}
		for _, w := range c.Words {
			name, ok := python.MovedName(w.Value, to)
			switch {
			case strings.ContainsAny(w.Value, "=/") || path.Ext(w.Value) == ".deb":
				return nil, nil, fmt.Sprintf("line %d asks for %s, a version or file of its own, which %s may not have", at, w.Value, to)
			case !ok:
				return nil, nil, fmt.Sprintf("whether Debian %s has the package %s of line %d is not known", to, w.Value, at)
			case name == python.AptName(w.Value):
			case w.Raw != w.Value:
				return nil, nil, fmt.Sprintf("line %d does not have %s as a plain word, and on %s it is %s", at, w.Value, to, name)
			default:
				edits = append(edits, Edit{w.Span, rename(w, name)})
				renames = append(renames, w.Value+" is "+name)
			}
		}
	}
	return edits, renames, ""
}

// rename is a package's word with another name, its architecture kept.
func rename(w shell.Word, name string) string {
	return name + strings.TrimPrefix(w.Value, python.AptName(w.Value))
}
