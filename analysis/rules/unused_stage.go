package rules

import (
	"fmt"
	"regexp"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/source"
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
		for _, st := range p.Stages {
			if st == p.Final() || len(st.Children)+len(st.Readers) > 0 || mayBeChosen(p, st) {
				continue
			}
			if st.Name == "" {
				p.Report(analysis.Finding{Span: st.From.Span, Subject: st, Severity: analysis.Info,
					Message: fmt.Sprintf("nothing of this stage gets into the image: it has no name, and no later stage starts from it or copies from it (`docker build --target %d` would build it alone)", st.Index)})
				continue
			}
			if p.ForDevelopment(st) || p.InFinalImage(st) || p.Project.NamesTarget(st.Name) {
				continue
			}
			p.Report(analysis.Finding{Span: st.From.Span, Subject: st,
				Message: fmt.Sprintf("a plain build skips the stage %s: no other stage starts from it or copies from it, and no file here names it as a target; `docker build --target %s` builds it", st.Name, st.Name)})
		}
	},
}

// variable is a variable in a word of the Dockerfile.
var variable = lazyregexp.New(`\\\$\\\{[^}]*\\\}|\\\$\w+`)

// mayBeChosen says whether a build argument may choose the stage as the base
// of a later one ("FROM ${ENVIRONMENT}"), or an ONBUILD copies from it.
func mayBeChosen(p *analysis.Pass, st *analysis.Stage) bool {
	for _, o := range p.Stages[st.Index+1:] {
		if strings.Contains(o.Base.Raw, "$") {
			pattern := variable.ReplaceAllString(regexp.QuoteMeta(strings.Trim(o.Base.Raw, `"`)), `.*`)
			if ok, err := regexp.MatchString("(?i)^"+pattern+"$", st.Name); ok || err != nil {
				return true
			}
		}
		for _, s := range o.Steps {
			for _, in := range []*source.Instruction{s.Instruction, s.Sub} {
				if in != nil && names(in, st) {
					return true
				}
			}
		}
	}
	return false
}

// names says whether a flag of an instruction may name the stage.
func names(in *source.Instruction, st *analysis.Stage) bool {
	for _, fl := range in.Flags {
		from := fl.Value
		if fl.Name == "mount" {
			from = analysis.ParseMount(fl.Value)["from"]
		} else if fl.Name != "from" {
			continue
		}
		if strings.Contains(from, "$") || from != "" && strings.EqualFold(from, st.Name) || from == fmt.Sprint(st.Index) {
			return true
		}
	}
	return false
}
