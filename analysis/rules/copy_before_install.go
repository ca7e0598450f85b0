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
		seen := map[*analysis.Step]bool{}
		for _, in := range p.Installs {
			if !in.Deps || p.PrecededByDeps(in) {
				continue
			}
			code := p.CodeBefore(in.Step)
			if len(code) == 0 {
				continue
			}
			first := code[0]
			if seen[first.Step] {
				continue
			}
			seen[first.Step] = true
			p.Report(analysis.Finding{Span: first.Step.Span, Subject: in,
				Message: fmt.Sprintf("the code is copied before line %d installs the dependencies: editing any file reinstalls every dependency",
					p.LineOf(in.Cmd.Span.Start)),
				Related: []analysis.Related{{Span: in.Cmd.Span, Message: "the dependencies are installed here"}}})
		}
	},
}
