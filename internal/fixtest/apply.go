package fixtest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"restage/analysis/source"
	"restage/codeactions"
)

func itoa(n int) string               { return strconv.Itoa(n) }
func spanString(s source.Span) string { return fmt.Sprintf("[%d,%d)", s.Start, s.End) }
func commonPrefix(a, b string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// Apply makes sorted, disjoint edits.
func Apply(text string, edits []codeactions.Edit) string {
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.WriteString(text[at:])
	return b.String()
}

// editFlaws checks a list of edits: in bounds, on borders, sorted, disjoint,
// each one changes something. Only then may Apply be called.
func (fl *flaws) editFlaws(text string, edits []codeactions.Edit) bool {
	before := len(fl.list)
	for i, e := range edits {
		if why := badSpan(text, e.Span); why != "" {
			fl.add("edits in bounds and on borders", "edit %d is %s", i, why)
			continue
		}
		if text[e.Start:e.End] == e.New {
			fl.add("every edit changes something", "edit %d at %s replaces %q by itself", i, spanString(e.Span), e.New)
		}
		if i > 0 && e.Start < edits[i-1].End {
			fl.add("edits sorted and disjoint", "edit %d at %s follows one that ends at %d", i, spanString(e.Span), edits[i-1].End)
		}
		if i > 0 && e.Span == edits[i-1].Span && e.Start == e.End {
			fl.add("edits sorted and disjoint", "edits %d and %d insert at the same place %d", i-1, i, e.Start)
		}
		if utf8.ValidString(text) && !utf8.ValidString(e.New) {
			fl.add("edits are UTF-8", "edit %d inserts %q", i, e.New)
		}
	}
	return len(fl.list) == before
}

// clientFlaws sends the edits through editor positions in both encodings, as
// a server would, applies them as a client would, and compares.
func (fl *flaws) clientFlaws(text string, edits []codeactions.Edit, want string) {
	m := source.NewMapper(text)
	for _, enc := range []source.Encoding{source.UTF8, source.UTF16} {
		back := make([]codeactions.Edit, 0, len(edits))
		for _, e := range edits {
			start, end := m.Position(e.Start, enc), m.Position(e.End, enc)
			if got := m.Offset(start, enc); got != e.Start {
				fl.add("positions and back", "encoding %d: offset %d is %v is offset %d", enc, e.Start, start, got)
			}
			if got := m.Offset(end, enc); got != e.End {
				fl.add("positions and back", "encoding %d: offset %d is %v is offset %d", enc, e.End, end, got)
			}
			span := source.Span{Start: clientOffset(text, start, enc), End: clientOffset(text, end, enc)}
			back = append(back, codeactions.Edit{Span: span, New: e.New})
		}
		if !utf8.ValidString(text) {
			continue // no client can hold this text
		}
		probe := &flaws{}
		if !probe.editFlaws(text, back) || Apply(text, back) != want {
			fl.add("a client gets the same text", "encoding %d: edits %v became %v", enc, edits, back)
		}
	}
}

// clientOffset is how an editor reads a position: lines end with LF, CRLF or CR,
// a column counts UTF-8 bytes or UTF-16 units. It shares no code with Mapper.
func clientOffset(text string, p source.Position, enc source.Encoding) int {
	off := 0
	for range p.Line {
		nl := strings.IndexAny(text[off:], "\r\n")
		if nl < 0 {
			return len(text) + 1
		}
		if off += nl + 1; text[off-1] == '\r' && strings.HasPrefix(text[off:], "\n") {
			off++
		}
	}
	if enc == source.UTF8 {
		return off + p.Character
	}
	for units := 0; units < p.Character; {
		r, size := utf8.DecodeRuneInString(text[min(off, len(text)):])
		if size == 0 {
			return len(text) + 1
		}
		off += size
		if units++; r > 0xFFFF {
			units++
		}
	}
	return off
}

// lineEnds counts the LF and CRLF line ends of a text.
func lineEnds(text string) (lf, crlf int) {
	crlf = strings.Count(text, "\r\n")
	return strings.Count(text, "\n") - crlf, crlf
}

// byteFlaws checks what a rewrite must not change in passing: the kind of line
// ends, a byte order mark, a missing final newline.
func (fl *flaws) byteFlaws(before, after string) {
	lf, crlf := lineEnds(before)
	lf2, crlf2 := lineEnds(after)
	if lf == 0 && crlf > 0 && lf2 > 0 {
		fl.add("line ends stay", "%d bare LF in a file that had CRLF only", lf2)
	}
	if crlf == 0 && crlf2 > 0 {
		fl.add("line ends stay", "%d CRLF in a file that had none", crlf2)
	}
	const bom = "\ufeff"
	if strings.Count(before, bom) != strings.Count(after, bom) || strings.HasPrefix(before, bom) != strings.HasPrefix(after, bom) {
		fl.add("byte order mark stays", "it was lost, moved or doubled")
	}
	if before != "" && strings.HasSuffix(before, "\n") != strings.HasSuffix(after, "\n") {
		fl.add("final newline stays as it is", "before %v, after %v", strings.HasSuffix(before, "\n"), strings.HasSuffix(after, "\n"))
	}
}

// tidyFlaws checks that a rewrite leaves no litter: blank lines where an
// instruction was taken out, blanks at the ends of new lines.
func (fl *flaws) tidyFlaws(before, after string) {
	if strings.HasSuffix(after, "\n\n\n") && !strings.HasSuffix(before, "\n\n\n") {
		fl.add("no blank lines pile up", "at the end of the file")
	}
	if piles(after) > piles(before) {
		fl.add("no blank lines pile up", "two blank lines where there was none; the text is now:\n%s", after)
	}
	if n := trailing(after, before); n > trailing(before, "") {
		fl.add("no blanks at line ends", "%d new lines end in blanks", n)
	}
}

// trailing counts the lines that end in a blank or tab and do not stand in but.
func trailing(text, but string) (n int) {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimRight(line, " \t") != line && (but == "" || !strings.Contains(but, line)) {
			n++
		}
	}
	return n
}

// piles counts the lines that stand below two blank lines or more. One that
// comes in two stages keeps its gap in both, and a stage may be set off by as
// many.
func piles(text string) int {
	below := map[string]bool{}
	for _, part := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n\n")[1:] {
		line, _, _ := strings.Cut(strings.TrimLeft(part, "\n"), "\n")
		below[line] = !strings.HasPrefix(line, "FROM ")
	}
	n := 0
	for _, counts := range below {
		if counts {
			n++
		}
	}
	return n
}
