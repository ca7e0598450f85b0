package codeactions_test

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"restage/internal/corpus"
	"restage/internal/fixtest"
)

var (
	mutations = flag.Int("mutations", 2000, "how many mutated Dockerfiles TestMutations tries")
	seed      = flag.Uint64("mutations.seed", 1, "where TestMutations starts")
)

// TestMutations deletes, doubles, swaps and splits lines of the examples and,
// where it is present, of the corpus: nothing panics, no edit spoils a file.
// The slowest inputs are shown with -v.
func TestMutations(t *testing.T) {
	inputs := seeds(t)
	t.Run("with the corpus", func(t *testing.T) {
		inputs = append(inputs, corpusInputs(t)...)
	})
	rng := rand.New(rand.NewPCG(*seed, 2))
	var slowest time.Duration
	slow, seen := "", map[string]int{}
	for n := range *mutations {
		in := inputs[rng.IntN(len(inputs))]
		in = in.With(fixtest.Mutate(rng, in.Text))
		list, took := fixtest.MutationFlaws(in)
		if took > slowest {
			slowest, slow = took, in.Text
		}
		for _, f := range list {
			if seen[f.Property]++; seen[f.Property] <= 3 {
				t.Errorf("mutation %d: %s\nthe input was:\n%s", n, f, in.Text)
			}
		}
	}
	for property, n := range seen {
		t.Errorf("%d mutations in all: %s", n, property)
	}
	if t.Logf("slowest of %d: %v", *mutations, slowest); slowest > time.Second {
		t.Logf("it was:\n%s", slow)
	}
}

// corpusInputs are the cases of the corpus; it skips where that is absent.
func corpusInputs(t testing.TB) []fixtest.Input {
	var list []fixtest.Input
	for _, c := range corpus.Cases(t) {
		list = append(list, fixtest.Input{Text: c.Dockerfile, FS: c.FS, Path: c.Path})
	}
	return list
}

// TestCrashers runs the inputs that once broke something.
func TestCrashers(t *testing.T) {
	files, err := filepath.Glob("testdata/crashers/*.Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		in := fixtest.Input{Text: string(text), FS: fuzzProject, Path: "Dockerfile"}
		for _, flaw := range fixtest.Guard(func() []fixtest.Flaw { return fixtest.AllFlaws(in) }) {
			t.Errorf("%s: %s", f, flaw)
		}
	}
}
