package fixtest

import (
	"testing"

	"restage/analysis"
	"restage/analysis/source"
	"restage/codeactions"
)

// CheckFixAll reports what does not hold of whole runs over the input.
func CheckFixAll(t testing.TB, in Input) {
	t.Helper()
	report(t, in, FixAllFlaws(in))
}

// Optimize runs all refactorings over the input as the command line would.
func (in Input) Optimize(opt codeactions.Options) codeactions.Outcome {
	doc := source.Parse(in.Text)
	p := in.project(doc)
	return codeactions.Optimize(analysis.Analyze(doc, p, in.rules(p)), opt)
}

// FixAllFlaws checks the whole runs of an input: the safe one, the one with
// reviewed actions, and every rule on its own. Each one ends, its edits give
// its text, BuildKit parses the result, no error has come up, and a second run
// changes nothing.
func FixAllFlaws(in Input) []Flaw {
	var list []Flaw
	list = append(list, runFlaws(in, "", codeactions.Options{Level: codeactions.Safe})...)
	list = append(list, runFlaws(in, "", codeactions.Options{Level: codeactions.Review})...)
	seen := map[string]bool{}
	for _, f := range in.Analyse().Findings {
		if r := f.Rule.Name; listed(f.Rule) && !seen[r] {
			seen[r] = true
			list = append(list, runFlaws(in, r, codeactions.Options{Level: codeactions.Review, Only: []string{r}})...)
		}
	}
	return list
}

// runFlaws checks one run.
func runFlaws(in Input, rule string, opt codeactions.Options) []Flaw {
	fl := &flaws{text: in.Text, rule: rule}
	out := in.Optimize(opt)
	if !fl.editFlaws(in.Text, out.Edits) {
		return fl.list
	}
	if got := Apply(in.Text, out.Edits); got != out.Text {
		fl.add("the run's edits give its text", "they differ from byte %d on", commonPrefix(got, out.Text))
	}
	fl.fileFlaws(in, out.Files)
	if out.Text == in.Text && (len(out.Edits) > 0 || len(out.Applied) > 0 && len(out.Files) == 0) {
		fl.add("a run that changes nothing applies nothing", "%d edits, %d applied", len(out.Edits), len(out.Applied))
	}
	if out.Text != in.Text && len(out.Applied) == 0 {
		fl.add("a run says what it applied", "text changed, Applied is empty")
	}
	fl.outcomeFlaws(in.Text, out, opt)
	fl.byteFlaws(in.Text, out.Text)
	fl.tidyFlaws(in.Text, out.Text)
	fl.clientFlaws(in.Text, out.Edits, out.Text)
	fl.ownerFlaws(out)
	fl.parseFlaws(in.Text, out.Text)
	fl.leftFlaws(in, out, opt)
	again := in.With(out.Text).WithFiles(out.Files).Optimize(opt)
	if again.Text != out.Text || len(again.Files) > 0 {
		fl.add("a second run changes nothing", "level %v, only %v: after the first:\n%s\nafter the second:\n%s", opt.Level, opt.Only, out.Text, again.Text)
	}
	return fl.list
}

// outcomeFlaws checks what a run says of itself.
func (fl *flaws) outcomeFlaws(text string, out codeactions.Outcome, opt codeactions.Options) {
	for _, a := range out.Applied {
		if a.Level > opt.Level {
			fl.add("a run keeps to its level", "it applied %q", a.Title)
		}
		if a.Refusal != "" {
			fl.add("a run applies no refusal", "%q", a.Title)
		}
		if len(opt.Only) == 1 && a.Rule.Name != opt.Only[0] {
			fl.add("a run keeps to its rules", "only %s, but applied one of %s", opt.Only[0], a.Rule.Name)
		}
	}
	lines := source.NewMapper(text).Lines()
	for _, r := range out.Refused {
		if r.Rule == nil {
			fl.add("a refused finding has a rule", "%q", r.Reason)
			continue
		}
		if why := fl.badRefusal(r.Reason); why != "" {
			fl.add("refusal names a reason", "%s: %s: %q", r.Rule.Name, why, r.Reason)
		}
		if r.Line < 0 || r.Line >= lines {
			fl.add("a refused finding has a line of the original", "%d of %d", r.Line, lines)
		}
		if why := badSpan(text, r.Span); why != "" {
			fl.add("a refused finding has a place in the original", "%s", why)
		}
	}
}

// leftFlaws checks the findings that a run has left: no error that was not
// there, and each one within the run's reach has been refused for a reason.
func (fl *flaws) leftFlaws(in Input, out codeactions.Outcome, opt codeactions.Options) {
	was := tally(in.Analyse().Findings)
	res := in.With(out.Text).WithFiles(out.Files).Analyse()
	is := tally(res.Findings)
	refused := map[string]bool{}
	for _, r := range out.Refused {
		if r.Rule != nil {
			refused[r.Rule.Name] = true
		}
	}
	for _, f := range res.Findings {
		if f.Level() == analysis.Error && ruleCount(was, f.Rule.Name) == 0 && is[keyOf(f)] > was[keyOf(f)] {
			fl.add("no new error", "%s: %s; the text is now:\n%s", f.Rule.Name, f.Message, out.Text)
		}
		if !listed(f.Rule) || len(opt.Only) > 0 && f.Rule.Name != opt.Only[0] || len(opt.Only) == 0 && codeactions.Asked(f.Rule) {
			continue
		}
		act := codeactions.For(res, f)
		if act.Refusal == "" && act.Level <= opt.Level {
			fl.add("a run leaves nothing that it could mend", "%s: %s; the text is now:\n%s", f.Rule.Name, f.Message, out.Text)
		}
		if act.Refusal != "" && !refused[f.Rule.Name] {
			fl.add("what a run leaves it has refused", "%s: %s (%s)", f.Rule.Name, f.Message, act.Refusal)
		}
	}
}

// ownerFlaws checks that every edit of a run is the work of actions it applied.
func (fl *flaws) ownerFlaws(out codeactions.Outcome) {
	if len(out.By) != len(out.Edits) {
		fl.add("edits have owners", "%d edits, %d lists of owners", len(out.Edits), len(out.By))
		return
	}
	for i, by := range out.By {
		if len(by) == 0 {
			fl.add("edits have owners", "%q has none", out.Edits[i].New)
		}
		for _, a := range by {
			if a < 0 || a >= len(out.Applied) {
				fl.add("edits have owners", "%d of %d", a, len(out.Applied))
			}
		}
	}
}
