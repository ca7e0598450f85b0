// Package lazyregexp compiles regular expressions when they are first used. A
// program with many of them starts sooner, since most runs need few.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is a regular expression that compiles on first use. Its methods are
// those of the same names of [regexp.Regexp]; it is safe for concurrent use.
// Where every match contains one of a few texts, one that has none of them is
// told without trying the expression, which takes a hundredth of the time.
type Regexp struct{ compiled func() compiled }

// compiled is a compiled expression, and texts one of which every match
// contains; nil if nothing is known of that.
type compiled struct {
	*regexp.Regexp
	needed []string
}

// inTest says that a test runs: there all expressions are compiled at once, so
// that a wrong one shows.
var inTest = strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")

// New gives the expression for a text in the syntax of package regexp. Using
// one that does not compile panics.
func New(expr string) *Regexp {
	re := &Regexp{sync.OnceValue(func() compiled { return compiled{regexp.MustCompile(expr), neededTexts(expr)} })}
	if inTest {
		re.compiled()
	}
	return re
}

// MatchString is the method of [regexp.Regexp].
func (r *Regexp) MatchString(s string) bool {
	if !r.MayMatch(s) {
		return false
	}
	return r.compiled().MatchString(s)
}

// FindString is the method of [regexp.Regexp].
func (r *Regexp) FindString(s string) string {
	if !r.MayMatch(s) {
		return ""
	}
	return r.compiled().FindString(s)
}

// FindStringIndex is the method of [regexp.Regexp].
func (r *Regexp) FindStringIndex(s string) []int {
	if !r.MayMatch(s) {
		return nil
	}
	return r.compiled().FindStringIndex(s)
}

// FindStringSubmatch is the method of [regexp.Regexp].
func (r *Regexp) FindStringSubmatch(s string) []string {
	if !r.MayMatch(s) {
		return nil
	}
	return r.compiled().FindStringSubmatch(s)
}

// FindStringSubmatchIndex is the method of [regexp.Regexp].
func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	if !r.MayMatch(s) {
		return nil
	}
	return r.compiled().FindStringSubmatchIndex(s)
}

// FindAllStringSubmatch is the method of [regexp.Regexp].
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	if !r.MayMatch(s) {
		return nil
	}
	return r.compiled().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex is the method of [regexp.Regexp].
func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if !r.MayMatch(s) {
		return nil
	}
	return r.compiled().FindAllStringSubmatchIndex(s, n)
}

// ReplaceAllString is the method of [regexp.Regexp].
func (r *Regexp) ReplaceAllString(s, with string) string {
	if !r.MayMatch(s) {
		return s
	}
	return r.compiled().ReplaceAllString(s, with)
}

// ReplaceAllStringFunc is the method of [regexp.Regexp].
func (r *Regexp) ReplaceAllStringFunc(s string, with func(string) string) string {
	if !r.MayMatch(s) {
		return s
	}
	return r.compiled().ReplaceAllStringFunc(s, with)
}

// Split is the method of [regexp.Regexp].
func (r *Regexp) Split(s string, n int) []string { return r.compiled().Split(s, n) }
