package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// installLibrary installs the missing Debian packages in the final stage: with
// the packages that are installed there, else in a RUN of their own.
func installLibrary(r *request) Action {
	m := r.finding.Subject.(analysis.MissingLibrary)
	if python.DeadMirrors(m.Stage.Image.Codename) {
		return refuse("packages of Debian %s cannot be installed any more: its mirrors are gone", m.Stage.Image.Codename)
	}
	a := Action{Title: "Install " + strings.Join(m.Packages, ", "), Level: Review,
		Note: "The image grows by " + strings.Join(m.Packages, ", ") + ", which " + m.Dependency + " loads: check that it is really imported in this image."}
	if e, ok := r.withInstalled(m.Stage, m.Packages); ok {
		a.Edits = []Edit{e}
		return a
	}
	if !m.Stage.Image.RootUser() || m.Stage.Parent != nil {
		return refuse("it is not known whether a RUN at the top of the final stage runs as root")
	}
	nl := r.Doc.Newline
	from := m.Stage.From
	a.Edits = []Edit{insert(from.Span.End, nl+nl+"RUN apt-get update && apt-get install -y --no-install-recommends "+strings.Join(m.Packages, " ")+" && rm -rf /var/lib/apt/lists/*")}
	return a
}

// withInstalled adds packages to the first apt-get install of a stage that
// surely runs and names them as words of its own.
func (r *request) withInstalled(st *analysis.Stage, pkgs []string) (Edit, bool) {
	for _, s := range st.Steps {
		for _, p := range s.PackageCalls() {
			if p.Apk || !p.Installs() || !p.Must() || !p.Known || len(p.Words) == 0 {
				continue
			}
			last := p.Words[len(p.Words)-1]
			if !last.Static || p.Cmd.Place.Nested || s.JSON != nil || slices.ContainsFunc(p.Words, func(w shell.Word) bool { return strings.HasPrefix(w.Value, "-") }) {
				continue
			}
			gap := " "
			if len(p.Words) > 1 && len(s.Heredocs) == 0 {
				gap = wordGap(r.Doc, r.Doc.Text, last.Span.Start)
			}
			return insert(last.Span.End, gap+strings.Join(pkgs, gap)), true
		}
	}
	return Edit{}, false
}
