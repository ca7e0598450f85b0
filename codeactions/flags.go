package codeactions

import (
	"strings"

	"restage/analysis"
	"restage/analysis/source"
)

// addFlags puts flags on an instruction: behind those that are there and in
// their manner, else beside the keyword, and on lines of their own where there
// are several or the instruction goes over several lines.
func addFlags(doc *source.Document, s *analysis.Step, flags []string) Edit {
	next := func(indent string) string { return " " + string(doc.Escape) + doc.Newline + indent }
	if n := len(s.Flags); n > 0 {
		last, sep := s.Flags[n-1].Span, " "
		if indent := doc.LineIndent(last.Start); strings.HasSuffix(doc.Text[:last.Start], "\n"+indent) {
			sep = next(indent)
		}
		return insert(last.End, sep+strings.Join(flags, sep))
	}
	body := s.Keyword.End
	for body < s.Span.End && (doc.Text[body] == ' ' || doc.Text[body] == '\t') {
		body++
	}
	if doc.Text[body] == byte(doc.Escape) { // the program begins on the line below
		return insert(s.Keyword.End, " "+strings.Join(flags, next(secondIndent(doc, s))))
	}
	sep := " "
	if len(s.Heredocs) == 0 && (len(flags) > 1 || strings.Contains(doc.Slice(s.Span), "\n")) {
		sep = next(secondIndent(doc, s))
	}
	return Edit{source.Span{Start: s.Keyword.End, End: body}, " " + strings.Join(flags, sep) + sep}
}

// secondIndent is the indentation of an instruction's second line, four blanks
// if it has none.
func secondIndent(doc *source.Document, s *analysis.Step) string {
	if i := strings.IndexByte(doc.Slice(s.Span), '\n'); i >= 0 {
		if indent := doc.LineIndent(s.Span.Start + i + 1); indent != "" {
			return indent
		}
	}
	return doc.IndentOf(s.Instruction) + "    "
}
