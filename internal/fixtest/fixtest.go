// Package fixtest is what all tests of the engine share: the properties that
// every finding, every refactoring and every whole run must have, the runner
// of the examples in testdata, BuildKit as an oracle, and generators of
// Dockerfiles. It is imported by tests only.
//
// The properties are checked by functions that give a list of Flaws, so that a
// test over many inputs can collect them; CheckFix and CheckFixAll report them
// to a testing.TB.
package fixtest

import (
	"fmt"
	"io/fs"
	"sort"
	"testing"
	"testing/fstest"

	"restage/analysis"
	"restage/analysis/config"
	"restage/analysis/project"
	"restage/analysis/rules"
	"restage/analysis/source"
	"restage/codeactions"
)

// Input is one Dockerfile with the files around it.
type Input struct {
	// Text is the Dockerfile's text, byte for byte.
	Text string
	// FS holds the project; nil when there is none.
	FS fs.FS
	// Path is the Dockerfile's slash path in FS.
	Path string
	// On names a rule that is looked for even if it is off by itself.
	On string
}

// With gives the same input with another text.
func (in Input) With(text string) Input {
	in.Text = text
	return in
}

// WithFiles gives the same input with other files of the project changed.
func (in Input) WithFiles(changes []codeactions.FileChange) Input {
	if len(changes) == 0 {
		return in
	}
	over := changed{in.FS, fstest.MapFS{}}
	for _, c := range changes {
		over.files[c.Path] = &fstest.MapFile{Data: []byte(c.New), Mode: 0o644}
	}
	in.FS = over
	return in
}

// changed is a file system with some files of another text.
type changed struct {
	fs.FS
	files fstest.MapFS
}

// Open implements fs.FS.
func (c changed) Open(name string) (fs.File, error) {
	if c.files[name] != nil {
		return c.files.Open(name)
	}
	return c.FS.Open(name)
}

// Analyse runs all rules over the input.
func (in Input) Analyse() *analysis.Result {
	doc := source.Parse(in.Text)
	p := in.project(doc)
	return analysis.Analyze(doc, p, in.rules(p))
}

// rules are all that the input is held against, with the options that its
// project chooses.
func (in Input) rules(p *project.Project) []*analysis.Rule {
	chosen := analysis.Levels{}
	for _, r := range rules.All() {
		if r.Off && r.Name == in.On {
			chosen[r.Name] = r.Severity
		}
	}
	return config.Of(p, rules.All()).Choices.Rules(chosen.Rules(rules.All()))
}

// project reads the input's project as the command line would.
func (in Input) project(doc *source.Document) *project.Project {
	if in.FS == nil {
		return nil
	}
	return project.Find(in.FS, in.Path, doc)
}

// Flaw is one property that does not hold.
type Flaw struct {
	// Property names it in a few words, the same for all inputs.
	Property string
	// Rule is the rule whose refactoring or finding is at fault; "" for whole runs.
	Rule string
	// Detail says what was seen.
	Detail string
}

func (f Flaw) String() string {
	if f.Rule == "" {
		return f.Property + ": " + f.Detail
	}
	return f.Rule + ": " + f.Property + ": " + f.Detail
}

// flaws collects what does not hold for one rule.
type flaws struct {
	text string // of the input
	rule string
	list []Flaw
}

func (fl *flaws) add(property, format string, args ...any) {
	fl.list = append(fl.list, Flaw{property, fl.rule, fmt.Sprintf(format, args...)})
}

// report gives the flaws to t, one error each, and shows the input once.
func report(t testing.TB, in Input, list []Flaw) {
	t.Helper()
	for _, f := range list {
		t.Errorf("%s", f)
	}
	if len(list) > 0 {
		t.Logf("the input (%s) was:\n%s", in.Path, in.Text)
	}
}

// CheckFindings reports what is wrong with the findings themselves.
func CheckFindings(t testing.TB, in Input) {
	t.Helper()
	report(t, in, FindingFlaws(in, in.Analyse()))
}

// FindingFlaws checks all findings of one analysed input: spans in bounds and
// on borders of characters, file order, whole messages, no doubles.
func FindingFlaws(in Input, res *analysis.Result) []Flaw {
	fl := &flaws{text: in.Text}
	seen := map[string]bool{}
	for _, f := range res.Findings {
		if f.Rule == nil {
			fl.add("finding has a rule", "%q has none", f.Message)
			continue
		}
		fl.rule = f.Rule.Name
		if why := badSpan(in.Text, f.Span); why != "" {
			fl.add("finding's span", "%s", why)
		}
		for _, r := range f.Related {
			if r.Path == "" {
				if why := badSpan(in.Text, r.Span); why != "" {
					fl.add("related place's span", "%s", why)
				}
			}
			if r.Message == "" {
				fl.add("related place has a message", "the one at %v has none", r.Span)
			}
		}
		if why := fl.badSentence(f.Message); why != "" {
			fl.add("finding's message", "%s: %q", why, f.Message)
		}
		key := fmt.Sprintf("%s %v %s", f.Rule.Name, f.Span, f.Message)
		if seen[key] {
			fl.add("each finding once", "%s", key)
		}
		seen[key] = true
	}
	fl.rule = ""
	if !sort.SliceIsSorted(res.Findings, func(i, j int) bool {
		return res.Findings[i].Span.Start < res.Findings[j].Span.Start
	}) {
		fl.add("findings in file order", "%s", FormatFindings(in.Text, res.Findings))
	}
	return fl.list
}
