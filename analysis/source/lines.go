package source

import (
	"sort"
	"strings"
)

// Joined is a text put together from pieces of a file, and the way back from
// an offset in it to an offset in the file. An instruction is such a text for
// BuildKit: its own lines without continuation characters, comment lines and
// empty lines.
type Joined struct {
	Text string
	// joined[i] is where piece i starts in Text, file[i] where it starts in the file.
	joined, file []int
}

// Piece is a part of a joined text and where it stands in the file.
type Piece struct {
	Text string
	At   int
}

// Join puts pieces together.
func Join(first Piece, more ...Piece) *Joined {
	j := &Joined{Text: first.Text, joined: []int{0}, file: []int{first.At}}
	if len(more) == 0 {
		return j
	}
	return j.With(more...)
}

// With gives a new text with more pieces at the end.
func (l *Joined) With(pieces ...Piece) *Joined {
	var text strings.Builder
	text.WriteString(l.Text)
	longer := &Joined{joined: append([]int(nil), l.joined...), file: append([]int(nil), l.file...)}
	for _, p := range pieces {
		longer.joined, longer.file = append(longer.joined, text.Len()), append(longer.file, p.At)
		text.WriteString(p.Text)
	}
	longer.Text = text.String()
	return longer
}

// Select gives a new text made of parts of this one.
func (l *Joined) Select(parts ...Span) *Joined {
	var text strings.Builder
	selected := &Joined{}
	for _, part := range parts {
		for i := max(0, sort.SearchInts(l.joined, part.Start+1)-1); i < len(l.joined) && l.joined[i] < part.End; i++ {
			start, end := max(part.Start, l.joined[i]), part.End
			if i+1 < len(l.joined) {
				end = min(end, l.joined[i+1])
			}
			if start >= end {
				continue
			}
			selected.joined, selected.file = append(selected.joined, text.Len()), append(selected.file, l.file[i]+start-l.joined[i])
			text.WriteString(l.Text[start:end])
		}
	}
	if len(selected.joined) == 0 {
		at := l.file[0]
		if len(parts) > 0 {
			at = l.Span(parts[0].Start, parts[0].Start).Start
		}
		return Join(Piece{At: at})
	}
	selected.Text = text.String()
	return selected
}

// Join gives the arguments of an instruction as BuildKit hands them on, to the
// shell for instance: without continuation characters, comment lines, empty
// lines and the white space around them. Heredoc bodies are not in it.
func (d *Document) Join(in *Instruction) *Joined {
	l := &lines{}
	if in.Args.Empty() {
		l.joined, l.file = []int{0}, []int{in.Args.Start}
		return &l.Joined
	}
	s := &scanner{doc: d, text: d.Text[:in.Args.End], pos: in.Args.Start}
	start, end := s.nextLine()
	l.read(s, start, end)
	l.Text = l.Text[:skipSpaceBack(l.Text, 0, len(l.Text))]
	return &l.Joined
}

// lines is one instruction while it is read, joined from its own lines.
type lines struct {
	Joined
	// end is the end of the last of the instruction's own lines in the file.
	end int
	buf []byte
}

// read takes the instruction that starts at from on a line that ends at end,
// with all lines that continue it, and reports its comment lines.
func (l *lines) read(s *scanner, from, end int) (comments []Span) {
	cut, more := trimContinuation(s.text, from, end, s.doc.Escape)
	l.joined, l.file = append(l.joined[:0], 0), append(l.file[:0], from)
	l.Text, l.end = s.text[from:cut], end
	if !more {
		return nil
	}
	l.buf = append(l.buf[:0], l.Text...)
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
	l.Text = string(l.buf)
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

// At gives the file's offset of the byte at j of the text.
func (l *Joined) At(j int) int {
	if len(l.joined) == 1 {
		return l.file[0] + j
	}
	// Of several pieces that start at j only the last is not empty.
	i := sort.SearchInts(l.joined, j+1) - 1
	return l.file[i] + j - l.joined[i]
}

// Span gives the file's span of Text[a:b]. It ends right behind its last byte,
// and an empty one stands right behind the byte before it, never on the next line.
func (l *Joined) Span(a, b int) Span {
	end := l.file[0]
	if b > 0 {
		end = l.At(b-1) + 1
	}
	if a >= b {
		return Span{end, end}
	}
	return Span{l.At(a), end}
}

// word makes the argument text[a:b], its quotes and escapes removed in Value.
func (l *Joined) word(a, b int, escape byte) Word {
	raw := l.Text[a:b]
	return Word{Span: l.Span(a, b), Raw: raw, Value: Unquote(raw, escape)}
}

// trim narrows text[a:b] to what is between its outer white space.
func (l *lines) trim(a, b int) (int, int) {
	a = skipSpace(l.Text, a, b)
	return a, skipSpaceBack(l.Text, a, b)
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
