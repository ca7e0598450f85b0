package codeactions_test

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"restage/codeactions"
	"restage/internal/corpus"
	"restage/internal/fixtest"
)

// tally is what became of one rule's findings over the corpus.
type tally struct {
	found, mended int
	refused       map[string]int // by reason, names and numbers left out
}

// TestCorpus analyses and mends every real Dockerfile: nothing panics, and all
// properties hold for every finding, for whole runs and in BuildKit's eyes.
// With -v it prints a table of what each rule found, mended and refused.
func TestCorpus(t *testing.T) {
	rules := map[string]*tally{}
	var times []string
	var all time.Duration
	poetry, poetryClean := 0, 0
	for _, c := range corpus.Cases(t) {
		in := fixtest.Input{Text: c.Dockerfile, FS: c.FS, Path: c.Path}
		var list []fixtest.Flaw
		start := time.Now()
		list = append(list, fixtest.Guard(func() []fixtest.Flaw {
			in.Optimize(codeactions.Options{Level: codeactions.Review})
			return nil
		})...)
		took := time.Since(start)
		times, all = append(times, fmt.Sprintf("%9.1fms %s", float64(took.Microseconds())/1000, c.Name)), all+took
		list = append(list, fixtest.Guard(func() []fixtest.Flaw {
			count(rules, in)
			return fixtest.AllFlaws(in)
		})...)
		seen := map[string]bool{}
		for _, f := range list {
			if key := f.Rule + f.Property; !seen[key] {
				seen[key] = true
				t.Errorf("%s: %s", c.Name, f)
			}
		}
		if c.Manager == "poetry" {
			if poetry++; len(list) == 0 {
				poetryClean++
			}
		}
	}
	sort.Sort(sort.Reverse(sort.StringSlice(times)))
	t.Logf("%d Poetry files, %d of them without a flaw; fix --all of all files took %v, the slowest:\n%s", poetry, poetryClean, all.Round(time.Millisecond), strings.Join(times[:min(5, len(times))], "\n"))
	t.Log(table(rules))
}

// count adds one input's findings to the table.
func count(rules map[string]*tally, in fixtest.Input) {
	res := in.Analyse()
	for _, f := range res.Findings {
		r := rules[f.Rule.Name]
		if r == nil {
			r = &tally{refused: map[string]int{}}
			rules[f.Rule.Name] = r
		}
		r.found++
		if act := codeactions.For(res, f); act.Refusal != "" {
			r.refused[act.Refusal]++
		} else {
			r.mended++
		}
	}
}

// table writes what became of each rule's findings, reasons by frequency.
func table(rules map[string]*tally) string {
	var b strings.Builder
	for _, name := range fixtest.RuleNames() {
		r := rules[name]
		if r == nil {
			fmt.Fprintf(&b, "\n%-22s found   0", name)
			continue
		}
		fmt.Fprintf(&b, "\n%-22s found %3d, mended %3d, refused %3d", name, r.found, r.mended, r.found-r.mended)
		var reasons []string
		for reason, n := range r.refused {
			reasons = append(reasons, fmt.Sprintf("\n    %3d %s", n, reason))
		}
		slices.SortFunc(reasons, func(a, b string) int { return strings.Compare(b, a) })
		b.WriteString(strings.Join(reasons, ""))
	}
	return b.String()
}
