package codeactions

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/source"
)

// speaksOfSystem finds comments about where the packages are as long as the
// environment is not made: a comment is prose, so its words are all there is to
// go by.
var speaksOfSystem = lazyregexp.New(`(?i)virtual[ -]?env|\bvenvs?\b|site-packages|\bglobal(?:ly)?\b|\b(?:on|into|to|at|in) (?:the )?system\b|\bsystem(?:-wide|[ -]level|'s python| python)\b`)

// fitComments takes out the comments of the changed instructions that would be
// untrue when the packages have left the image's own Python; the note names
// them. One that is a part of a longer text is a reason to leave all as it is.
func (m *envMove) fitComments() string {
	if m.in.Env.Kind != analysis.EnvSystem {
		return ""
	}
	for _, st := range m.Stages {
		for _, s := range st.Steps {
			if !m.touched(s) {
				continue
			}
			comments := m.commentsOf(s)
			for i, c := range comments {
				if !speaksOfSystem.MatchString(m.Doc.Slice(c)) {
					continue
				}
				if i > 0 && m.goesOn(comments[i-1], c) || i+1 < len(comments) && m.goesOn(c, comments[i+1]) {
					return "the comment in line " + itoa(m.line(c.Start)) + " says where the packages are now, and would be untrue when they move"
				}
				m.edits = append(m.edits, remove(withGap(m.Doc, wholeLines(m.Doc, c))))
				m.untrue = append(m.untrue, strings.TrimSpace(strings.TrimLeft(m.Doc.Slice(c), "# \t")))
			}
		}
	}
	return ""
}

// touched says whether the comments of a step may speak of the packages' place:
// it is changed and stays, or it is an install.
func (m *envMove) touched(s *analysis.Step) bool {
	return slices.ContainsFunc(m.edits, func(e Edit) bool { return !e.Empty() && s.Span.Covers(e.Span) }) ||
		slices.ContainsFunc(m.Installs, func(in *analysis.Install) bool {
			return in.Step == s && in.Dir == m.in.Dir && s.Stage.Includes(m.in.Step.Stage)
		})
}

// commentsOf are the comments that belong to a step: those between it and the
// instruction above, and those inside.
func (m *envMove) commentsOf(s *analysis.Step) []source.Span {
	above := 0
	if s.Index > 0 {
		above = m.Doc.Instructions[s.Index-1].Span.End
	}
	var out []source.Span
	for _, c := range m.Doc.Comments {
		if above <= c.Start && c.End <= s.Span.Start {
			out = append(out, c)
		}
	}
	return append(out, s.Comments...)
}

// goesOn says whether a comment goes on with the sentence of the one on the
// line above.
func (m *envMove) goesOn(c, next source.Span) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(m.Doc.Slice(next), "# \t"))
	return unicode.IsLower(first) && strings.Count(m.Doc.Text[c.End:next.Start], "\n") <= 1
}

// wholeLines widens a span to the lines that it lies in.
func wholeLines(doc *source.Document, s source.Span) source.Span {
	s.Start = strings.LastIndexByte(doc.Text[:s.Start], '\n') + 1
	if i := strings.IndexByte(doc.Text[s.End:], '\n'); i >= 0 {
		s.End += i + 1
	} else {
		s.End = len(doc.Text)
	}
	return s
}

// commentNote names the comments that are taken out; "" if none is.
func (m *envMove) commentNote() string {
	if len(m.untrue) == 0 {
		return ""
	}
	return " Taken out, because the packages are no longer there: the comment \"" + strings.Join(m.untrue, "\", \"") + "\"."
}
