package rules

import (
	"fmt"
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// buildkitChecks are BuildKit's own checks, under their own names. They are off
// by themselves, since "docker build --check" and Docker's language server make
// them; who has neither switches them on.
var buildkitChecks = func() []*analysis.Rule {
	var list []*analysis.Rule
	for _, c := range source.BuildKitChecks() {
		list = append(list, buildkitCheck(c))
	}
	return list
}()

func buildkitCheck(c source.BuildKitCheck) *analysis.Rule {
	return &analysis.Rule{
		Name:     c.Name,
		Title:    strings.TrimSuffix(c.Description, "."),
		Severity: analysis.Warning,
		Family:   analysis.BuildKit,
		Off:      true,
		Aliases:  []string{c.Name},
		Why: fmt.Sprintf("This is one of the checks of `docker build --check`, [%s](%s): same name, same message, same lines. It is off by itself, because Docker's own\n"+
			"language server and `docker build` make it, too; `%s = \"warning\"` below `[rules]` in restage.toml switches it on.", c.Name, c.URL, c.Name),
		Run: func(p *analysis.Pass) {
			for _, w := range p.Doc.Lint() {
				if w.Check == c.Name {
					p.Report(analysis.Finding{Span: w.Span, Message: w.Message})
				}
			}
		},
	}
}
