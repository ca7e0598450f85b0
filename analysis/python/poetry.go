package python

import "slices"

// series is one X.Y line of Poetry with the Pythons that its releases
// declare: from inclusive, below exclusive, and 2.7 for the oldest.
type series struct {
	line     Version
	last     int
	from     Version
	python27 bool
}

// poetrySeries holds every final release from 1.0.0 on. The numbers are PyPI's
// list of releases (pypi.org/project/poetry, 2.5.1 the newest); the Pythons are
// P@T:pyproject.toml and PCL 1.6.0, 2.0.0, 2.3.0; from 2.4.2 on the
// Requires-Python of the wheels.
var poetrySeries = []series{
	{V(1, 0), 10, V(3, 4), true},
	{V(1, 1), 15, V(3, 5), true},
	{V(1, 2), 2, V(3, 7), false},
	{V(1, 3), 2, V(3, 7), false},
	{V(1, 4), 2, V(3, 7), false},
	{V(1, 5), 1, V(3, 7), false},
	{V(1, 6), 1, V(3, 8), false},
	{V(1, 7), 1, V(3, 8), false},
	{V(1, 8), 5, V(3, 8), false},
	{V(2, 0), 1, V(3, 9), false},
	{V(2, 1), 4, V(3, 9), false},
	{V(2, 2), 1, V(3, 9), false},
	{V(2, 3), 4, V(3, 10), false},
	{V(2, 4), 3, V(3, 10), false},
	{V(2, 5), 1, V(3, 10), false},
}

// poetrySince is the first Poetry that officially supports a Python: PCL
// 1.1.11 (3.10), 1.2.2 (3.11), 1.7.0 (3.12), 1.8.4 (3.13), 2.2.0 (3.14). Older
// ones only carry an open upper bound, so pip installs them all the same.
var poetrySince = []struct{ python, poetry Version }{
	{V(3, 14), V(2, 2, 0)},
	{V(3, 13), V(1, 8, 4)},
	{V(3, 12), V(1, 7, 0)},
	{V(3, 11), V(1, 2, 2)},
	{V(3, 10), V(1, 1, 11)},
}

// PoetryReleased says whether the version is a final release, or is later than
// the newest one known here.
func PoetryReleased(v Version) bool {
	if v.Pre != "" || v.Parts != 3 {
		return false
	}
	for _, s := range poetrySeries {
		if s.line.SameMinor(v) {
			newest := s.line == poetrySeries[len(poetrySeries)-1].line
			return v.Patch <= s.last || newest
		}
	}
	return poetrySeries[len(poetrySeries)-1].line.Less(v)
}

// PoetryInstalls says whether pip would install that Poetry on that Python,
// going by its declared range (P@T:pyproject.toml). An unknown Python, or one
// known only as "3", installs every Poetry.
func PoetryInstalls(v, py Version) bool {
	if py.Parts < 2 {
		return true
	}
	s := poetrySeries[len(poetrySeries)-1]
	for _, t := range poetrySeries {
		if t.line.SameMinor(v) {
			s = t
		}
	}
	return s.installsOn(py)
}

func (s series) installsOn(py Version) bool {
	switch {
	case py.Parts < 2:
		return true
	case py.Major == 2:
		return s.python27 && py.Minor == 7
	}
	return py.Major == 3 && py.Series().Compare(s.from) >= 0
}

// officialSince is the first Poetry that names the Python, zero for the old ones
// that all do.
func officialSince(py Version) Version {
	for _, since := range poetrySince {
		if py.Parts >= 2 && since.python.Compare(py.Series()) <= 0 {
			return since.poetry
		}
	}
	return Version{}
}

// PoetryForPython says whether that Poetry officially supports that Python:
// the declared range, and the release that first named the Python.
func PoetryForPython(v, py Version) bool {
	return PoetryInstalls(v, py) && !v.Less(officialSince(py))
}

// NewestPoetry is the newest Poetry for a Python (3.6 gives 1.1.15, 3.7 gives
// 1.5.1, 3.8 gives 1.8.5, 3.9 gives 2.2.1); an unknown Python gives the newest
// of all. It answers false for a Python that no Poetry supports.
func NewestPoetry(py Version) (Version, bool) {
	for _, s := range slices.Backward(poetrySeries) {
		if v := V(s.line.Major, s.line.Minor, s.last); s.installsOn(py) && !v.Less(officialSince(py)) {
			return v, true
		}
	}
	return Version{}, false
}

// CanReadLock says whether a Poetry reads a lock file of a lock-version, and
// whether it warns that the file is newer than itself. hasVersion is false for
// a lock file without lock-version, as Poetry wrote before 1.0.10.
// P@1.0.10, 1.1.15, 1.2.2, 1.3.0, 2.0.0:locker.py; PCL 1.2.2, 2.0.0.
func CanReadLock(poetry Version, lockVersion string, hasVersion bool) (ok, warn bool) {
	return parseLockFormat(lockVersion, hasVersion).read(poetry)
}

// lockFormat is a lock-version that has been read.
type lockFormat struct {
	version      Version
	given, known bool
}

func parseLockFormat(lockVersion string, given bool) lockFormat {
	f := lockFormat{given: given}
	if given {
		v, parsed := ParseVersion(lockVersion)
		f.version, f.known = v, parsed && !v.Less(V(1, 0)) && v.Less(V(3))
	}
	return f
}

func (f lockFormat) readBy(poetry Version) bool { ok, _ := f.read(poetry); return ok }

func (f lockFormat) read(poetry Version) (ok, warn bool) {
	if !f.given {
		return poetry.Less(V(2, 0, 0)), false
	}
	if !f.known {
		return false, false
	}
	lock, own := f.version, V(2, 1)
	switch {
	case poetry.Less(V(1, 0, 10)):
		// They do not look at the number; only the format is old enough or not.
		return lock.Compare(V(1, 0)) == 0, false
	case poetry.Less(V(1, 1, 0)):
		own = V(1, 0)
	case poetry.Less(V(1, 3, 0)):
		own = V(1, 1)
	case poetry.Less(V(2, 0, 0)):
		own = V(2, 0)
	}
	if poetry.Less(V(1, 2, 2)) && !lock.Less(V(2)) {
		return false, false
	}
	return true, own.Less(lock)
}

// LockWriters is the range of Poetry releases that write a lock file of a
// lock-version: first and last, both inclusive (P@*:locker.py). generated says
// that the file's first line names Poetry as its generator without a number,
// which only 1.3 wrote among those of format 2.0 (PCL 1.4.0).
func LockWriters(lockVersion string, hasVersion, generated bool) (first, last Version, ok bool) {
	newest := poetrySeries[len(poetrySeries)-1]
	end := V(newest.line.Major, newest.line.Minor, newest.last)
	switch {
	case !hasVersion:
		return V(1, 0, 0), V(1, 0, 9), true
	case lockVersion == "1.0":
		return V(1, 0, 10), V(1, 0, 10), true
	case lockVersion == "1.1":
		return V(1, 1, 0), V(1, 2, 2), true
	case lockVersion == "2.0" && generated:
		return V(1, 3, 0), V(1, 3, 2), true
	case lockVersion == "2.0":
		return V(1, 3, 0), V(1, 8, 5), true
	case lockVersion == "2.1":
		return V(2, 0, 0), end, true
	}
	return Version{}, Version{}, false
}
