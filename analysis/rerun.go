package analysis

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"restage/analysis/source"
)

// CauseKind is what sort of thing has to change.
type CauseKind int

// The kinds of causes, in the order in which they are told.
const (
	CauseContext CauseKind = iota // any file of the build context that .dockerignore lets in
	CauseFile                     // a file, a folder ("src/") or a pattern ("*.toml") of the context
	CauseRemote                   // what ADD fetches
	CauseArg                      // the value of a build argument
	CauseImage                    // the image that a tag names
)

// Cause is one change outside of the Dockerfile that makes an instruction run
// again.
type Cause struct {
	Kind CauseKind
	// Name is the path relative to the context, the URL, the argument's name or
	// the image's reference; empty for CauseContext.
	Name string
	// Except are the patterns of --exclude, which the change must not match.
	Except []string
	// At is the instruction that first brings it into the build: a COPY, ADD,
	// RUN with a mount, ARG or FROM.
	At *source.Instruction
	// Code says that it is code of the project (see BringsCode), which is
	// edited all the time.
	Code bool
	// Perhaps says that it gets here only through files that a RUN of another
	// stage may write: the instruction runs again if that RUN writes others.
	Perhaps bool
}

// Rerun says what makes one instruction run again, beside a change of its own
// line or one above it in the Dockerfile.
type Rerun struct {
	Step *Step
	// Causes is the shortest list: what happens for sure first, then by kind,
	// code first, and name. More says that there are further ones.
	Causes []Cause
	More   bool
	// Code says that every edit of the project's code is among them.
	Code bool
	// Costly says that an edit of the code makes it install or build what does
	// not depend on the code.
	Costly bool
}

// maxCauses bounds the causes of one instruction; nobody reads more.
const maxCauses = 40

// causeSet is a set without causes that others of it cover. Sets share their
// lists: none is ever written to.
type causeSet struct {
	list []Cause
	more bool
}

// with is the set with more causes in it.
func (s causeSet) with(causes ...Cause) causeSet {
	for _, c := range causes {
		s = s.add(c)
	}
	return s
}

func (s causeSet) add(c Cause) causeSet {
	if slices.ContainsFunc(s.list, func(o Cause) bool { return o.covers(c) }) {
		return s
	}
	kept := make([]Cause, 0, len(s.list)+1)
	for _, o := range s.list {
		if !c.covers(o) {
			kept = append(kept, o)
		}
	}
	if len(kept) >= maxCauses && c.Kind != CauseContext && !(c.Code && !s.code()) {
		return causeSet{s.list, true}
	}
	more := s.more && !(c.Kind == CauseContext && !c.Perhaps && len(c.Except) == 0)
	return causeSet{append(kept, c), more}
}

// covers says whether everything that o means is among what c means, so that
// o need not be told.
func (c Cause) covers(o Cause) bool {
	if c.Perhaps && !o.Perhaps {
		return false
	}
	if c.Kind == o.Kind && c.Name == o.Name && (len(c.Except) == 0 || slices.Equal(c.Except, o.Except)) {
		return c.Code || !o.Code
	}
	switch {
	case o.Kind != CauseFile || strings.Contains(o.Name, "$"):
		return false
	case c.Kind == CauseContext:
		return !c.mayExclude(o.Name)
	case c.Kind != CauseFile || o.Code && !c.Code || len(c.Except) > 0:
		return false
	case strings.HasSuffix(c.Name, "/"):
		return strings.HasPrefix(o.Name, c.Name)
	case isPattern(c.Name) && !isPattern(o.Name):
		ok, _ := path.Match(c.Name, strings.TrimSuffix(o.Name, "/"))
		return ok
	}
	return false
}

// mayExclude says whether a pattern of --exclude may keep a path out, or a
// part of what it holds.
func (c Cause) mayExclude(rel string) bool {
	if len(c.Except) == 0 {
		return false
	}
	if strings.HasSuffix(rel, "/") || isPattern(rel) {
		return true
	}
	for _, pattern := range c.Except {
		if strings.Contains(pattern, "**") || strings.HasPrefix(pattern, "!") {
			return true
		}
		for dir := rel; dir != "."; dir = path.Dir(dir) {
			if ok, _ := path.Match(path.Clean(pattern), dir); ok {
				return true
			}
		}
	}
	return false
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[") }

// perhaps are the same causes, once they have gone through a RUN's output.
func (s causeSet) perhaps() causeSet {
	var out causeSet
	for _, c := range s.list {
		c.Perhaps = true
		out = out.add(c)
	}
	out.more = out.more || s.more
	return out
}

// union is the set with the causes of another one.
func (s causeSet) union(o causeSet) causeSet {
	out := s.with(o.list...)
	out.more = out.more || o.more
	return out
}

// code says that edits of code are certainly in the set.
func (s causeSet) code() bool {
	return slices.ContainsFunc(s.list, func(c Cause) bool { return c.Code && !c.Perhaps })
}

// sorted are the causes in the order in which they are told.
func (s causeSet) sorted() []Cause {
	out := slices.Clone(s.list)
	slices.SortStableFunc(out, func(a, b Cause) int {
		return cmp.Or(last(a.Perhaps, b.Perhaps), cmp.Compare(a.Kind, b.Kind), last(!a.Code, !b.Code), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// last orders what has a property behind what has not.
func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
