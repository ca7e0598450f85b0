package source

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// flags reads the --flags at the start of l.Text[lo:hi] and gives the place
// behind them. It goes byte by byte because BuildKit does.
func flags(l *lines, lo, hi int, escape byte, in *Instruction) int {
	text := l.Text
	for {
		for lo < hi && unicode.IsSpace(rune(text[lo])) {
			lo++
		}
		if lo+1 >= hi || text[lo] != '-' || text[lo+1] != '-' {
			return lo
		}
		end, value, equals := oneFlag(text, lo, hi, escape)
		if value == "--" {
			return end
		}
		name, behind, _ := strings.Cut(value[min(2, len(value)):], "=")
		f := Flag{Name: name, Value: behind, Span: l.Span(lo, end)}
		f.ValueSpan = Span{f.Span.End, f.Span.End}
		if equals >= 0 && equals+1 < end {
			f.ValueSpan = l.Span(equals+1, end)
		}
		in.Flags = append(in.Flags, f)
		lo = end
	}
}

// oneFlag reads the flag at lo and gives its end, its text without quotes and
// escapes, and the place of its first '=' (-1 without one).
func oneFlag(text string, lo, hi int, escape byte) (end int, value string, equals int) {
	equals = -1
	var quote byte
	plain := true
	var out []byte
	i := lo
	for ; i < hi; i++ {
		c := text[i]
		if quote == 0 && unicode.IsSpace(rune(c)) {
			break
		}
		if c == '=' && equals < 0 {
			equals = i
		}
		switch {
		case quote != 0 && c == quote:
			quote = 0
			continue
		case quote == 0 && (c == '"' || c == '\''):
			if plain {
				out, plain = append(out, text[lo:i]...), false
			}
			quote = c
			continue
		case c == escape:
			if plain {
				out, plain = append(out, text[lo:i]...), false
			}
			if i+1 == hi {
				continue
			}
			i++
			c = text[i]
		}
		if !plain {
			out = append(out, c)
		}
	}
	if plain {
		return i, text[lo:i], equals
	}
	return i, string(out), equals
}

// fields splits l.Text[lo:hi] at blanks, quotes or not.
func (s *scanner) fields(l *lines, lo, hi int) []Word {
	first := s.startWords()
	for lo < hi {
		end := lo
		for end < hi && !isBlank(l.Text[end]) {
			end++
		}
		s.words = append(s.words, l.word(lo, end, s.doc.Escape))
		lo = end
		for lo < hi && isBlank(l.Text[lo]) {
			lo++
		}
	}
	return s.endWords(first)
}

// startWords begins a list of words in the block that all instructions share;
// endWords cuts the list out of it.
func (s *scanner) startWords() int {
	if cap(s.words)-len(s.words) < 8 {
		s.words = make([]Word, 0, min(256, 8+(len(s.text)-s.pos)/16))
	}
	return len(s.words)
}

func (s *scanner) endWords(first int) []Word {
	if first == len(s.words) {
		return nil
	}
	return s.words[first:len(s.words):len(s.words)]
}

// quotedFields splits l.Text[lo:hi] at white space outside of quotes, as
// BuildKit does for ENV, LABEL and ARG.
func (s *scanner) quotedFields(l *lines, lo, hi int) []Word {
	text, escape := l.Text, s.doc.Escape
	first := s.startWords()
	for {
		lo = skipSpace(text, lo, hi)
		if lo == hi {
			return s.endWords(first)
		}
		var quote byte
		end, stop := lo, -1
		for end < hi {
			c := text[end]
			if c >= utf8.RuneSelf {
				r, size := utf8.DecodeRuneInString(text[end:hi])
				if quote == 0 && unicode.IsSpace(r) {
					break
				}
				end += size
				continue
			}
			if quote == 0 && (c == ' ' || '\t' <= c && c <= '\r') {
				break
			}
			switch {
			case quote != 0 && c == quote:
				quote = 0
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			case c == escape && quote != '\'':
				if end+1 == hi {
					// BuildKit drops an escape character at the very end.
					stop = end
				} else {
					end++
					_, size := utf8.DecodeRuneInString(text[end:hi])
					end += size - 1
				}
			}
			end++
		}
		if stop < 0 {
			stop = end
		}
		if stop > lo {
			s.words = append(s.words, l.word(lo, stop, escape))
		}
		lo = end
	}
}

// nameValues reads the pairs of ENV and LABEL, "k=v k=v" or the old "k v".
func (s *scanner) nameValues(l *lines, lo, hi int, in *Instruction) {
	in.Words = s.quotedFields(l, lo, hi)
	if len(in.Words) == 0 {
		return
	}
	if strings.Contains(in.Words[0].Raw, "=") {
		s.argNames(l, lo, hi, in)
		return
	}
	end := lo
	for end < hi && !isBlank(l.Text[end]) {
		end++
	}
	key := l.word(lo, end, s.doc.Escape)
	pair := Pair{Key: key.Value, Span: l.Span(lo, hi), Value: Word{Span: Span{key.Span.End, key.Span.End}}}
	for end < hi && isBlank(l.Text[end]) {
		end++
	}
	if end < hi {
		pair.Value, pair.HasValue = l.word(end, hi, s.doc.Escape), true
	}
	in.Pairs = []Pair{pair}
}

// argNames reads "name" and "name=value" words into Pairs.
func (s *scanner) argNames(l *lines, lo, hi int, in *Instruction) {
	if in.Words == nil {
		in.Words = s.quotedFields(l, lo, hi)
	}
	in.Pairs = make([]Pair, len(in.Words))
	j := lo
	for i, w := range in.Words {
		// The word's place in the joined text: words follow each other.
		j = skipSpace(l.Text, j, hi)
		key, value, found := strings.Cut(w.Raw, "=")
		p := Pair{Key: Unquote(key, s.doc.Escape), HasValue: found, Span: w.Span}
		p.Value = Word{Span: Span{w.Span.End, w.Span.End}}
		if found {
			start := j + len(key) + 1
			p.Value = l.word(start, start+len(value), s.doc.Escape)
		}
		in.Pairs[i] = p
		j += len(w.Raw)
	}
}

// jsonItems reads l.Text[lo:hi] as a JSON array of strings; nil if it is none.
func jsonItems(l *lines, lo, hi int) []Word {
	if l.Text[lo] != '[' {
		return nil
	}
	if items, ok := plainItems(l, lo, hi); ok {
		return items
	}
	var values []any
	if json.Unmarshal([]byte(l.Text[lo:hi]), &values) != nil {
		return nil
	}
	items := make([]Word, 0, len(values))
	for _, v := range values {
		value, ok := v.(string)
		if !ok {
			return nil
		}
		// The array is valid JSON of strings only, so a quote begins an item.
		start := lo + strings.IndexByte(l.Text[lo:hi], '"')
		end := start + 1
		for l.Text[end] != '"' {
			if l.Text[end] == '\\' {
				end++
			}
			end++
		}
		lo = end + 1
		items = append(items, Word{Span: l.Span(start, lo), Raw: l.Text[start:lo], Value: value})
	}
	return items
}

// plainItems is jsonItems for arrays of strings without escapes, which nearly
// all are. It is not ok for anything else.
func plainItems(l *lines, lo, hi int) (items []Word, ok bool) {
	text := l.Text[:hi]
	items = make([]Word, 0, strings.Count(text[lo:], `"`)/2)
	for i := lo + 1; ; i++ {
		i = skipJSONSpace(text, i)
		if i == hi || text[i] != '"' {
			return nil, false // also "[]"
		}
		start := i
		for i++; i < hi && text[i] != '"'; i++ {
			if c := text[i]; c == '\\' || c < ' ' || c >= utf8.RuneSelf {
				return nil, false
			}
		}
		if i == hi {
			return nil, false
		}
		items = append(items, Word{Span: l.Span(start, i+1), Raw: text[start : i+1], Value: text[start+1 : i]})
		i = skipJSONSpace(text, i+1)
		switch {
		case i == hi-1 && text[i] == ']':
			return items, true
		case i == hi || text[i] != ',':
			return nil, false
		}
	}
}

func skipJSONSpace(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
		i++
	}
	return i
}
