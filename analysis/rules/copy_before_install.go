package rules

import (
	"fmt"

	"restage/analysis"
)

// copyBeforeInstall finds dependency installs that stand behind a copy of the
// project's code.
var copyBeforeInstall = &analysis.Rule{
	Name:     "copy-before-install",
	Title:    "The code is copied before the dependencies are installed",
	Severity: analysis.Warning,
	Why: `BuildKit reuses the layer of an instruction only while everything above it is unchanged. When the project's code
is copied before ` + "`poetry install`" + `, editing any file reinstalls every dependency.

The fix copies ` + "`pyproject.toml`" + ` and the lock file first (and ` + "`poetry.toml`" + ` where there is one), installs the
dependencies with ` + "`--no-root`" + `, and copies the code afterwards. The root package is installed after the code only where
something needs it.`,
	Run: func(p *analysis.Pass) {
		type place struct {
			code  *analysis.Step
			stage *analysis.Stage
		}
		seen := map[place]bool{}
		report := func(c *analysis.Call, what string, subject any) {
			code := p.CodeBefore(c.Step)
			if len(code) == 0 {
				return
			}
			at := place{code[0].Step, c.Step.Stage}
			if seen[at] {
				return
			}
			seen[at] = true
			p.Report(analysis.Finding{Span: code[0].Step.Span, Subject: subject,
				Message: fmt.Sprintf("the code is copied before line %d installs %s: editing any file reinstalls every dependency",
					p.LineOf(c.Cmd.Span.Start), what),
				Related: []analysis.Related{{Span: c.Cmd.Span, Message: "the dependencies are installed here"}}})
		}
		for _, in := range p.Installs {
			if in.Deps && !p.PrecededByDeps(in) {
				what := "the dependencies"
				// Of several projects, this one.
				if o, ok := in.Option("-C", "--directory", "-P", "--project"); in.DirKnown && in.Dir != in.Step.Workdir {
					what += " of `" + in.Dir + "`"
				} else if ok && !in.DirKnown {
					what += " of `" + o.Value + "`"
				}
				report(in.Call, what, in)
			}
		}
		for _, s := range p.RequirementInstalls() {
			report(s.Call, "the dependencies", s)
		}
	},
}
