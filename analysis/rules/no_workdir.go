package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
)

// noWorkdir finds copies to a relative place that no WORKDIR stands before.
var noWorkdir = &analysis.Rule{
	Name:     "no-workdir",
	Title:    "Files are copied to a relative place without WORKDIR",
	Severity: analysis.Info,
	Family:   analysis.Costs,
	Aliases:  []string{"DL3045"},
	Why: `A relative destination of ` + "`COPY`" + ` and ` + "`ADD`" + ` counts from ` + "`WORKDIR`" + `, and that is ` + "`/`" + ` where nothing sets it. The files of the
project then lie among the folders of the system: a folder of the project that is called ` + "`lib`" + `, ` + "`bin`" + ` or ` + "`etc`" + ` is written into the one
that is there, ` + "`poetry`" + ` makes its environment in ` + "`/.venv`" + `, and no user but root may write next to the code. Where the image later
starts from another base image that sets a ` + "`WORKDIR`" + `, everything moves.

Nothing is said of absolute destinations, nor of base images that may set a ` + "`WORKDIR`" + ` of their own. Write ` + "`WORKDIR /app`" + ` above
the first ` + "`COPY`" + `, and look through the paths that ` + "`CMD`" + `, compose files and the program name. There is no fix, since what names these paths
outside of the Dockerfile would break.

Sources: <https://docs.docker.com/reference/dockerfile/#workdir>, <https://docs.docker.com/reference/dockerfile/#copy>,
<https://github.com/hadolint/hadolint/wiki/DL3045>.`,
	Run: func(p *analysis.Pass) {
		for _, st := range p.Stages {
			if !p.PythonStage(st) || !setsNoWorkdir(st) {
				continue
			}
			for _, s := range st.Steps {
				c := p.CopyAt(s)
				if c == nil || s.WorkdirSet || !s.WorkdirKnown || !c.DestKnown || !relative(s) {
					continue
				}
				dest := "/"
				if c.Dest != "" {
					dest = c.Dest
				}
				msg := fmt.Sprintf("%s writes to %s, because no WORKDIR stands before it: the project's files lie among the folders of the system", s.Name, dest)
				if dest != "/" {
					msg = fmt.Sprintf("%s writes to %s, because no WORKDIR stands before it and relative paths count from /", s.Name, dest)
				}
				p.Report(analysis.Finding{Span: s.Span, Subject: c, Message: msg})
				break // one WORKDIR mends all of the stage
			}
		}
	},
}

// setsNoWorkdir says whether the base image of a stage is known to set none:
// docker-library's images of Python do not, but for the old "onbuild" ones, nor
// do those of the distributions.
func setsNoWorkdir(st *analysis.Stage) bool {
	root := st.Chain()[0]
	img := root.Image
	return root.BaseKnown && img.Family != python.Other && !img.Assumed() && !img.Windows && !strings.Contains(img.Tag, "onbuild")
}

// relative says whether the destination of a copy is written as a relative path.
func relative(s *analysis.Step) bool {
	words := s.JSON
	if words == nil {
		words = s.Words
	}
	if len(words) == 0 {
		return false
	}
	dest, unset := s.Expand(words[len(words)-1].Raw)
	return len(unset) == 0 && !strings.HasPrefix(strings.Trim(dest, `"`), "/")
}
