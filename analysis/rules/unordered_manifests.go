package rules

import (
	"fmt"

	"restage/analysis"
)

// unorderedManifests finds installs that hardly ever change behind what
// changes all the time.
var unorderedManifests = &analysis.Rule{
	Name:     "unordered-manifests",
	Title:    "What rarely changes stands behind what often changes",
	Severity: analysis.Info,
	Family:   analysis.Costs,
	Why: `BuildKit runs an instruction again when anything above it has changed. Packages of the system, and Poetry itself, are the
same for months. Where they are installed behind a ` + "`COPY`" + ` of the code, each edit downloads and installs them again, with everything below.

The same happens behind an ` + "`ARG`" + ` that gets the commit or the date of the build: every ` + "`RUN`" + ` below it has the argument in its
environment, whether it uses it or not, and runs again when the value is another one. ` + "`LABEL`" + ` and ` + "`ENV`" + ` below the last ` + "`RUN`" + ` can take
it just as well.

Move the install above the copy, which is what the fix does where neither needs the other, and the argument down to where it is used. What an install reads out of files, and what a RUN installs
together with the dependencies (copy-before-install), is left out here.

Sources: <https://docs.docker.com/build/cache/optimize/#order-your-layers>,
<https://docs.docker.com/reference/dockerfile/#impact-on-build-caching>.`,
	Run: func(p *analysis.Pass) {
		for _, st := range p.Stages {
			if !p.PythonStage(st) {
				continue
			}
			for _, u := range p.UnorderedInstalls(st) {
				line := p.LineOf(u.Before.Span.Start)
				f := analysis.Finding{Span: u.Cmd.Span, Subject: u,
					Message: fmt.Sprintf("each edit of the code runs this install again, because %s in line %d brings the code before it: what it installs does not depend on the code", u.Before.Name, line),
					Related: []analysis.Related{{Span: u.Before.Span, Message: "the code arrives here"}}}
				if u.Arg != "" {
					f.Span = u.Before.Span
					f.Message = fmt.Sprintf("each new value of %s runs line %d and all below it again: RUN has the argument in its environment, and no RUN up to there uses it", u.Arg, p.LineOf(u.Step.Span.Start))
					f.Related = []analysis.Related{{Span: u.Step.Span, Message: "this installs again"}}
				}
				p.Report(f)
			}
		}
	},
}
