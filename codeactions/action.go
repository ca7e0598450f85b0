// Package codeactions mends what the rules of package analysis find: one
// refactoring a file, named as its rule. A refactoring gives edits on the
// bytes of the document, or refuses with its true reason.
package codeactions

import (
	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/source"
)

// Edit replaces the bytes of Span by New.
type Edit struct {
	source.Span
	New string
}

// Level says how far a refactoring can be trusted without a look.
type Level int

// Safe edits provably leave the image's behaviour alone (or only make it
// smaller and faster); Review edits are shown before they are made.
const (
	Safe Level = iota
	Review
)

// String gives "safe" or "review".
func (l Level) String() string { return [...]string{"safe", "review"}[l] }

// Action is what can be done about one finding: edits, or a refusal.
type Action struct {
	// Rule is the finding's rule.
	Rule *analysis.Rule
	// Title is a verb phrase: "Copy the manifests before the code".
	Title string
	Level Level
	// Edits are disjoint and sorted, on the bytes of the analysed document.
	// Empty exactly when Refusal is not.
	Edits []Edit
	// Note is one sentence for a change annotation: what, why, what to check.
	// Review actions always have one.
	Note string
	// Refusal is the reason why the action is disabled, a whole sentence
	// without full stop; "" when it is not.
	Refusal string
}

// For gives the action for one finding of an analysed document.
func For(res *analysis.Result, f analysis.Finding) Action { return Action{} }

// Options choose what Optimize does.
type Options struct {
	// Level is the highest level of actions taken.
	Level Level
	// Only names the rules to mend; empty means all.
	Only []string
}

// Outcome is what Optimize arrived at.
type Outcome struct {
	// Text is the new text; equal to the old one when nothing was done.
	Text string
	// Edits is the smallest list of edits that turns the old text into Text.
	Edits []Edit
	// Applied are the actions taken, in order.
	Applied []Action
	// Refused are the findings left that an action was refused for, with the
	// span in the *original* text as far as it can be told.
	Refused []Refused
}

// Refused is a finding that could not be mended.
type Refused struct {
	Rule   *analysis.Rule
	Span   source.Span
	Line   int // 0-based, in the original text
	Reason string
}

// Optimize runs the refactorings round after round, each on a freshly parsed
// document, until nothing is left to do.
func Optimize(doc *source.Document, proj *project.Project, rules []*analysis.Rule, opt Options) Outcome {
	return Outcome{Text: doc.Text}
}
