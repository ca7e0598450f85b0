package source

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"restage/analysis/lazyregexp"
)

// Parse scans a Dockerfile. It never fails and never panics; what is wrong
// with the text is in Document.Problems.
func Parse(text string) *Document {
	doc := &Document{Text: text, Escape: '\\', Newline: mainNewline(text), Mapper: NewMapper(text)}
	s := &scanner{doc: doc, text: text, atTop: true}
	if strings.HasPrefix(text, "\uFEFF") {
		s.pos = len("\uFEFF")
	}
	doc.Problems = byteProblems(text)
	for s.pos < len(text) {
		start, end := s.nextLine()
		from := skipSpace(text, start, end)
		switch {
		case from == end:
			s.atTop = false
		case text[from] == '#':
			s.comment(start, from, end)
		default:
			s.atTop = false
			s.instruction(from, end)
		}
	}
	s.finish()
	return doc
}

// scanner walks over the lines of one text.
type scanner struct {
	doc   *Document
	text  string
	pos   int   // start of the next line
	atTop bool  // parser directives are still possible
	line  lines // the instruction at hand, its storage reused
	words []Word
	nodes []Instruction // a block of instructions not yet handed out
}

// nextLine gives the bounds of the next line without its newline and moves
// behind it. Only \n ends a line for BuildKit, which then drops any \r before it.
func (s *scanner) nextLine() (start, end int) {
	start = s.pos
	end = len(s.text)
	s.pos = end
	if i := strings.IndexByte(s.text[start:], '\n'); i >= 0 {
		end = start + i
		s.pos = end + 1
	}
	for end > start && s.text[end-1] == '\r' {
		end--
	}
	return start, end
}

// comment takes a line outside of instructions that starts with '#': a parser
// directive if it stands at the top of the file, a comment otherwise.
func (s *scanner) comment(start, hash, end int) {
	if s.atTop && s.directive(start, hash, end) {
		return
	}
	s.atTop = false
	s.doc.Comments = append(s.doc.Comments, Span{hash, end})
}

// BuildKit's own expression: blanks around '=' are allowed, the value is not empty.
var directivePattern = lazyregexp.New(`^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`)

// directive takes the line as a parser directive if it is one that BuildKit
// knows. Everything else ends the block of directives.
func (s *scanner) directive(start, hash, end int) bool {
	match := directivePattern.FindStringSubmatch(strings.TrimLeftFunc(s.text[hash+1:end], unicode.IsSpace))
	if match == nil {
		return false
	}
	d := Directive{Name: strings.ToLower(match[1]), Value: match[2], Span: Span{start, end}}
	if d.Name != "syntax" && d.Name != "escape" && d.Name != "check" {
		return false
	}
	for _, other := range s.doc.Directives {
		if other.Name == d.Name {
			s.problem(d.Span, "The parser directive %q is given twice; it can be used only once.", d.Name)
		}
	}
	if d.Name == "escape" {
		if d.Value == `\` || d.Value == "`" {
			s.doc.Escape = d.Value[0]
		} else {
			s.problem(d.Span, "The escape character must be \\ or `, not %q.", d.Value)
		}
	}
	s.doc.Directives = append(s.doc.Directives, d)
	return true
}

// finish reports what is missing in the file as a whole.
func (s *scanner) finish() {
	doc := s.doc
	switch {
	case len(doc.Instructions) == 0:
		s.problem(Span{0, 0}, "This file has no instructions.")
	case len(doc.Stages) == 0:
		s.problem(doc.Instructions[0].Keyword, "This file has no FROM instruction, so there is nothing to build.")
	}
}

func (s *scanner) problem(at Span, format string, args ...any) {
	s.doc.Problems = append(s.doc.Problems, Problem{Span: at, Message: fmt.Sprintf(format, args...)})
}

// byteProblems reports the first byte that no text file should have.
func byteProblems(text string) []Problem {
	var problems []Problem
	if i := strings.IndexByte(text, 0); i >= 0 {
		problems = append(problems, Problem{Span{i, i + 1}, "The file has a NUL byte here; it does not look like a text file."})
	}
	if !utf8.ValidString(text) {
		i := 0
		for {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			i += size
		}
		problems = append(problems, Problem{Span{i, i + 1}, "The file is not valid UTF-8 here."})
	}
	return problems
}

// mainNewline gives the line end that the text uses most.
func mainNewline(text string) string {
	if strings.IndexByte(text, '\r') < 0 {
		return "\n"
	}
	if crlf := strings.Count(text, "\r\n"); 2*crlf > strings.Count(text, "\n") {
		return "\r\n"
	}
	return "\n"
}

// skipSpace gives the first place in text[from:end] that is not white space in
// Unicode's sense, which is how BuildKit sees the start of a line.
func skipSpace(text string, from, end int) int {
	for from < end {
		c := text[from]
		if c < utf8.RuneSelf {
			if c != ' ' && (c < '\t' || c > '\r') {
				break
			}
			from++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[from:end])
		if !unicode.IsSpace(r) {
			break
		}
		from += size
	}
	return from
}

// skipSpaceBack is skipSpace from the right: it gives the end of
// text[start:end] without trailing white space.
func skipSpaceBack(text string, start, end int) int {
	return start + len(strings.TrimRightFunc(text[start:end], unicode.IsSpace))
}
