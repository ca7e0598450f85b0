package project

import (
	"path"
	"strings"
	"testing"
	"time"

	"restage/analysis/source"
	"restage/internal/corpus"
)

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
		want := strings.TrimPrefix(c.LockToolVersion, "poetry ")
		if !strings.HasPrefix(c.LockToolVersion, "poetry ") {
			want = ""
		}
		if p.Lock.Generator != want || p.Lock.Version != c.LockVersion {
			t.Logf("%s: lock by %q version %q, want %q version %q, broken %v", c.Name, p.Lock.Generator, p.Lock.Version, c.LockToolVersion, c.LockVersion, p.Lock.Broken)
		}
	}
	t.Logf("contexts %d, wrong %d; projects %d, wrong %d; managers %d, other %d; locks %d; %v in all",
		contexts, contextMisses, projects, projectMisses, managers, managerMisses, locks, spent)
}
