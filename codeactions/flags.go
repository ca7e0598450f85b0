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
		return insert(s.Keyword.End, " "+strings.Join(flags, next(bodyIndent(doc, s))))
	}
	sep := " "
	if len(s.Heredocs) == 0 && (len(flags) > 1 || strings.Contains(doc.Slice(s.Span), "\n")) {
		sep = next(bodyIndent(doc, s))
	}
	return Edit{source.Span{Start: s.Keyword.End, End: body}, " " + strings.Join(flags, sep) + sep}
}

// bodyIndent is the indentation of an instruction's lines below the first, that
// of the line furthest to the left, or four blanks if none is indented.
func bodyIndent(doc *source.Document, s *analysis.Step) string {
	indent := ""
	_, rest, _ := strings.Cut(doc.Slice(s.Span), "\n")
	for line := range strings.Lines(rest) {
		text := strings.TrimLeft(line, " \t")
		if n := len(line) - len(text); n > 0 && strings.TrimSpace(text) != "" && (indent == "" || n < len(indent)) {
			indent = line[:n]
		}
	}
	if indent == "" {
		return doc.IndentOf(s.Instruction) + "    "
	}
	return indent
}
