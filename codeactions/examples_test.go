package codeactions_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/analysis/source"
	"restage/codeactions"
	"restage/internal/fixtest"
)

// TestRuleExamples runs every example of testdata/rules through its rule, its
// refactoring and all properties.
func TestRuleExamples(t *testing.T) {
	for _, ex := range fixtest.Examples(t, "../testdata/rules") {
		t.Run(ex.Name(), func(t *testing.T) { fixtest.RunRuleExample(t, ex) })
	}
}

// TestOptimizeExamples runs every example of testdata/actions/optimize.
func TestOptimizeExamples(t *testing.T) {
	for _, ex := range fixtest.Examples(t, "../testdata/actions") {
		t.Run(ex.Name(), func(t *testing.T) { fixtest.RunOptimizeExample(t, ex) })
	}
}

// TestExampleFolders holds the folders of testdata/rules against the list of
// rules, and asks of each rule an example first, mended where the rule can be:
// it is the documentation's before and after.
func TestExampleFolders(t *testing.T) {
	names := fixtest.RuleNames()
	folders, err := filepath.Glob("../testdata/rules/*/")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !slices.Contains(names, filepath.Base(f)) {
			t.Errorf("%s is no rule's folder", f)
		}
	}
	for i, name := range names {
		ex, err := fixtest.ReadExample(filepath.Join("../testdata/rules", name, "1-basic.txtar"))
		if err != nil {
			t.Error(err)
			continue
		}
		_, fixed := ex.Want("fixed")
		_, written := ex.Want("written")
		if !fixed && !written && codeactions.Mends(rules.All()[i]) {
			t.Errorf("%s: the first example has no section \"fixed\" or \"written\"", ex.File)
		}
	}
}

// ladder gives the six rungs of testdata/projects/annapurna.
func ladder(tb testing.TB) []fixtest.Input {
	tb.Helper()
	const dir = "../testdata/projects/annapurna"
	var list []fixtest.Input
	for _, name := range []string{"Dockerfile", "Dockerfile.2", "Dockerfile.3", "Dockerfile.4", "Dockerfile.5", "Dockerfile.6"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, fixtest.Input{Text: string(text), FS: os.DirFS(dir), Path: name})
	}
	return list
}

// TestLadderFindings says which rules speak of each rung, and of no other.
func TestLadderFindings(t *testing.T) {
	gone := [][]string{
		{"venv-in-cache"},
		{"unpinned-installer", "dev-dependencies"},
		{"installer-env", "cache-in-layer"},
		{"copy-before-install", "unsplit-install"},
		{"single-stage", "installer-at-runtime"},
		{"missing-cache-mount"},
	}
	want := []string{}
	for _, r := range rules.All() {
		if r.Family == analysis.Ladder {
			want = append(want, r.Name)
		}
	}
	for i, in := range ladder(t) {
		want = slices.DeleteFunc(want, func(name string) bool { return slices.Contains(gone[i], name) })
		var got []string
		for _, f := range onLadder(in) {
			if !slices.Contains(got, f.Rule.Name) {
				got = append(got, f.Rule.Name)
			}
		}
		slices.Sort(got)
		if w := slices.Sorted(slices.Values(want)); !slices.Equal(got, w) {
			t.Errorf("%s: want %v, got %v", in.Path, w, got)
		}
	}
}

// onLadder are the findings of the ladder's rules.
func onLadder(in fixtest.Input) []analysis.Finding {
	return slices.DeleteFunc(in.Analyse().Findings, func(f analysis.Finding) bool { return f.Rule.Family != analysis.Ladder })
}

// TestLadderTop climbs from every rung: the run ends where no rule speaks, and
// all properties hold on the way.
func TestLadderTop(t *testing.T) {
	for _, in := range ladder(t) {
		t.Run(in.Path, func(t *testing.T) {
			for _, f := range fixtest.AllFlaws(in) {
				t.Error(f)
			}
			out := in.Optimize(codeactions.Options{Level: codeactions.Review})
			if left := onLadder(in.With(out.Text)); len(left) > 0 {
				t.Errorf("left over:\n%s%s", fixtest.FormatFindings(out.Text, left), out.Text)
			}
		})
	}
}

// TestLadderBytes climbs in CRLF, with a byte order mark and without a final
// newline: the steps are the same ones.
func TestLadderBytes(t *testing.T) {
	plain := ladder(t)[0]
	want := plain.Optimize(codeactions.Options{Level: codeactions.Review}).Text
	for name, ex := range map[string]*fixtest.Example{
		"crlf": {CRLF: true}, "bom": {BOM: true}, "nonl": {NoNewline: true}, "all": {CRLF: true, BOM: true, NoNewline: true},
	} {
		in := plain.With(ex.Encode(plain.Text))
		out := in.Optimize(codeactions.Options{Level: codeactions.Review})
		if got := ex.Decode(out.Text); got != want {
			t.Errorf("%s: want\n%s\ngot\n%s", name, want, got)
		}
		if doc := source.Parse(out.Text); len(doc.Problems) > 0 {
			t.Errorf("%s: %v", name, doc.Problems)
		}
	}
}
