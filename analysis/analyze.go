package analysis

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"

	"restage/analysis/project"
	"restage/analysis/source"
)

// Analyze runs the rules over one document and its project (nil when there is
// none) and gives the facts with all findings that no comment suppresses, in
// file order. Texts that BuildKit cannot build get the findings of Syntax and
// nothing else: what a rule would say of half a file is a guess. Rules that are
// Off are passed over; Levels.Rules switches on what is wanted.
func Analyze(doc *source.Document, proj *project.Project, rules []*Rule) *Result {
	return analyze(doc, proj, rules, newContextFacts())
}

// Again is Analyze for another text of the same Dockerfile, with the rules of
// the first. What was read from the build context for that is not read again.
func (res *Result) Again(doc *source.Document) *Result {
	return analyze(doc, res.Project, res.rules, res.Facts.context)
}

func analyze(doc *source.Document, proj *project.Project, rules []*Rule, context *contextFacts) *Result {
	res := &Result{Doc: doc, Project: proj, rules: rules}
	if problems := syntaxProblems(doc); len(problems) > 0 {
		res.Facts = newFacts(source.Parse(""), proj, context, nil)
		res.Findings = inFileOrder(problems)
		return res
	}
	res.Facts = newFacts(doc, proj, context, nil)
	res.Facts.choose(rules)
	known := func(name string) bool {
		return slices.ContainsFunc(rules, func(r *Rule) bool { return r.Name == name })
	}
	res.suppressions = suppressions(doc, known)
	res.Findings = unsuppressed(projectProblems(res.Facts), res.suppressions)
	for _, r := range rules {
		if !r.Off {
			res.run(r, rules)
		}
	}
	res.Findings = inFileOrder(res.Findings)
	return res
}

// run runs one rule, whose findings count where no comment allows them. A rule that panics loses its findings, and the others go
// on; Failures says what happened.
func (res *Result) run(r *Rule, all []*Rule) {
	var found []Finding
	defer func() {
		if p := recover(); p != nil {
			res.Failures = append(res.Failures, fmt.Sprintf("rule %s: %v\n%s", r.Name, p, debug.Stack()))
			return
		}
		res.Findings = append(res.Findings, unsuppressed(found, res.suppressions)...)
	}()
	r.Run(&Pass{Facts: res.Facts, rule: r, findings: &found, res: res, run: all})
}

func inFileOrder(list []Finding) []Finding {
	slices.SortStableFunc(list, func(a, b Finding) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return list
}

// Syntax is the rule of texts that BuildKit cannot build.
var Syntax = &Rule{
	Name:     "syntax",
	Title:    "BuildKit cannot read this file",
	Why:      "The build stops at this line before anything is built. No other rule looks at a file that cannot be read.",
	Severity: Error,
	Run:      func(*Pass) {},
}

// BrokenProject is the rule of manifests that cannot be read.
var BrokenProject = &Rule{
	Name:     "broken-project",
	Title:    "A project file cannot be read",
	Why:      "restage reads the project that the Dockerfile builds. A file of it that is broken or unreadable hides what the build needs, so that refactorings which depend on it are refused.",
	Severity: Error,
	Run:      func(*Pass) {},
}

func syntaxProblems(doc *source.Document) []Finding {
	problems := doc.Problems
	if len(problems) == 0 {
		problems = doc.Check()
	}
	var out []Finding
	for _, p := range problems {
		out = append(out, Finding{Rule: Syntax, Span: p.Span, Message: p.Message})
	}
	return out
}

// projectProblems says at the Dockerfile's first stage what is broken in the
// project; the server and the command line show it in that file too.
func projectProblems(f *Facts) []Finding {
	var out []Finding
	if len(f.Stages) == 0 {
		return nil
	}
	for _, p := range f.Project.Problems {
		out = append(out, Finding{Rule: BrokenProject, Span: f.Stages[0].From.Keyword,
			Message: "cannot read " + p.Path + ": " + p.Message,
			Related: []Related{{Path: p.Path, Span: p.Span, Line: p.Line, Message: p.Message}}})
	}
	return out
}
