package project

import (
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// Ignore decides which files of the context .dockerignore keeps out. A nil
// Ignore keeps nothing out. It is safe for concurrent use.
type Ignore struct {
	path  string
	lines []ignoreLine

	mu      sync.Mutex // patterns compile on first use and are not safe for concurrent use
	matcher *patternmatcher.PatternMatcher
	known   memory[bool]
}

// ignoreLine is one pattern and where it is written.
type ignoreLine struct {
	number  int    // 0-based
	pattern string // without the "!"
	negated bool
	matcher *patternmatcher.PatternMatcher // made when it is first asked
}

// readIgnore reads "<Dockerfile name>.dockerignore" beside the Dockerfile,
// which wins, or ".dockerignore" in the context.
func (p *Project) readIgnore() *Ignore {
	for _, name := range []string{p.Dockerfile + ".dockerignore", path.Join(p.Context, ".dockerignore")} {
		p.reader.note(name)
		read := cached(p.reader.store, "ignore:"+name, func() parsedIgnore { return openIgnore(p.reader.store, name) })
		p.Problems = append(p.Problems, read.problems...)
		if read.ignore != nil || read.problems != nil {
			return read.ignore
		}
	}
	return nil
}

// parsedIgnore is what reading one ignore file gave.
type parsedIgnore struct {
	ignore   *Ignore
	problems []Problem
}

func openIgnore(s *store, name string) parsedIgnore {
	text, err := s.read(name, maxText)
	if problem, ok := unreadable(name, err); ok {
		return parsedIgnore{problems: []Problem{problem}}
	}
	if err != nil {
		return parsedIgnore{}
	}
	ignore, problem := parseIgnore(name, text)
	if problem != nil {
		return parsedIgnore{ignore, []Problem{*problem}}
	}
	return parsedIgnore{ignore: ignore}
}

// maxPatterns bounds the patterns of an ignore file: every path is held
// against each of them.
const maxPatterns = 2000

// parseIgnore reads the text of an ignore file. Lines that are no patterns are
// left out and the first of them is the problem, since Docker refuses the file.
func parseIgnore(name, text string) (*Ignore, *Problem) {
	ignore := &Ignore{path: name, known: memory[bool]{most: 20000}}
	patterns, err := ignorefile.ReadAll(strings.NewReader(text))
	if err != nil {
		return ignore, &Problem{Path: name, Message: path.Base(name) + " has a line of more than 64 KB, which Docker does not read"}
	}
	var problem *Problem
	var all []string
	for i, number := range patternLines(text) {
		positive := strings.TrimPrefix(patterns[i], "!")
		_, err = path.Match(positive, ".")
		if err != nil || positive == "" || len(all) >= maxPatterns {
			if problem == nil {
				message := "this line of " + path.Base(name) + " is not a valid pattern"
				if len(all) >= maxPatterns {
					message = "patterns from this line of " + path.Base(name) + " on were not read: there are too many"
				}
				problem = problemAt(name, text, lineStart(text, number), message)
			}
			continue
		}
		all = append(all, patterns[i])
		ignore.lines = append(ignore.lines, ignoreLine{number: number, pattern: positive, negated: positive != patterns[i]})
	}
	ignore.matcher, _ = patternmatcher.New(all)
	return ignore, problem
}

// patternLines are the 0-based lines that ignorefile.ReadAll makes patterns of:
// all but comments and empty ones.
func patternLines(text string) []int {
	var numbers []int
	for number, line := range strings.Split(strings.TrimPrefix(text, bom), "\n") {
		if !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// Path is where the ignore file lies, "" if there is none.
func (i *Ignore) Path() string {
	if i == nil {
		return ""
	}
	return i.path
}

// Ignored says that a path relative to the context is kept out of it.
func (i *Ignore) Ignored(name string) bool {
	name = relative(name)
	if i == nil || i.matcher == nil || len(i.lines) == 0 || name == "." {
		return false
	}
	ignored, known := i.known.get(name)
	if !known {
		i.mu.Lock()
		ignored, _ = i.matcher.MatchesOrParentMatches(name)
		i.mu.Unlock()
		i.known.put(name, ignored)
	}
	return ignored
}

// ignoreState is what the patterns say of a folder; what they say of the names
// in it follows faster from that.
type ignoreState = patternmatcher.MatchInfo

// below says whether a path is kept out, given the state of its folder (the
// zero state for the context), and gives its own state.
func (i *Ignore) below(name string, above ignoreState) (bool, ignoreState) {
	if i == nil || i.matcher == nil || len(i.lines) == 0 {
		return false, above
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	ignored, state, err := i.matcher.MatchesUsingParentResults(name, above)
	return err == nil && ignored, state
}

// Line gives the 0-based line of the ignore file that decides about a path,
// be it by keeping it out or by letting it in; -1 when no line speaks of it.
func (i *Ignore) Line(name string) int {
	name = relative(name)
	if i == nil || name == "." {
		return -1
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	for n := len(i.lines) - 1; n >= 0; n-- {
		if i.lines[n].matches(name) {
			return i.lines[n].number
		}
	}
	return -1
}

// Naming is the 0-based line of the first pattern that keeps out what has a name
// at the top of the context; -1 if there is none.
func (i *Ignore) Naming(name string) int {
	if i == nil {
		return -1
	}
	for _, l := range i.lines {
		if !l.negated && strings.Trim(l.pattern, "/") == name {
			return l.number
		}
	}
	return -1
}

// LetsIn says that the line which decides about a path lets it in, and ends in
// a name: it was written for just that.
func (i *Ignore) LetsIn(name, last string) bool {
	number := i.Line(name)
	if number < 0 {
		return false
	}
	for _, l := range i.lines {
		if l.number == number {
			return l.negated && strings.Contains(l.pattern, last)
		}
	}
	return false
}

// matches says that the line alone speaks of a path or a folder above it.
func (l *ignoreLine) matches(name string) bool {
	if l.matcher == nil {
		l.matcher, _ = patternmatcher.New([]string{l.pattern})
	}
	if l.matcher == nil {
		return false
	}
	ok, err := l.matcher.MatchesOrParentMatches(name)
	return err == nil && ok
}

// reincludes says that some line lets files in again, so that a folder that is
// kept out may still hold files that are not.
func (i *Ignore) reincludes() bool {
	if i == nil {
		return false
	}
	for _, line := range i.lines {
		if line.negated {
			return true
		}
	}
	return false
}

// relative cleans a path as COPY does: a leading slash means the context.
func relative(name string) string {
	if fs.ValidPath(name) {
		return name
	}
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if name == "" {
		return "."
	}
	return name
}
