package source

import (
	"sort"
	"strings"
)

// lines is one instruction as BuildKit sees it, its own lines joined into one
// text without continuation characters, comment lines and empty lines, and the
// way back from an offset in that text to an offset in the file.
type lines struct {
	text string
	// joined[i] is where piece i starts in text, file[i] where it starts in the file.
	joined, file []int
	// end is the end of the last of the instruction's own lines in the file.
	end int
	buf []byte
}

// read takes the instruction that starts at from on a line that ends at end,
// with all lines that continue it, and reports its comment lines.
func (l *lines) read(s *scanner, from, end int) (comments []Span) {
	cut, more := trimContinuation(s.text, from, end, s.doc.Escape)
	l.joined, l.file = append(l.joined[:0], 0), append(l.file[:0], from)
	l.text, l.end = s.text[from:cut], end
	if !more {
		return nil
	}
	l.buf = append(l.buf[:0], l.text...)
	for more && s.pos < len(s.text) {
		var start int
		start, end = s.nextLine()
		l.end = end
		first := skipSpace(s.text, start, end)
		if first == end {
			continue
		}
		if s.text[first] == '#' {
			comments = append(comments, Span{first, end})
			continue
		}
		cut, more = trimContinuation(s.text, start, end, s.doc.Escape)
		l.joined, l.file = append(l.joined, len(l.buf)), append(l.file, start)
		l.buf = append(l.buf, s.text[start:cut]...)
	}
	l.text = string(l.buf)
	return comments
}

// trimContinuation gives the end of text[start:end] without a continuation
// character and the blanks behind it, and whether there was one. As in
// BuildKit an escape character before it makes it an ordinary character.
func trimContinuation(text string, start, end int, escape byte) (cut int, continued bool) {
	i := end
	for i > start && (text[i-1] == ' ' || text[i-1] == '\t') {
		i--
	}
	if i == start || text[i-1] != escape {
		return end, false
	}
	if i-1 > start && text[i-2] == escape {
		return end, false
	}
	return i - 1, true
}

// at gives the file's offset of the byte at j of the joined text.
func (l *lines) at(j int) int {
	if len(l.joined) == 1 {
		return l.file[0] + j
	}
	// Of several pieces that start at j only the last is not empty.
	i := sort.SearchInts(l.joined, j+1) - 1
	return l.file[i] + j - l.joined[i]
}

// span gives the file's span of text[a:b]. It ends right behind its last byte,
// and an empty one stands right behind the byte before it, never on the next line.
func (l *lines) span(a, b int) Span {
	end := l.file[0]
	if b > 0 {
		end = l.at(b-1) + 1
	}
	if a >= b {
		return Span{end, end}
	}
	return Span{l.at(a), end}
}

// word makes the argument text[a:b], its quotes and escapes removed in Value.
func (l *lines) word(a, b int, escape byte) Word {
	raw := l.text[a:b]
	return Word{Span: l.span(a, b), Raw: raw, Value: Unquote(raw, escape)}
}

// trim narrows text[a:b] to what is between its outer white space.
func (l *lines) trim(a, b int) (int, int) {
	a = skipSpace(l.text, a, b)
	return a, skipSpaceBack(l.text, a, b)
}

// Unquote removes quotes and escapes from an argument as BuildKit does when it
// expands variables, but leaves the variables as they are. A quote without its
// partner leaves the rest as it is.
func Unquote(raw string, escape byte) string {
	if strings.IndexByte(raw, '"') < 0 && strings.IndexByte(raw, '\'') < 0 && strings.IndexByte(raw, escape) < 0 {
		return raw
	}
	out := make([]byte, 0, len(raw))
	var quote byte
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			if strings.IndexByte(raw[i+1:], c) < 0 {
				return string(append(out, raw[i:]...))
			}
			quote = c
		case quote != '\'' && c == escape:
			if i+1 == len(raw) {
				break
			}
			next := raw[i+1]
			if quote == '"' && next != '"' && next != '$' && next != escape {
				out = append(out, c)
				break
			}
			out = append(out, next)
			i++
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
