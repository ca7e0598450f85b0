package rules

import (
	"path"
	"slices"

	"restage/analysis"
)

// lockMismatch finds installs that read a lock file which was written for
// another pyproject.toml.
var lockMismatch = &analysis.Rule{
	Name:     "lock-mismatch",
	Title:    "The lock file does not fit the project",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: "`poetry.lock`" + ` says for which dependencies it was written: its content-hash is a sum of the tables of pyproject.toml that
decide what is locked. Where somebody changed those and did not lock again, Poetry 1.8 and later stop ` + "`poetry install`" + ` with
"pyproject.toml changed significantly since poetry.lock was last generated"; older versions warn, and install what the old lock
file says: a new dependency is then missing in the image.

restage computes the sum as every version of Poetry does (` + "`poetry/packages/locker.py`" + ` of 1.1 to 2.4) and reports a lock file that is
right for none of them, or not for the Poetry that is pinned. Only Poetry can mend it: ` + "`poetry lock`" + ` (with ` + "`--no-update`" + ` before 2.0).

Two more things can keep a pinned Poetry from reading what is there, and stop the build at once: a lock file in a format that it does not know
(2.0, written since 1.3, needs 1.2.2; files without lock-version are refused since 2.0), and a pyproject.toml that wants a newer one: its
name is in ` + "`[project]`" + ` alone, which Poetry reads since 2.0, or ` + "`requires-poetry`" + ` excludes it, which Poetry heeds since 2.0.

Sources: [Poetry's change log](https://python-poetry.org/history/) (1.2.2, 1.3.0, 1.8.0, 2.0.0, 2.3.0),
[locker.py](https://github.com/python-poetry/poetry/blob/2.4.1/src/poetry/packages/locker.py).`,
	Run: func(p *analysis.Pass) {
		for _, in := range p.Installs {
			if f, ok := tooOldForProject(p, in); ok && readsContext(p, in, "pyproject.toml") {
				p.Report(f)
				continue
			}
			if p.Project.Lock == nil || p.Project.Pyproject == nil || p.Project.Lock.Broken || !in.Deps || !readsContext(p, in, "pyproject.toml", "poetry.lock") {
				continue
			}
			if f, ok := unreadableLock(p, in); ok {
				p.Report(f)
			} else if p.Project.LockOutOfDate() {
				p.Report(staleLock(p, in))
			} else if f, ok := otherSum(p, in); ok {
				p.Report(f)
			}
		}
	},
}

// staleLock is the finding of one install.
func staleLock(p *analysis.Pass, in *analysis.Install) analysis.Finding {
	f := analysis.Finding{Span: in.Cmd.Span, Subject: in}
	what := "poetry.lock was written for other dependencies than pyproject.toml has now: "
	cost := "Poetry 1.8 and later stop the build here"
	switch v := in.Version; {
	case v.Parts == 0:
	case v.AtLeast(1, 8):
		cost = "Poetry " + v.String() + " stops the build here"
	default:
		f.Severity = analysis.Warning
		cost = "Poetry " + v.String() + " warns and installs the old ones"
	}
	lock := "poetry lock"
	if v := in.Version; v.Parts > 0 && !v.AtLeast(2, 0) {
		lock = "poetry lock --no-update"
	}
	f.Message = what + cost + "; run `" + lock + "`"
	py := p.Project.Pyproject
	f.Cause = &analysis.Related{Path: py.Path, Span: py.DependenciesSpan, Message: "poetry.lock was written for other dependencies than these; run `" + lock + "`"}
	f.Related = []analysis.Related{
		{Path: py.Path, Span: py.DependenciesSpan, Message: "what pyproject.toml asks for now"},
		{Path: p.Project.Lock.Path, Line: p.Project.Lock.HashLine, Message: "the content-hash of what it was written for"},
	}
	return f
}

// readsContext says whether an install reads the context's own manifests, as
// they are.
func readsContext(p *analysis.Pass, in *analysis.Install, manifests ...string) bool {
	if !in.DirKnown {
		return false
	}
	for _, name := range manifests {
		rel := p.Project.Manifest(name)
		if rel == "" {
			return false
		}
		if at, _ := p.ArrivesAt(in.Step, rel); at != path.Join(in.Dir, name) {
			return false
		}
	}
	for _, st := range in.Step.Stage.Chain() {
		if slices.ContainsFunc(p.Supplies(st), func(s *analysis.Supply) bool {
			return s.Cmd.Span.Start < in.Cmd.Span.Start && (s.Kind == analysis.SupplyLock || s.Kind == analysis.SupplyPoetryOther)
		}) {
			return false
		}
		for _, s := range st.Steps {
			if s.Span.Start <= in.Step.Span.Start && changesManifest(s, in) {
				return false
			}
		}
	}
	return true
}

// changesManifest says whether a RUN does something with a manifest that is
// not Poetry's: a sed, a cp, a heredoc.
func changesManifest(s *analysis.Step, in *analysis.Install) bool {
	if s.Name != "RUN" {
		return false
	}
	for _, cmd := range s.Commands() {
		if cmd.Span.Start >= in.Cmd.Span.Start {
			return false
		}
		for _, w := range cmd.Words {
			if base := path.Base(w.Value); base == "pyproject.toml" || base == "poetry.lock" {
				return true
			}
		}
	}
	return false
}
