package python

import (
	"fmt"
	"slices"
	"strings"
)

// PinQuery is what a project and its base image say about the Poetry that they
// need. The zero value of a field means that nothing is known or needed.
type PinQuery struct {
	LockGenerator    string  // "1.8.3" out of the lock file's first line (since 1.4, PCL 1.4.0)
	LockGenerated    bool    // the first line names Poetry as the generator, without a number
	HasLock          bool    // there is a lock file
	LockVersion      string  // lock-version in [metadata]; empty when the key is missing
	RequiresPoetry   string  // requires-poetry (since 2.0.0, PCL 2.0.0)
	Python           Version // the Python that runs Poetry
	PEP621Only       bool    // [project] without a usable [tool.poetry]: needs 2.0 (PCL 2.0.0)
	PEP735           bool    // [dependency-groups] that the install uses: needs 2.2 (PCL 2.2.0)
	PEP621           bool    // [project]: its part in a content-hash of 2.x is unknown to 1.x (P@2.0.0:locker.py)
	PackageModeFalse bool    // package-mode = false: needs 1.8 (PCL 1.8.0)
	Needs            []Need  // what the Dockerfile itself asks for
}

// Need is what one thing in the file or the project asks of Poetry.
type Need struct {
	What string     // "`--no-dev` in line 12"
	In   Constraint // the releases that will do
}

// Pin is a Poetry release to pin. Exact says that the project itself names it:
// the lock file's header or a requires-poetry of one version; without it the
// release is inferred, and a person should look at it.
type Pin struct {
	Version Version
	Why     string
	Exact   bool
}

// needs are the bounds that the project's features and the file set.
func (q PinQuery) needs() []Need {
	all := slices.Clone(q.Needs)
	add := func(on bool, from Version, what string) {
		if on {
			all = append(all, Need{what, Between(from, Version{})})
		}
	}
	add(q.PEP735, V(2, 2, 0), "[dependency-groups]")
	add(q.PEP621Only, V(2, 0, 0), "[project] without [tool.poetry]")
	add(q.PEP621 && q.HasLock && q.LockVersion == "2.1", V(2, 0, 0), "a lock file of Poetry 2 for a [project] table")
	add(q.PackageModeFalse, V(1, 8, 0), "package-mode = false")
	return all
}

// fits are the releases that objection has nothing to say of, oldest first. It
// looks at every release there is, so it makes no text and reads everything once.
func (q PinQuery) fits(requires Constraint) []Version {
	from := officialSince(q.Python)
	needs := q.needs()
	met := func(v Version) bool {
		return !slices.ContainsFunc(needs, func(n Need) bool { return !n.In.Allows(v) })
	}
	lock := parseLockFormat(q.LockVersion, q.LockVersion != "")
	all := make([]Version, 0, 64)
	for _, s := range poetrySeries {
		if !s.installsOn(q.Python) {
			continue
		}
		for patch := range s.last + 1 {
			v := Version{s.line.Major, s.line.Minor, patch, 3, ""}
			if !v.Less(from) && (!q.HasLock || lock.readBy(v)) && requires.Allows(v) && met(v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// objection says why a Poetry does not fit the query, or nothing when it does.
func (q PinQuery) objection(v Version, requires Constraint) string {
	if !requires.Allows(v) {
		return fmt.Sprintf("requires-poetry is %q", requires)
	}
	for _, n := range q.needs() {
		if !n.In.Allows(v) {
			return fmt.Sprintf("%s needs Poetry %s", n.What, n.In)
		}
	}
	if !PoetryInstalls(v, q.Python) {
		return fmt.Sprintf("it does not install on Python %s", q.Python)
	}
	if !PoetryForPython(v, q.Python) {
		return fmt.Sprintf("it is older than Python %s", q.Python)
	}
	if q.HasLock {
		if ok, _ := CanReadLock(v, q.LockVersion, q.LockVersion != ""); !ok {
			return fmt.Sprintf("it cannot read the lock file (%s)", q.lockFormat())
		}
	}
	return ""
}

func (q PinQuery) lockFormat() string {
	if q.LockVersion == "" {
		return "without lock-version"
	}
	return "lock-version " + q.LockVersion
}

// PoetryPin chooses the Poetry to pin, in this order: the release that wrote
// the lock file; the one version that requires-poetry allows; the newest patch
// that writes the lock file's format; the newest that requires-poetry and the
// Python allow. A release that contradicts what the project or the Python
// needs is passed over, and Why says so. It answers false, with the reason in
// Why, when no release fits.
//
// For lock files of 1.1 and older it proposes 1.2.2, because Poetry 1.1 itself
// fails today with urllib3 2 (P@1.1.15:pyproject.toml; urllib3/urllib3#3054).
func PoetryPin(q PinQuery) (Pin, bool) {
	requires, err := ParseConstraint(q.RequiresPoetry)
	if err != nil {
		return Pin{Why: fmt.Sprintf("requires-poetry %q cannot be read", q.RequiresPoetry)}, false
	}
	fits := q.fits(requires)

	passedOver := ""
	if q.HasLock && q.LockGenerator != "" {
		v, ok := ParseVersion(q.LockGenerator)
		reason := "it is not a released version"
		if ok && PoetryReleased(v) {
			reason = q.objection(v, requires)
		}
		if reason == "" {
			return Pin{v, fmt.Sprintf("the lock file was written by Poetry %s", v), true}, true
		}
		passedOver = fmt.Sprintf(" (Poetry %s wrote the lock file, but %s)", q.LockGenerator, reason)
	}
	if len(fits) == 0 {
		return Pin{Why: q.noFit(requires) + passedOver}, false
	}
	newest := fits[len(fits)-1]
	if len(fits) == 1 && !requires.IsAny() && passedOver == "" {
		return Pin{newest, fmt.Sprintf("requires-poetry is %q", requires), true}, true
	}
	if q.HasLock {
		if v, why, ok := q.fromLockVersion(fits); ok {
			return Pin{v, why + passedOver, false}, true
		}
	}
	why := "the newest Poetry"
	if bounds := q.bounds(requires); bounds != "" {
		why += " for " + bounds
	}
	return Pin{newest, why + passedOver, false}, true
}

// fromLockVersion takes the newest fitting release among those that write the
// lock file's format, else the newest of the same major version.
func (q PinQuery) fromLockVersion(fits []Version) (Version, string, bool) {
	first, last, ok := LockWriters(q.LockVersion, q.LockVersion != "", q.LockGenerated && q.LockGenerator == "")
	if !ok {
		return Version{}, "", false
	}
	written := fmt.Sprintf("the lock file (%s) was written by Poetry %s to %s", q.lockFormat(), first, last)
	if first == last {
		written = fmt.Sprintf("the lock file (%s) was written by Poetry %s", q.lockFormat(), first)
	}
	within := func(from, to Version) (Version, bool) {
		for _, v := range slices.Backward(fits) {
			if v.Compare(from) >= 0 && v.Compare(to) <= 0 {
				return v, true
			}
		}
		return Version{}, false
	}
	if last.Less(V(1, 2, 2)) {
		if v, ok := within(V(1, 2, 0), V(1, 2, 2)); ok {
			return v, written + fmt.Sprintf("; %s is the oldest line that still installs reliably", v), true
		}
	}
	if v, ok := within(first, last); ok {
		why := written + fmt.Sprintf("; %s is the newest of them", v)
		if q.Python.Parts >= 2 {
			why += " for Python " + q.Python.String()
		}
		if v.Less(V(1, 2, 0)) {
			why += `; Poetry 1.1 needs "urllib3<2" beside it`
		}
		return v, why, true
	}
	if v, ok := within(V(first.Major), V(first.Major, far)); ok {
		return v, written + fmt.Sprintf(", none of which fits; %s reads it", v), true
	}
	return Version{}, "", false
}

// bounds names what the choice was bound by.
func (q PinQuery) bounds(requires Constraint) string {
	var all []string
	if q.Python.Parts >= 2 {
		all = append(all, "Python "+q.Python.String())
	}
	if !requires.IsAny() {
		all = append(all, fmt.Sprintf("requires-poetry %q", requires))
	}
	for _, n := range q.needs() {
		all = append(all, n.What)
	}
	if q.HasLock {
		all = append(all, "the lock file ("+q.lockFormat()+")")
	}
	return strings.Join(all, ", ")
}

func (q PinQuery) noFit(requires Constraint) string {
	if bounds := q.bounds(requires); bounds != "" {
		return "no Poetry release fits all of " + bounds
	}
	return "no Poetry release fits"
}
