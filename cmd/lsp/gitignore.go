package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// ignored are the lines of the .gitignore files from a repository's top down to
// one folder. Later lines win over earlier ones (gitignore(5)).
type ignored struct {
	base  string // absolute folder of the repository
	lines []ignoreLine
}

// ignoreLine is one line of one file.
type ignoreLine struct {
	dir     string // slash path of the file's folder below base, "" for base
	pattern string // for doublestar, relative to dir
	keep    bool   // "!": not ignored after all
	folders bool   // "/" at the end: folders only
}

// ignoredAbove reads what holds in a folder before its own .gitignore: nothing
// outside of a repository.
func ignoredAbove(dir string) *ignored {
	for base := dir; ; base = filepath.Dir(base) {
		if _, err := os.Lstat(filepath.Join(base, ".git")); err == nil {
			g := &ignored{base: base}
			g = g.with(filepath.Join(base, ".git", "info", "exclude"), "")
			rel, err := filepath.Rel(base, dir)
			if err != nil || rel == "." {
				return g
			}
			at := base
			for _, part := range strings.Split(filepath.ToSlash(rel), "/") {
				g = g.in(at)
				at = filepath.Join(at, part)
			}
			return g
		}
		if up := filepath.Dir(base); up == base {
			return &ignored{}
		}
	}
}

// in adds the .gitignore of an absolute folder.
func (g *ignored) in(dir string) *ignored {
	if g.base == "" {
		return g
	}
	rel, err := filepath.Rel(g.base, dir)
	if err != nil {
		return g
	}
	if rel == "." {
		rel = ""
	}
	return g.with(filepath.Join(dir, ".gitignore"), filepath.ToSlash(rel))
}

// with adds the lines of one file; one that cannot be read has none.
func (g *ignored) with(file, dir string) *ignored {
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > 1<<20 {
		return g
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return g
	}
	next := &ignored{base: g.base, lines: g.lines[:len(g.lines):len(g.lines)]}
	for line := range strings.Lines(string(text)) {
		if l, ok := parseIgnoreLine(strings.TrimRight(line, "\r\n")); ok {
			l.dir = dir
			next.lines = append(next.lines, l)
		}
	}
	return next
}

// parseIgnoreLine reads one line; ok is false for comments and empty ones.
func parseIgnoreLine(line string) (l ignoreLine, ok bool) {
	if !strings.HasSuffix(line, `\ `) {
		line = strings.TrimRight(line, " ")
	}
	if line == "" || line[0] == '#' {
		return l, false
	}
	line, l.keep = strings.CutPrefix(line, "!")
	line, l.folders = strings.CutSuffix(line, "/")
	l.pattern = line
	if strings.Contains(line, "/") {
		l.pattern = strings.TrimPrefix(line, "/")
	} else {
		l.pattern = "**/" + line
	}
	// Braces are no special characters there.
	l.pattern = strings.NewReplacer("{", `\{`, "}", `\}`).Replace(l.pattern)
	return l, doublestar.ValidatePattern(l.pattern)
}

// ignores says whether an absolute path is kept out of the repository. A file
// in an ignored folder is not asked for: the folder is not entered.
func (g *ignored) ignores(name string, folder bool) bool {
	if len(g.lines) == 0 {
		return false
	}
	rel, err := filepath.Rel(g.base, name)
	if err != nil {
		return false
	}
	rel = filepath.ToSlash(rel)
	for i := len(g.lines) - 1; i >= 0; i-- {
		l := g.lines[i]
		below := rel
		if l.dir != "" {
			var inside bool
			if below, inside = strings.CutPrefix(rel, l.dir+"/"); !inside {
				continue
			}
		}
		if l.folders && !folder {
			continue
		}
		if ok, err := doublestar.Match(l.pattern, below); err == nil && ok {
			return !l.keep
		}
	}
	return false
}
