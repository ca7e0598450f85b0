package project

import (
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"restage/analysis/source"
	"restage/internal/corpus"
)

// TestCorpus holds the context, the project and the lock file that Find finds
// against what is known of each case.
func TestCorpus(t *testing.T) {
	var contexts, contextMisses, projects, projectMisses, managers, managerMisses, locks int
	var spent time.Duration
	for _, c := range corpus.Cases(t) {
		doc := source.Parse(c.Dockerfile)
		start := time.Now()
		p := Find(c.FS, c.Path, doc)
		spent += time.Since(start)

		sure := !strings.HasPrefix(c.ContextSource, "workflow:")
		if sure {
			contexts++
		}
		if p.Context != c.ContextDir {
			if sure {
				contextMisses++
			}
			t.Logf("%s: context %q from %s, want %q from %s", c.Name, p.Context, p.ContextFrom, c.ContextDir, c.ContextSource)
		}
		if c.PyprojectPath != "" {
			projects++
			if got := path.Join(p.Context, p.Dir, "pyproject.toml"); got != c.PyprojectPath || p.Pyproject == nil {
				projectMisses++
				t.Logf("%s: pyproject %q %v, want %q", c.Name, got, p.Candidates, c.PyprojectPath)
			}
		}
		managers++
		if p.Manager != c.Manager {
			managerMisses++
			t.Logf("%s: manager %q, want %q (%v)", c.Name, p.Manager, c.Manager, c.ManagersSeen)
		}
		for _, problem := range p.Problems {
			t.Logf("%s: problem %+v", c.Name, problem)
		}
		if path.Base(c.LockPath) != "poetry.lock" || path.Dir(c.LockPath) != path.Join(p.Context, p.Dir) {
			continue
		}
		locks++
		if p.Lock == nil {
			t.Errorf("%s: no lock", c.Name)
			continue
		}
		// Locks before 1.4 name no version: "poetry ? (lock-version 1.1)".
		want := strings.TrimPrefix(c.LockToolVersion, "poetry ")
		if strings.HasPrefix(want, "?") {
			want = ""
		}
		if p.Lock.Generator != want || p.Lock.Version != c.LockVersion {
			t.Errorf("%s: lock by %q version %q, want %q version %q, broken %v", c.Name, p.Lock.Generator, p.Lock.Version, c.LockToolVersion, c.LockVersion, p.Lock.Broken)
		}
	}
	// The corpus itself guesses where nothing tells, so some misses are right.
	if contextMisses*100 > 3*contexts || projectMisses*100 > 5*projects {
		t.Error("too many projects are found in the wrong place")
	}
	t.Logf("contexts %d, wrong %d; projects %d, wrong %d; managers %d, other %d; locks %d; %v in all",
		contexts, contextMisses, projects, projectMisses, managers, managerMisses, locks, spent)
}

// TestConcurrentUse asks one Finder and one Project from many goroutines, for
// the race detector.
func TestConcurrentUse(t *testing.T) {
	cases := corpus.Cases(t)
	c := cases[0]
	finder := NewFinder(c.FS)
	doc := source.Parse(c.Dockerfile)
	shared := finder.Find(c.Path, doc)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for _, p := range []*Project{shared, finder.Find(c.Path, doc)} {
				names, _ := p.Files()
				for _, name := range names[:min(len(names), 50)] {
					p.InContext(name)
					p.Ignore.Line(name)
				}
				p.TopEntries()
				p.Glob("*")
				p.Procfile()
				p.Used("x")
			}
		})
	}
	wait.Wait()
}

func BenchmarkFind(b *testing.B) {
	cases := corpus.Cases(b)
	docs := make([]*source.Document, len(cases))
	for i, c := range cases {
		docs[i] = source.Parse(c.Dockerfile)
	}
	for b.Loop() {
		for i, c := range cases {
			Find(c.FS, c.Path, docs[i])
		}
	}
}
