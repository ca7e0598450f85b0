package python

import "strings"

// lifetime is when a thing of Poetry appeared, was deprecated and went away. A
// zero version means never; 1.0.0 as the first means 1.0.0 or before.
type lifetime struct{ since, deprecated, removed Version }

func (l lifetime) has(v Version) bool {
	return v.Compare(l.since) >= 0 && (l.removed.IsZero() || v.Less(l.removed))
}

// poetryOptions is checked against console/commands/install.py at 47 tags
// (P@*:install.py) and against 2.5.1's, which has the options of 2.4.1.
var poetryOptions = map[string]lifetime{
	// Options of install.
	"--no-root":          {since: V(1, 0, 0)},
	"--no-dev":           {V(1, 0, 0), V(1, 2, 0), V(2, 0, 0)}, // PCL 1.2.0, 2.0.0
	"--extras":           {since: V(1, 0, 0)},
	"--dry-run":          {since: V(1, 0, 0)},
	"--without":          {since: V(1, 2, 0)},
	"--with":             {since: V(1, 2, 0)},
	"--only":             {since: V(1, 2, 0)},
	"--only-root":        {since: V(1, 2, 0)},
	"--all-extras":       {since: V(1, 2, 0)},
	"--remove-untracked": {V(1, 1, 0), V(1, 2, 0), V(2, 0, 0)},
	"--sync":             {since: V(1, 2, 0), deprecated: V(2, 0, 0)},
	"--compile":          {since: V(1, 4, 0)},
	"--no-directory":     {since: V(1, 5, 0)},
	"--all-groups":       {since: V(2, 0, 0)},

	// Global options. --no-cache does not stop the cache of downloaded files
	// (P@1.4.2:executor.py).
	"--no-cache":       {since: V(1, 2, 0)},
	"--no-plugins":     {since: V(1, 2, 0)},
	"--directory":      {since: V(1, 3, 0)},
	"--project":        {since: V(2, 0, 0)},
	"--no-interaction": {since: V(1, 0, 0)},
	"--no-ansi":        {since: V(1, 0, 0)},
	"--quiet":          {since: V(1, 0, 0)},
	"--verbose":        {since: V(1, 0, 0)},

	// Commands, and options of other commands. export is in the default
	// installation before 2.0.0 only (PCL 1.2.0b2, 2.0.0); --no-update is in
	// 1.1.15's lock.py and went in 2.0.0 (P@1.1.15, 2.0.0:lock.py).
	"install":          {since: V(1, 0, 0)},
	"run":              {since: V(1, 0, 0)},
	"lock":             {since: V(1, 0, 0)},
	"sync":             {since: V(2, 0, 0)},
	"export":           {V(1, 0, 0), V(1, 7, 0), V(2, 0, 0)},
	"shell":            {since: V(1, 0, 0), removed: V(2, 0, 0)},
	"lock --no-update": {since: V(1, 1, 0), removed: V(2, 0, 0)},
	"lock --check":     {V(1, 2, 0), V(1, 6, 0), V(2, 0, 0)}, // PCL 1.6.0; P@2.0.0:lock.py
}

var poetryShort = map[string]string{
	"-C": "--directory", "-P": "--project", "-E": "--extras",
	"-n": "--no-interaction", "-q": "--quiet", "-v": "--verbose", "-vv": "--verbose", "-vvv": "--verbose",
}

func poetryLifetime(name string) (lifetime, bool) {
	name = strings.Join(strings.Fields(name), " ")
	name = strings.TrimPrefix(name, "poetry ")
	if rest, ok := strings.CutPrefix(name, "install "); ok {
		name = rest
	}
	name, _, _ = strings.Cut(name, "=")
	if long, ok := poetryShort[name]; ok {
		name = long
	}
	l, ok := poetryOptions[name]
	return l, ok
}

// PoetryOption says since which release an option or command exists, since
// when it is deprecated and when it was removed; zero versions mean never. The
// name is written as on the command line: an option of install or a global one
// ("--no-root", "-C"), a command ("sync"), or both ("lock --no-update").
func PoetryOption(name string) (since, deprecated, removed Version) {
	l, _ := poetryLifetime(name)
	return l.since, l.deprecated, l.removed
}

// PoetryHas says whether that Poetry knows the option or command. An unknown
// name or version is not known to be had.
func PoetryHas(option string, v Version) bool {
	l, ok := poetryLifetime(option)
	return ok && !v.IsZero() && l.has(v)
}

// PoetryTakesValue says whether an option takes the next word as its value:
// the global options and those of install, sync, add and export (P@*:application.py,
// install.py, group_command.py, add.py; PEX export command). "--only=main" carries
// its own value and takes none.
func PoetryTakesValue(option string) bool {
	switch option {
	case "-C", "--directory", "-P", "--project",
		"--without", "--with", "--only", "-E", "--extras",
		"-f", "--format", "-o", "--output",
		"-G", "--group", "--python", "--platform", "--source":
		return true
	}
	return false
}

// The functions below take an unknown version for one that fails.

// MissingReadmeFails says whether installing the root package fails when the
// readme is missing: FileNotFoundError up to 1.6.1, a warning from 1.7.0, an
// error again from 2.0.0 (P@1.6.1:install.py; PCL 1.7.0, 2.0.0 #9333).
func MissingReadmeFails(v Version) bool { return v.Less(V(1, 7, 0)) || v.AtLeast(2, 0, 0) }

// MissingPackageFails says whether installing the root package fails when its
// package folder is missing: skipped in silence up to 1.6.1, a warning in 1.7
// and 1.8, an error from 2.0.0 (P@1.6.1:install.py; PCL 1.7.0, 2.0.0 #9333).
func MissingPackageFails(v Version) bool { return v.IsZero() || v.AtLeast(2, 0, 0) }

// UnknownGroupFails says whether --with, --without or --only with a group that
// does not exist is an error (P@1.4.2, 1.5.0:group_command.py; PCL 1.5.0).
func UnknownGroupFails(v Version) bool { return v.IsZero() || v.AtLeast(1, 5, 0) }

// StaleLockFails says whether install refuses a lock file that is older than
// pyproject.toml; before there was a warning only (P@1.7.1, 1.8.5; PCL 1.8.0).
func StaleLockFails(v Version) bool { return v.IsZero() || v.AtLeast(1, 8, 0) }

// BrokenByURLLib3 says whether a Poetry fails today unless urllib3 2 is kept
// away from it (P@1.1.15:pyproject.toml; urllib3/urllib3#3054).
func BrokenByURLLib3(v Version) bool { return !v.IsZero() && v.Less(V(1, 2, 0)) }
