package lazyregexp

import (
	"cmp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxNeeded bounds the texts that are looked for before an expression is tried:
// with more of them, trying is faster.
const maxNeeded = 100

// neededTexts are texts one of which every match of an expression contains; nil
// if there are none, or nobody can tell.
func neededTexts(expr string) []string {
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	texts := needed(re.Simplify())
	if len(texts) > maxNeeded || shortest(texts) < 2 {
		return nil
	}
	// Who has no "mkdir" has no "os.mkdir" either.
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	var out []string
	for _, t := range texts {
		if !slices.ContainsFunc(out, func(short string) bool { return strings.Contains(t, short) }) {
			out = append(out, t)
		}
	}
	return out
}

func needed(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		// U+FFFD also matches bytes that are no UTF-8.
		if re.Flags&syntax.FoldCase == 0 && !slices.Contains(re.Rune, utf8.RuneError) {
			return []string{string(re.Rune)}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needed(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if texts := needed(sub); shortest(texts) > shortest(best) {
				best = texts
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			texts := needed(sub)
			if texts == nil {
				return nil
			}
			all = append(all, texts...)
		}
		return all
	}
	return nil
}

// shortest is the length in bytes of the shortest of some texts: how much it
// tells that one of them occurs.
func shortest(texts []string) int {
	n := 0
	for i, t := range texts {
		if i == 0 || len(t) < n {
			n = len(t)
		}
	}
	return n
}

// MayMatch says whether a text contains one of the texts that every match has.
// Where it is false, the expression matches no part of the text, a line of it
// neither.
func (r *Regexp) MayMatch(text string) bool {
	c := r.compiled()
	for _, t := range c.needed {
		if strings.Contains(text, t) {
			return true
		}
	}
	return c.needed == nil
}
