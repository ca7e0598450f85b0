package rules

import (
	"fmt"

	"restage/analysis"
	"restage/analysis/python"
)

// deadBase finds base images whose package mirrors are gone, and those of a
// Python that gets no fixes any more.
var deadBase = &analysis.Rule{
	Name:     "dead-base",
	Title:    "The base image is past its end",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: `Debian takes a release off its mirrors some time after the end of its support: wheezy, jessie and stretch are gone, and buster (Debian 10) is
since July 2025. Images like ` + "`python:3.11-slim-buster`" + ` can still be pulled, but their ` + "`apt-get update`" + ` ends with status 100 ("does not have a Release
file"), and without lists ` + "`apt-get install`" + ` finds no package. That is an error. It is not reported where the file names other package sources before,
the archive for instance.

A Python line that has reached its end of life is a warning: the official image is not built anew from then on, so that the holes that are found
in Python, OpenSSL and Debian stay in it.

The fix writes the oldest Debian release that is still supported and for which the same Python was built, bookworm, or bullseye where a pinned patch
was built for nothing newer; and the packages' names of that release (` + "`libffi6`" + ` is ` + "`libffi8`" + ` in bookworm). All stages move together. OpenSSL and the C library
are newer then, so that it is made only where it is asked for (` + "`restage fix --all --only dead-base`" + `). It is refused where some package of the file is not
known to be in that release. The end of a Python line is not mended: which Python a project can move to only its author can tell.

Sources: <https://github.com/rios0rios0/pipelines/issues/585>, <https://www.debian.org/releases/>,
<https://github.com/docker-library/python/blob/master/versions.json>.`,
	Run: func(p *analysis.Pass) {
		for _, d := range p.DeadBases() {
			p.Report(analysis.Finding{Span: d.At.Base.Span, Subject: d,
				Message: fmt.Sprintf("%s is gone from Debian's mirrors: %s in line %d fails, and the build stops there",
					d.Codename, "`"+d.Call.Cmd.Unwrapped().Name()+" "+d.Call.Verb+"`", p.LineOf(d.Call.Cmd.Span.Start)),
				Related: []analysis.Related{{Span: d.Call.Cmd.Span, Message: "this finds no package lists for " + d.Codename}}})
		}
		reportEndOfLife(p)
	},
}

// reportEndOfLife warns of each Python line that is at its end, once a file.
func reportEndOfLife(p *analysis.Pass) {
	found := map[python.Version]*analysis.Finding{}
	var order []python.Version
	for _, st := range p.Stages {
		img := st.Image
		day := python.EndOfLife(img.Python)
		if st.Parent != nil || img.Family != python.OfficialPython || img.Assumed() || day == "" {
			continue
		}
		line := img.Python.Series()
		if f := found[line]; f != nil {
			f.Related = append(f.Related, analysis.Related{Span: st.Base.Span, Message: "also Python " + line.String()})
			continue
		}
		found[line] = &analysis.Finding{Span: st.Base.Span, Severity: analysis.Warning, Subject: line,
			Message: fmt.Sprintf("Python %s has reached its end of life: the official images were built for the last time by %s, so that holes found since then stay in this one", line, day)}
		order = append(order, line)
	}
	for _, line := range order {
		p.Report(*found[line])
	}
}
