package fixtest

import (
	"slices"
	"strings"
	"testing"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/codeactions"
)

// RunRuleExample checks one example of a rule: the findings listed, what the
// folder's refactoring makes of the first one (or of all), and every property
// for all findings and for whole runs.
func RunRuleExample(t *testing.T, ex *Example) {
	in := ex.Input()
	res := in.Analyse()
	ex.Expect(t, "findings", FormatFindings(strings.TrimPrefix(in.Text, "\ufeff"), ex.listed(in, res)))
	fixed, written, refused := ex.outcome(in, res)
	ex.Expect(t, "fixed", fixed)
	ex.Expect(t, "written", written)
	ex.Expect(t, "refused", refused)
	checkEverything(t, in)
}

// listed are the findings that an example lists, their columns not moved by a
// byte order mark.
func (ex *Example) listed(in Input, res *analysis.Result) []analysis.Finding {
	var list []analysis.Finding
	for _, f := range res.Findings {
		if ex.Only == "" || f.Rule.Name == ex.Only {
			if strings.HasPrefix(in.Text, "\ufeff") {
				f.Span.Start, f.Span.End = f.Span.Start-len("\ufeff"), f.Span.End-len("\ufeff")
			}
			list = append(list, f)
		}
	}
	return list
}

// outcome is the text that the folder's refactoring gives, those of the other
// files that it changes, or its reason.
func (ex *Example) outcome(in Input, res *analysis.Result) (fixed, written, refused string) {
	if ex.All {
		out := in.Optimize(codeactions.Options{Level: codeactions.Review, Only: []string{ex.Folder}})
		for _, r := range out.Refused {
			refused += r.Reason + "\n"
		}
		if out.Text != in.Text {
			fixed = ex.Decode(out.Text)
		}
		return fixed, files(out.Files), refused
	}
	for _, f := range res.Findings {
		if f.Rule.Name != ex.Folder || !codeactions.Mends(f.Rule) {
			continue
		}
		act := codeactions.For(res, f)
		if act.Refusal != "" {
			return "", "", act.Refusal + "\n"
		}
		if after := applyChecked(in.Text, act.Edits); after != "\x00" && after != in.Text {
			fixed = ex.Decode(after)
		}
		return fixed, files(act.Files), ""
	}
	return "", "", ""
}

// files writes changes of other files for an example: a line with the name,
// then the text.
func files(changes []codeactions.FileChange) string {
	var b strings.Builder
	for _, c := range changes {
		b.WriteString(c.Path + map[bool]string{true: " (created)", false: ""}[c.Created] + ":\n" + strings.ReplaceAll(c.New, "\r\n", "\n"))
	}
	return b.String()
}

// RunOptimizeExample checks one example of whole runs: "fixed" is what all
// actions make of the file, "safe" what the safe ones do, "refused" the rules
// that were refused with their reasons.
func RunOptimizeExample(t *testing.T, ex *Example) {
	in := ex.Input()
	res := in.Analyse()
	ex.Expect(t, "findings", FormatFindings(strings.TrimPrefix(in.Text, "\ufeff"), ex.listed(in, res)))
	out := in.Optimize(codeactions.Options{Level: codeactions.Review})
	fixed, refused := "", ""
	if out.Text != in.Text {
		fixed = ex.Decode(out.Text)
	}
	for _, r := range out.Refused {
		refused += r.Rule.Name + ": " + r.Reason + "\n"
	}
	ex.Expect(t, "fixed", fixed)
	ex.Expect(t, "refused", refused)
	safe := ""
	if out := in.Optimize(codeactions.Options{Level: codeactions.Safe}); out.Text != in.Text {
		safe = ex.Decode(out.Text)
	}
	ex.Expect(t, "safe", safe)
	checkEverything(t, in)
}

// checkEverything checks all properties of one input, BuildKit's view of every
// single action and of the whole run included.
func checkEverything(t *testing.T, in Input) {
	t.Helper()
	report(t, in, AllFlaws(in))
}

// AllFlaws checks all properties of one input: of its findings, of the action
// of each, of whole runs, and what BuildKit says of each rewritten text.
func AllFlaws(in Input) []Flaw {
	res := in.Analyse()
	list := FindingFlaws(in, res)
	for _, f := range res.Findings {
		act := codeactions.For(res, f)
		list = append(list, FixFlaws(in, res, act, f)...)
		if after := applyChecked(in.Text, act.Edits); act.Refusal == "" && len(act.Edits) > 0 && after != "\x00" {
			list = append(list, named(f.Rule.Name, meant(f.Rule.Name, OracleFlaws(in.Text, after)))...)
		}
	}
	list = append(list, FixAllFlaws(in)...)
	out := in.Optimize(codeactions.Options{Level: codeactions.Review})
	return append(list, OracleFlaws(in.Text, out.Text)...)
}

// meant leaves out what a refactoring is for: one that has to be asked for
// changes what the image is configured to run as, or takes a stage away.
func meant(rule string, list []Flaw) []Flaw {
	return slices.DeleteFunc(list, func(f Flaw) bool {
		return rule == "root-user" && strings.HasPrefix(f.Detail, "USER was ") || rule == "unused-stage" && f.Property == "no target is lost"
	})
}

// named gives flaws the rule they belong to.
func named(rule string, list []Flaw) []Flaw {
	for i := range list {
		list[i].Rule = rule
	}
	return list
}

// RuleNames are the names of all rules, in display order.
func RuleNames() []string {
	var names []string
	for _, r := range rules.All() {
		names = append(names, r.Name)
	}
	return names
}
