package rules

import (
	"fmt"
	"slices"

	"restage/analysis"
)

// unusedSuppression finds comments that allow what is not there.
var unusedSuppression = &analysis.Rule{
	Name:     "unused-suppression",
	Title:    "A comment allows what restage does not find there",
	Severity: analysis.Info,
	Family:   analysis.Costs,
	Why: "`# restage: allow RULE`" + ` above an instruction allows there what the rule forbids. Where the rule finds nothing, because the line has changed
or the name is mistyped, the comment tells the next reader something that is not so, and hides what may come to stand there later.
The fix takes the name out of the comment, and the comment out of the file with its last name.

Comments for other programs (` + "`# hadolint ignore=…`, `# check=skip=…`" + `) are heard for the rules that find the same thing, and left alone.`,
	Run: func(p *analysis.Pass) {
		var names []string
		for _, r := range others() {
			names = append(names, r.Name)
		}
		for _, s := range p.Suppressions() {
			if !s.Own {
				continue
			}
			for i, n := range s.Names {
				switch {
				case n.Used, n.Name == "unused-suppression":
				case !slices.Contains(names, n.Name):
					hint := "`restage rules` lists them"
					if near := analysis.Nearest(n.Name, names); near != "" {
						hint = fmt.Sprintf("did you mean `%s`?", near)
					}
					p.Report(analysis.Finding{Span: n.Span, Subject: analysis.SuppressedBy{Suppression: s, Index: i},
						Message: fmt.Sprintf("there is no rule `%s`, so this comment allows nothing; %s", n.Name, hint)})
				case p.Runs(n.Name):
					p.Report(analysis.Finding{Span: n.Span, Subject: analysis.SuppressedBy{Suppression: s, Index: i},
						Message: fmt.Sprintf("%s finds nothing here, so this comment allows nothing", n.Name)})
				}
			}
		}
	},
}
