package assist

import (
	"fmt"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/source"
)

// installer tells what the pinned version of Poetry at a place runs on, which
// lock files it reads, and which options it has.
func (q *Question) installer() *section {
	v, step, span := q.pin()
	if v.Parts < 3 {
		return nil
	}
	s := &section{span: span, title: "Poetry " + v.String()}
	if !python.PoetryReleased(v) {
		s.say("No final release of this number is known.")
		return s
	}
	if _, _, known := python.PoetryPythons(v); !known {
		s.say("It is newer than what is known here.")
		return s
	}
	s.say(runsOn(v, step.Stage.Image.Python))
	s.say(locks(v, q.Facts))
	s.say(options(v))
	if python.StaleLockFails(v) {
		s.say("It refuses a lock file that is older than `pyproject.toml`.")
	} else {
		s.say("It only warns of a lock file that is older than `pyproject.toml`.")
	}
	switch {
	case !python.PoetryHas("--without", v):
	case python.UnknownGroupFails(v):
		s.say("It refuses groups that do not exist.")
	default:
		s.say("It ignores groups that do not exist.")
	}
	if python.BrokenByURLLib3(v) {
		s.say("It fails with urllib3 2, which it does not keep away by itself.")
	}
	return s
}

// pin is the version that is pinned at the place: by the word that names
// Poetry to its installer, or by POETRY_VERSION.
func (q *Question) pin() (python.Version, *analysis.Step, source.Span) {
	for _, i := range q.Facts.Installers {
		if i.Pinned && i.Requirement.Raw != "" && covers(i.Requirement.Span, q.Offset) {
			return i.Version, i.Step, i.Requirement.Span
		}
		if i.Pinned && i.Requirement.Raw == "" && i.Cmd != nil {
			if span, ok := q.versionWord(i); ok {
				return i.Version, i.Step, span
			}
		}
	}
	s := q.Facts.StepAt(q.Offset)
	if s == nil || s.Name != "ENV" && s.Name != "ARG" {
		return python.Version{}, nil, source.Span{}
	}
	for _, p := range s.Pairs {
		if p.Key != "POETRY_VERSION" || !p.HasValue || !covers(p.Span, q.Offset) {
			continue
		}
		value, unset := s.Expand(p.Value.Raw)
		if v, ok := python.ParseVersion(value); ok && len(unset) == 0 {
			return v, s, p.Span
		}
	}
	return python.Version{}, nil, source.Span{}
}

// versionWord is the word or assignment of the official installer's command
// that names the version, if the place is on it.
func (q *Question) versionWord(i *analysis.Installer) (source.Span, bool) {
	for cmd := i.Cmd; cmd != nil; cmd = cmd.Inner {
		for _, a := range cmd.Assigns {
			if a.Name == "POETRY_VERSION" && covers(a.Span, q.Offset) {
				return a.Span, true
			}
		}
		for _, w := range cmd.Words {
			if covers(w.Span, q.Offset) && strings.HasSuffix(w.Value, i.Version.String()) {
				return w.Span, true
			}
		}
	}
	return source.Span{}, false
}

// runsOn says on which Python a Poetry runs, and whether the image has one.
func runsOn(v, py python.Version) string {
	from, python27, _ := python.PoetryPythons(v)
	text := fmt.Sprintf("It runs on Python %s and later", from)
	if python27 {
		text += ", and on 2.7"
	}
	switch {
	case py.Parts < 2:
	case !python.PoetryInstalls(v, py):
		text += fmt.Sprintf("; it cannot be installed on the image's Python %s", py)
	case !python.PoetryForPython(v, py):
		text += fmt.Sprintf("; the image's Python %s is newer than those that it names", py)
	default:
		text += fmt.Sprintf(", the image's %s among them", py)
	}
	return text + "."
}

// locks says which lock files a Poetry writes and reads, and what it makes of
// the project's own.
func locks(v python.Version, f *analysis.Facts) string {
	writes, reads, warns, refuses := python.LockFormats(v)
	text := "Lock files: it writes " + formatName(writes) + " and reads " + formatNames(reads)
	if len(warns) > 0 {
		text += "; " + formatNames(warns) + " with a warning"
	}
	if len(refuses) > 0 {
		text += "; not " + formatNames(refuses)
	}
	text += "."
	l := f.Project.Lock
	if l == nil || l.Broken {
		return text
	}
	own := " The project's has " + formatName(l.Version)
	switch ok, warn := python.CanReadLock(v, l.Version, l.Version != ""); {
	case !ok:
		return text + own + ", which it cannot read."
	case warn:
		return text + own + ", which it reads with a warning."
	default:
		return text + own + "."
	}
}

func formatName(version string) string {
	if version == "" {
		return "no lock-version"
	}
	return "lock-version " + version
}

func formatNames(versions []string) string {
	var names []string
	none := ""
	for _, v := range versions {
		if v == "" {
			none = " (and files without one)"
		} else {
			names = append(names, v)
		}
	}
	if len(names) == 0 {
		return "files without lock-version"
	}
	return "lock-version " + strings.Join(names, ", ") + none
}

// notable are the options and commands that Dockerfiles trip over.
var notable = []string{"--without", "--only", "--no-dev", "--only-root", "--no-directory", "--compile", "--all-groups",
	"--remove-untracked", "--sync", "sync", "export", "lock --no-update"}

// options says which notable options and commands a Poetry has.
func options(v python.Version) string {
	var has, lacks []string
	for _, o := range notable {
		since, deprecated, removed := python.PoetryOption(o)
		word := o
		if !strings.HasPrefix(o, "-") {
			word = "poetry " + o
		}
		switch {
		case v.Less(since):
			lacks = append(lacks, fmt.Sprintf("%s (since %s)", code(word), since))
		case o == "export" && !v.Less(removed):
			lacks = append(lacks, fmt.Sprintf("%s (a plugin since %s)", code(word), removed))
		case !removed.IsZero() && !v.Less(removed):
			lacks = append(lacks, fmt.Sprintf("%s (until %s)", code(word), removed))
		case !deprecated.IsZero() && !v.Less(deprecated):
			has = append(has, code(word)+" (deprecated)")
		default:
			has = append(has, code(word))
		}
	}
	text := "It has " + strings.Join(has, ", ") + "."
	if len(lacks) > 0 {
		text += " It has not: " + strings.Join(lacks, ", ") + "."
	}
	return text
}
