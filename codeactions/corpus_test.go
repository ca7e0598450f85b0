package codeactions_test

import (
	"slices"
	"testing"
	"time"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/codeactions"
	"restage/internal/corpus"
	"restage/internal/fixtest"
)

// study is what a run over the corpus saw.
type study struct {
	rules   map[string]*tally
	numbers numbers
	times   []timing
	flaws   int
}

// tally is what became of one rule's findings over the corpus.
type tally struct {
	// found findings, mended of them each on its own, refused by reason.
	found, mended int
	refused       map[string]int
	// left are the findings that a whole run of all refactorings leaves.
	left int
}

// timing is how long one file took.
type timing struct {
	name       string
	check, fix time.Duration
}

// TestCorpus analyses and mends every real Dockerfile: nothing panics, all
// properties hold for every finding, for whole runs and in BuildKit's eyes, and
// no count is worse than the recorded one. With -corpus.out it writes what it
// saw as a page of the documentation.
func TestCorpus(t *testing.T) {
	s := &study{rules: map[string]*tally{}}
	for _, name := range studied() {
		s.rules[name] = &tally{refused: map[string]int{}}
	}
	for _, c := range corpus.Cases(t) {
		in := fixtest.Input{Text: c.Dockerfile, FS: c.FS, Path: c.Path}
		list := fixtest.Guard(func() []fixtest.Flaw {
			s.one(c, in)
			return fixtest.AllFlaws(in)
		})
		s.flaws += len(list)
		seen := map[string]bool{}
		for _, f := range list {
			if key := f.Rule + f.Property; !seen[key] {
				seen[key] = true
				t.Errorf("%s: %s", c.Name, f)
			}
		}
	}
	if s.flaws == 0 {
		s.compare(t)
	}
	s.write(t)
}

// studied are the names of the rules that are on by themselves.
func studied() []string {
	return slices.DeleteFunc(fixtest.RuleNames(), func(name string) bool {
		return slices.ContainsFunc(rules.All(), func(r *analysis.Rule) bool { return r.Off && r.Name == name })
	})
}

// one adds one file to the study.
func (s *study) one(c corpus.Case, in fixtest.Input) {
	start := time.Now()
	res := in.Analyse()
	checked := time.Now()
	out := in.Optimize(codeactions.Options{Level: codeactions.Review})
	s.times = append(s.times, timing{c.Name, checked.Sub(start), time.Since(checked)})
	for _, f := range res.Findings {
		if r := s.rules[f.Rule.Name]; r != nil {
			r.count(res, f)
		}
	}
	for _, left := range out.Refused {
		if r := s.rules[left.Rule.Name]; r != nil {
			r.left++
		}
	}
	after := in.With(out.Text).Analyse()
	s.numbers.add(c.Manager == "poetry", res, after.Facts, out)
}

// count adds one finding and what its action alone does.
func (r *tally) count(res *analysis.Result, f analysis.Finding) {
	r.found++
	if !codeactions.Mends(f.Rule) {
		return
	}
	if act := codeactions.For(res, f); act.Refusal != "" {
		r.refused[generic(act.Refusal)]++
	} else {
		r.mended++
	}
}
