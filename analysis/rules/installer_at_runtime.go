package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// installerAtRuntime finds containers that start through Poetry.
var installerAtRuntime = &analysis.Rule{
	Name:     "installer-at-runtime",
	Title:    "The container starts through the installer",
	Severity: analysis.Warning,
	Why: "`poetry run`" + ` as the container's command keeps Poetry and all it depends on in the image, reads the project at every start
and adds a moment to it, only to put the environment on PATH.

The fix puts the environment on PATH and names the program itself. Where a start script or a compose file calls Poetry, the
finding says where.`,
	Run: func(p *analysis.Pass) {
		reported := map[string]bool{}
		for _, u := range p.Uses() {
			where := p.Where(u.Command)
			if reported[where] {
				continue
			}
			reported[where] = true
			f := analysis.Finding{Subject: u,
				Message: fmt.Sprintf("%s runs `%s`: the image must keep Poetry, and every start goes through it", where, strings.TrimSpace("poetry "+u.Verb))}
			if u.Entry != nil {
				f.Span = u.Entry.Step.Span
			} else {
				f.Span = anchor(p, u)
				f.Related = []analysis.Related{{Path: u.Path, Line: u.Line, Message: "Poetry is called here"}}
			}
			p.Report(f)
		}
	},
}

// anchor is where a use in another file is shown: the instruction that starts
// the container, else the stage.
func anchor(p *analysis.Pass, u analysis.Use) source.Span {
	for _, e := range p.Entries(u.Stage) {
		if e.Name != "HEALTHCHECK" {
			return e.Step.Span
		}
	}
	return u.Stage.From.Span
}
