package python

import (
	"slices"
	"strings"
)

// optionNotes say what an option of install does that its name does not tell
// (P@*:install.py, group_command.py; PCL 1.2.0, 2.0.0, 2.1.4;
// P@2.4.1:puzzle/transaction.py for --no-directory; P@1.4.2:executor.py for
// --no-cache; P@2.4.1:docs/cli.md).
var optionNotes = map[string]string{
	"--no-root":          "Leaves the root package out: neither its code nor its readme has to be there.",
	"--no-dev":           "From 1.2.0 on it means `--only main`: every other group is left out, not only dev.",
	"--without":          "Leaves the named groups out.",
	"--with":             "Adds the named optional groups.",
	"--only":             "Installs the named groups alone; `--with` and `--without` are then ignored.",
	"--only-root":        "Installs the root package alone. It does not go with `--with`, `--without`, `--only` and `--no-root`.",
	"--all-extras":       "Installs all extras. It does not go with `--extras`.",
	"--remove-untracked": "Removes packages that the lock file does not have; `--sync` came in its place.",
	"--sync":             "Removes packages that are not asked for. From 2.0.0 on there is `poetry sync`.",
	"--compile":          "Compiles the packages to bytecode, which Poetry does not do by itself.",
	"--no-directory":     "Leaves path dependencies out that are folders; those that are wheels or archives are still installed.",
	"--all-groups":       "Installs all groups. It does not go with `--only`, `--with` and `--without`.",
	"--no-cache":         "Switches off the cache of what the index says. Downloaded files are kept all the same.",
}

// PoetryOptionNote says in a sentence or two what an option of install does;
// "" where its name says it.
func PoetryOptionNote(option string) string { return optionNotes[option] }

// PoetryInstallOptions are the long options of install, the global ones
// included, that a Poetry has, by name; none for an unknown one.
func PoetryInstallOptions(v Version) []string {
	var out []string
	for name, l := range poetryOptions {
		if strings.HasPrefix(name, "--") && !v.IsZero() && l.has(v) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// PoetryPythons is the oldest Python 3 that a Poetry declares, and whether it
// takes 2.7 too (P@T:pyproject.toml); false for a version of no known line.
func PoetryPythons(v Version) (from Version, python27, ok bool) {
	for _, s := range poetrySeries {
		if s.line.SameMinor(v) {
			return s.from, s.python27, true
		}
	}
	return Version{}, false, false
}

// lockFormats are all lock-versions that a Poetry has written, "" for a file
// without one.
var lockFormats = []string{"", "1.0", "1.1", "2.0", "2.1"}

// LockFormats says what a Poetry does with the lock files of the known formats:
// the lock-version that it writes itself, those that it reads, those that it
// reads with a warning, and those that it refuses. "" stands for a file without
// a lock-version (P@*:locker.py).
func LockFormats(v Version) (writes string, reads, warns, refuses []string) {
	for _, format := range lockFormats {
		if first, last, ok := LockWriters(format, format != "", false); ok && v.Compare(first) >= 0 && v.Compare(last) <= 0 {
			writes = format
		}
		switch ok, warn := CanReadLock(v, format, format != ""); {
		case !ok:
			refuses = append(refuses, format)
		case warn:
			warns = append(warns, format)
		default:
			reads = append(reads, format)
		}
	}
	return writes, reads, warns, refuses
}
