// Package analysis says what is wrong with a Dockerfile and the project it
// builds: rules look at facts that are computed once a document, and report
// findings. It never mends; the refactorings of package codeactions do.
package analysis

import (
	"slices"
	"strings"

	"restage/analysis/project"
	"restage/analysis/source"
)

// Severity grades a finding the way the Language Server Protocol does: 1 is an
// error, 4 a hint.
type Severity int

// The four severities, with the protocol's numbers.
const (
	Error Severity = iota + 1
	Warning
	Info
	Hint
)

// String gives the word used on the command line and in JSON.
func (s Severity) String() string {
	return [...]string{"", "error", "warning", "info", "hint"}[s]
}

// Family is what a rule is about; lists of rules are grouped by it.
type Family int

// The families in the order of lists: the ladder from a first Dockerfile to a
// good one; what breaks the build or the container; what costs or risks
// something; and the checks that BuildKit itself makes.
const (
	Ladder Family = iota
	Breaks
	Costs
	BuildKit
)

// String is the family's heading.
func (f Family) String() string {
	return [...]string{"A better build", "What breaks", "Cost and risk", "BuildKit's own checks"}[f]
}

// Rule is one thing that can be wrong. It is a literal in a file of its own.
type Rule struct {
	// Name is kebab case and says what is wrong; it is the diagnostic code, the
	// suppression word, the docs page and the testdata folder.
	Name string
	// Title is one line without full stop; Why is Markdown in whole sentences.
	Title, Why string
	Severity   Severity
	Family     Family
	// Off says that the rule is silent unless it is configured.
	Off bool
	// Aliases are the names under which hadolint ("DL3042") and BuildKit
	// ("SecretsUsedInArgOrEnv") report the same thing: who has allowed it there
	// has allowed it here.
	Aliases []string
	// Options are what can be chosen beside the level.
	Options []RuleOption
	// Run reports the findings of one file. It must not keep the Pass.
	Run func(*Pass)

	chosen map[string]project.Entry // the values of Options that a user has chosen
}

// Finding is one place where a rule's wrong stands.
type Finding struct {
	Rule *Rule
	// Span is what the editor underlines, in bytes of the document.
	Span source.Span
	// Message names the cause and the cost in the user's words.
	Message string
	// Related are other places that explain the finding.
	Related []Related
	// Subject is the fact the rule found fault with (an *Install, a *Command …):
	// what the refactoring of the same name works on.
	Subject any
	// Severity replaces the rule's where it is not 0: an error for one version
	// of a tool may be a warning for another.
	Severity Severity
	// Cause is the place in another file where the finding is to be mended; an
	// editor shows it there too. It is nil where that is the Dockerfile.
	Cause *Related
}

// Level is the finding's severity.
func (f Finding) Level() Severity {
	if f.Severity != 0 {
		return f.Severity
	}
	return f.Rule.Severity
}

// Related is another place that belongs to a finding.
type Related struct {
	// Path is the file, relative to the project's file system; empty for the Dockerfile.
	Path    string
	Span    source.Span
	Line    int // 0-based, used when Path is not empty
	Message string
}

// Result is one analysed document.
type Result struct {
	Doc      *source.Document
	Project  *project.Project
	Facts    *Facts
	Findings []Finding
	// Failures are rules that panicked, with their stacks: bugs of restage to
	// be logged, never shown as findings.
	Failures []string

	rules        []*Rule
	suppressions []*Suppression
}

// Pass is what a rule sees and where it reports.
type Pass struct {
	*Facts
	rule     *Rule
	findings *[]Finding
	// res is the result so far: what the rules before this one have found.
	res *Result
	run []*Rule
}

// Suppressions are the comments that allow something, and which of their names
// were of use for the findings of the rules that ran before this one.
func (p *Pass) Suppressions() []*Suppression { return p.res.suppressions }

// Runs says whether a rule of that name is looked for.
func (p *Pass) Runs(name string) bool {
	return slices.ContainsFunc(p.run, func(r *Rule) bool { return r.Name == name })
}

// oneLine replaces the control characters that a message takes from the file.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}

// Report adds a finding of the running rule.
func (p *Pass) Report(f Finding) {
	f.Rule, f.Message = p.rule, oneLine(f.Message)
	*p.findings = append(*p.findings, f)
}
