package analysis_test

import (
	"slices"
	"testing"

	"restage/analysis"
	"restage/analysis/source"
)

// everyRun is a rule that finds fault with every RUN, from last to first.
var everyRun = &analysis.Rule{Name: "every-run", Aliases: []string{"DL0001", "EveryRun"}, Run: func(p *analysis.Pass) {
	for _, in := range slices.Backward(p.Doc.Instructions) {
		if in.Name == "RUN" {
			p.Report(analysis.Finding{Span: in.Span, Message: "There is a RUN instruction here"})
		}
	}
}}

// lines gives the 0-based lines of findings.
func lines(res *analysis.Result) (list []int) {
	for _, f := range res.Findings {
		list = append(list, res.Doc.Mapper.Position(f.Span.Start, source.UTF8).Line)
	}
	return list
}

// TestOrder asks for findings in file order, whatever order a rule reports in,
// each with the rule that reported it.
func TestOrder(t *testing.T) {
	res := analysis.Analyze(source.Parse("FROM a\nRUN x\nCOPY a b\nRUN y\n"), nil, []*analysis.Rule{everyRun})
	if got := lines(res); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("want lines 1 and 3, got %v", got)
	}
	for _, f := range res.Findings {
		if f.Rule != everyRun {
			t.Errorf("finding of %v", f.Rule)
		}
	}
}

// TestSuppression asks that a comment allows what it names, where it stands.
func TestSuppression(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []int
	}{
		"above an instruction":     {"FROM a\n# restage: allow every-run\nRUN x\nRUN y\n", []int{3}},
		"above the file":           {"# restage: allow every-run\nFROM a\nRUN x\nRUN y\n", nil},
		"below a directive":        {"# syntax=docker/dockerfile:1\n# restage: allow every-run\nFROM a\nRUN x\n", nil},
		"another rule":             {"FROM a\n# restage: allow other-rule\nRUN x\n", []int{2}},
		"several rules":            {"FROM a\n# restage: allow other-rule, every-run\nRUN x\nRUN y\n", []int{3}},
		"with a reason":            {"FROM a\n# restage: allow every-run, since it is slow\nRUN x\nRUN y\n", []int{3}},
		"a name in the reason":     {"FROM a\n# restage: allow other-rule because of every-run\nRUN x\n", []int{2}},
		"ignore":                   {"FROM a\n# restage: ignore=other-rule,every-run it is slow\nRUN x\nRUN y\n", []int{3}},
		"hadolint":                 {"FROM a\n# hadolint ignore=DL3006,DL0001\nRUN x\nRUN y\n", []int{3}},
		"hadolint, another":        {"FROM a\n# hadolint ignore=DL0002\nRUN x\n", []int{2}},
		"hadolint, first":          {"# hadolint ignore=DL0001\nFROM a\nRUN x\n", []int{2}},
		"hadolint, all":            {"FROM a\nRUN x\n# hadolint global ignore=DL0001\nRUN y\n", nil},
		"BuildKit":                 {"# check=skip=Other,everyrun;error=true\nFROM a\nRUN x\n", nil},
		"BuildKit, another":        {"# check=error=true;skip=Other\nFROM a\nRUN x\n", []int{2}},
		"BuildKit, all":            {"# check=skip=all\nFROM a\nRUN x\n", []int{2}},
		"in CRLF":                  {"FROM a\r\n# restage: allow every-run\r\nRUN x\r\nRUN y\r\n", []int{3}},
		"no comment but a command": {"FROM a\nRUN echo '# restage: allow every-run'\nRUN y\n", []int{1, 2}},
		"nothing below":            {"FROM a\nRUN x\n# restage: allow every-run\n", []int{1}},
	} {
		res := analysis.Analyze(source.Parse(c.text), nil, []*analysis.Rule{everyRun})
		if got := lines(res); !slices.Equal(got, c.want) {
			t.Errorf("%s: want lines %v, got %v", name, c.want, got)
		}
	}
}

// TestUnreadable asks for one error and nothing else where BuildKit cannot
// read the file.
func TestUnreadable(t *testing.T) {
	for _, text := range []string{"", "# only a comment\n", "RUN x\n", "FROM a\nUNKNOWN x\nRUN y\n", "FROM a\nRUN <<EOF\nx\n"} {
		res := analysis.Analyze(source.Parse(text), nil, []*analysis.Rule{everyRun})
		for _, f := range res.Findings {
			if f.Rule == everyRun {
				t.Errorf("%q: a rule ran over a file that cannot be built", text)
			}
		}
		if len(res.Findings) == 0 {
			t.Errorf("%q: not a word", text)
		}
	}
}
