package codeactions

import (
	"strings"

	"restage/analysis/source"
)

// dropWord takes a word out with the blank before it. One that has a line for
// itself takes the continuation before it along: behind the last word of a
// command that would join the command with what follows. Comments between the
// two lines stay.
func dropWord(doc *source.Document, word source.Span) Edit {
	text := doc.Text
	start := blankBefore(text, word.Start)
	line, _, more := strings.Cut(text[word.End:], "\n")
	rest := strings.Trim(line, " \t\r")
	goesOn := rest == "\\" || rest == string(doc.Escape)
	at, joined := -1, false
	if rest == "" || goesOn {
		at, joined = continuationAbove(doc, start)
	}
	if !joined {
		if end := word.End + len(line) - len(strings.TrimLeft(line, " \t")); rest != "" && (start == 0 || text[start-1] == '\n') {
			return remove(source.Span{Start: word.Start, End: end}) // what follows keeps the indentation
		}
		return remove(source.Span{Start: start, End: word.End})
	}
	between := text[at+1 : start]
	switch {
	case strings.TrimSpace(between) == "" && strings.Count(between, "\n") == 1:
		return remove(source.Span{Start: blankBefore(text, at), End: word.End})
	case goesOn && more:
		return remove(source.Span{Start: start, End: word.End + len(line) + len("\n")})
	}
	kept := strings.TrimLeft(strings.TrimRight(between, "\r\n"), " \t")
	return Edit{source.Span{Start: blankBefore(text, at), End: word.End}, kept}
}

// continuationAbove is where the continuation stands that joins the line which
// begins at an offset with the one above; between them are comments and empty
// lines at most, of which the builder takes no notice.
func continuationAbove(doc *source.Document, lineStart int) (at int, ok bool) {
	text := doc.Text
	for lineStart > 0 && text[lineStart-1] == '\n' {
		start := strings.LastIndexByte(text[:lineStart-1], '\n') + 1
		line := strings.TrimSpace(text[start:lineStart])
		n := len(strings.TrimRight(text[start:lineStart], " \t\r\n"))
		switch {
		case line == "" || line[0] == '#':
			lineStart = start
		case text[start+n-1] == '\\' || text[start+n-1] == doc.Escape:
			return start + n - 1, true
		default:
			return 0, false
		}
	}
	return 0, false
}

// blankBefore is the start of the blanks before an offset on the same line.
func blankBefore(text string, at int) int {
	for at > 0 && (text[at-1] == ' ' || text[at-1] == '\t') {
		at--
	}
	return at
}
