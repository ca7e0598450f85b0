package analysis

import (
	"restage/analysis/project"
	"restage/analysis/source"
)

// Facts are what several rules need, computed once a document.
type Facts struct {
	Doc     *source.Document
	Project *project.Project
}

// Analyze runs the rules over one document and its project (nil when there is
// none) and gives the facts with all findings that no comment suppresses, in
// file order.
func Analyze(doc *source.Document, proj *project.Project, rules []*Rule) *Result {
	facts := &Facts{Doc: doc, Project: proj}
	res := &Result{Doc: doc, Project: proj, Facts: facts}
	for _, r := range rules {
		r.Run(&Pass{Facts: facts, rule: r, findings: &res.Findings})
	}
	return res
}
