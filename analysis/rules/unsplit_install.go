package rules

import (
	"restage/analysis"
)

// unsplitInstall finds installs that put dependencies and the root package
// into one layer.
var unsplitInstall = &analysis.Rule{
	Name:     "unsplit-install",
	Title:    "One install for the dependencies and the root package",
	Severity: analysis.Warning,
	Why: "`poetry install`" + ` installs the project itself too (the root package), which needs the code, the README and the build
script. In the same layer as the dependencies it forces the code to be there first, so that every edit reinstalls everything;
and where the code is not there yet, Poetry 2 stops the build.

The fix adds ` + "`--no-root`" + ` (and ` + "`--no-directory`" + ` for path dependencies that are not there yet) and installs the root
package after the code, if something needs it: console scripts, entry points, a src layout that is imported by name.`,
	Run: func(p *analysis.Pass) {
		for _, in := range p.Installs {
			if !in.Deps || !in.Root || in.Dynamic || p.PrecededByDeps(in) {
				continue
			}
			code := p.CodeBefore(in.Step)
			if len(code) == 0 && in.ProjectThere() {
				continue // an empty module stands for the code, or another stage brings it
			}
			msg := "this install needs the code for the root package, so the dependencies cannot be installed before it: every edit reinstalls them"
			if len(code) == 0 {
				msg = "this install also wants the root package, whose code is not there yet: Poetry 2 stops the build here, and older versions skip it or fail on the README"
			}
			p.Report(analysis.Finding{Span: in.Cmd.Span, Subject: in, Message: msg})
		}
	},
}
