package rules

import (
	"fmt"

	"restage/analysis"
)

// unusedStage finds stages that nothing needs.
var unusedStage = &analysis.Rule{
	Name:     "unused-stage",
	Title:    "Nothing uses this stage",
	Severity: analysis.Hint,
	Family:   analysis.Costs,
	Why: `BuildKit builds the last stage, or the one that ` + "`--target`" + ` names, and what that needs; it skips every other stage. A stage
that no other one starts from or copies from is therefore never built by a plain ` + "`docker build`" + `. Its installs and checks do not run, and
what it says rots unseen. The older builder (` + "`DOCKER_BUILDKIT=0`" + `) builds it every time, and throws it away.

Nothing is said of a stage that a compose file, a bake file, a Makefile, a workflow, a script or a readme of the project names as a target,
nor of stages for development and tests, which are built by name. A stage that has no name can hardly be meant: often two ` + "`FROM`" + `
lines were to add up to one image, which they do not.

The fix removes the stage with the comments above it, and only when it is asked for, since somebody may build it by a name that no file here has.

Sources: <https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage>,
<https://docs.docker.com/build/building/multi-stage/#differences-between-legacy-builder-and-buildkit>.`,
	Run: func(p *analysis.Pass) {
		if !p.Python() {
			return
		}
		for _, u := range p.UnusedStages() {
			if u.Name == "" {
				p.Report(analysis.Finding{Span: u.From.Span, Subject: u, Severity: analysis.Info,
					Message: fmt.Sprintf("nothing of this stage gets into the image: it has no name, and no later stage starts from it or copies from it (`docker build --target %d` would build it alone)", u.Index)})
				continue
			}
			p.Report(analysis.Finding{Span: u.From.Span, Subject: u,
				Message: fmt.Sprintf("a plain build skips the stage %s: no other stage starts from it or copies from it, and no file here names it as a target; `docker build --target %s` builds it", u.Name, u.Name)})
		}
	},
}
