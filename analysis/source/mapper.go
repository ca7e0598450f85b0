package source

import (
	"sort"
	"sync"
	"unicode/utf8"
)

// Mapper converts between byte offsets and editor positions. As the protocol
// has it, \n, \r\n and a lone \r all end a line.
type Mapper struct {
	text  string
	once  sync.Once
	lines []int // where each line starts
	ascii bool  // columns need no counting
}

// NewMapper prepares the conversion for one text. Its table of lines is built
// when it is first needed.
func NewMapper(text string) *Mapper { return &Mapper{text: text} }

// Encoding is the unit of Position.Character.
type Encoding int

// The two position encodings of the protocol that restage speaks.
const (
	UTF16 Encoding = iota
	UTF8
)

// Position is a 0-based line and a 0-based column in code units of an Encoding.
type Position struct{ Line, Character int }

// Position gives the editor position of a byte offset; offsets outside the
// text are clamped, one inside a character gives the character's start, and
// one between \r and \n the end of the line.
func (m *Mapper) Position(offset int, enc Encoding) Position {
	m.once.Do(m.build)
	offset = max(0, min(offset, len(m.text)))
	line := sort.SearchInts(m.lines, offset+1) - 1
	start, end := m.bounds(line)
	offset = min(offset, end)
	offset = runeStart(m.text, start, offset)
	if m.ascii || enc == UTF8 {
		return Position{line, offset - start}
	}
	return Position{line, utf16Len(m.text[start:offset])}
}

// runeStart moves an offset inside a well-formed character to its start.
func runeStart(text string, start, offset int) int {
	for i := offset - 1; i >= start && i > offset-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if _, size := utf8.DecodeRuneInString(text[i:]); i+size > offset {
				return i
			}
			break
		}
	}
	return offset
}

// Offset gives the byte offset of a position; columns past the end of a line
// are clamped to it, lines past the end to the end of the text. A column inside
// a character gives the character's start.
func (m *Mapper) Offset(p Position, enc Encoding) int {
	m.once.Do(m.build)
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(m.lines) {
		return len(m.text)
	}
	start, end := m.bounds(p.Line)
	if p.Character <= 0 {
		return start
	}
	if m.ascii {
		return start + min(p.Character, end-start)
	}
	offset, column := start, 0
	for offset < end {
		r, size := utf8.DecodeRuneInString(m.text[offset:end])
		units := size
		if enc == UTF16 {
			units = utf16Units(r)
		}
		if column+units > p.Character {
			break
		}
		offset, column = offset+size, column+units
	}
	return offset
}

// Lines is the number of lines, at least one.
func (m *Mapper) Lines() int {
	m.once.Do(m.build)
	return len(m.lines)
}

// bounds gives a line's start and its end without the line end.
func (m *Mapper) bounds(line int) (start, end int) {
	start, end = m.lines[line], len(m.text)
	if line+1 == len(m.lines) {
		return start, end
	}
	end = m.lines[line+1] - 1
	if m.text[end] == '\n' && end > start && m.text[end-1] == '\r' {
		end--
	}
	return start, end
}

func (m *Mapper) build() {
	m.lines = append(make([]int, 0, 8+len(m.text)/32), 0)
	m.ascii = true
	for i := 0; i < len(m.text); i++ {
		switch c := m.text[i]; {
		case c == '\n':
			m.lines = append(m.lines, i+1)
		case c == '\r':
			if i+1 == len(m.text) || m.text[i+1] != '\n' {
				m.lines = append(m.lines, i+1)
			}
		case c >= utf8.RuneSelf:
			m.ascii = false
		}
	}
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16Units(r)
	}
	return n
}

func utf16Units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
