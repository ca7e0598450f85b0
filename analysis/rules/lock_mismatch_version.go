package rules

import (
	"fmt"
	"slices"

	"restage/analysis"
	"restage/analysis/python"
)

// tooOldForProject says that a pinned Poetry does not take the pyproject.toml:
// without [project], which came with 2.0, it misses the name
// (docs/poetry-versions.md has the runs); since 2.0 it heeds requires-poetry.
func tooOldForProject(p *analysis.Pass, in *analysis.Install) (f analysis.Finding, ok bool) {
	py := p.Project.Pyproject
	if py == nil || !in.VersionKnown {
		return f, false
	}
	v := in.Version
	if requires, err := python.ParseConstraint(py.RequiresPoetry); err == nil && v.AtLeast(2, 0) && !requires.Allows(v) {
		return mismatch(p, in, fmt.Sprintf("pyproject.toml says requires-poetry = %q, and this build installs Poetry %s: it stops here", py.RequiresPoetry, v)), true
	}
	// Poetry 1.8 wants no name where package-mode is false.
	if py.PEP621 && !py.PoetryName && !v.AtLeast(2, 0) && (py.PackageMode || !v.AtLeast(1, 8)) {
		return mismatch(p, in, fmt.Sprintf("the project is described in [project], which Poetry reads since 2.0, and this build installs %s: it stops here; pin %s", v, newer(p, in))), true
	}
	return f, false
}

// unreadableLock says that a pinned Poetry cannot read the lock file's format.
func unreadableLock(p *analysis.Pass, in *analysis.Install) (f analysis.Finding, ok bool) {
	lock := p.Project.Lock
	if !in.VersionKnown {
		return f, false
	}
	if reads, _ := python.CanReadLock(in.Version, lock.Version, lock.Version != ""); reads {
		return f, false
	}
	format := "has lock-version " + lock.Version
	if lock.Version == "" {
		format = "has no lock-version"
	}
	return mismatch(p, in, fmt.Sprintf("poetry.lock %s, which Poetry %s does not read: the build stops here; pin %s", format, in.Version, newer(p, in))), true
}

// otherSum says that the content-hash is right for other versions of Poetry,
// but not for the pinned one.
func otherSum(p *analysis.Pass, in *analysis.Install) (f analysis.Finding, ok bool) {
	lock, v := p.Project.Lock, in.Version
	sums := p.Project.Pyproject.ContentHashes
	if !in.VersionKnown || len(sums) == 0 || lock.ContentHash == "" {
		return f, false
	}
	own, first, last := 0, -1, -1
	for i, h := range sums {
		since, known := python.ParseVersion(h.Since)
		if !known {
			return f, false
		}
		if !v.Less(since) {
			own = i
		}
		if h.Hash == lock.ContentHash {
			last = i
			if first < 0 {
				first = i
			}
		}
	}
	accepted := []string{sums[own].Hash}
	if writer, known := python.ParseVersion(lock.Generator); v.AtLeast(2, 3) && known && !writer.AtLeast(2, 3) {
		// _is_fresh of 2.3 and later falls back to the sum of 2.0.
		for _, h := range sums {
			if h.Since == "2.0" {
				accepted = append(accepted, h.Hash)
			}
		}
	}
	if first < 0 || slices.Contains(accepted, lock.ContentHash) {
		return f, false
	}
	cost := "stops here"
	if !v.AtLeast(1, 8) {
		cost = "warns, and may miss what it does not know"
	}
	writers, mend := "Poetry "+sums[first].Since+" and later", "pin "+newer(p, in)
	if last < own {
		writers, mend = "Poetry before "+sums[last+1].Since, "run `poetry lock`"
	}
	f = mismatch(p, in, fmt.Sprintf("the content-hash of poetry.lock is the sum that %s makes, and this build installs %s, which sums up other tables of pyproject.toml: it %s; %s",
		writers, v, cost, mend))
	if !v.AtLeast(1, 8) {
		f.Severity = analysis.Warning
	}
	return f, true
}

// mismatch is a finding about the pinned version, with the place of the pin.
func mismatch(p *analysis.Pass, in *analysis.Install, message string) analysis.Finding {
	f := analysis.Finding{Span: in.Cmd.Span, Subject: in, Message: message}
	if i := in.Installer; i != nil && i.Cmd != nil {
		f.Related = append(f.Related, analysis.Related{Span: i.Cmd.Span, Message: "Poetry " + in.Version.String() + " is installed here"})
	}
	return f
}

// newer names the Poetry that fits the lock file, or what it has to be.
func newer(p *analysis.Pass, in *analysis.Install) string {
	if lock := p.Project.Lock; lock != nil && lock.Generator != "" {
		return lock.Generator + ", which wrote the lock file"
	}
	if in.Version.AtLeast(2, 0) {
		return "the one that writes your lock file, or lock again"
	}
	return "a newer one"
}
