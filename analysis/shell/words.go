package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"restage/analysis/source"
)

// word translates a word of the syntax tree.
func (w *walker) word(sw *syntax.Word) Word {
	return w.wordAt(sw, int(sw.Pos().Offset()))
}

// wordAt is word for one that starts earlier than its tree, as the NAME= of an
// assignment has no tree of its own.
func (w *walker) wordAt(sw *syntax.Word, start int) Word {
	end := start
	if sw != nil {
		end = int(sw.End().Offset())
	}
	word := Word{Span: w.span(start, end), Raw: w.joined.Text[start:end], Static: true}
	crlf := strings.HasSuffix(word.Raw, "\r")
	if crlf { // the line end of a here-document is no part of the word
		word.Raw = strings.TrimSuffix(word.Raw, "\r")
		word.Span.End--
	}
	if sw != nil && !crlf && len(sw.Parts) == 1 && plainLit(sw.Parts[0], word.Raw) {
		word.Value = word.Raw
	} else if sw != nil {
		r := &reader{text: w.joined.Text, word: &word}
		r.parts(sw.Parts, false)
		word.Value = r.value.String()
		if crlf {
			word.Value = strings.TrimSuffix(word.Value, "\r")
		}
		literal := strings.HasPrefix(word.Raw, "~") || hasGlob(sw.Parts)
		word.Static = word.Static && !literal
	}
	return word
}

// plainLit says whether a word is nothing but the literal that is written, which
// most are: nothing in it is escaped, or a pattern, or a brace or tilde to expand.
func plainLit(part syntax.WordPart, raw string) bool {
	lit, ok := part.(*syntax.Lit)
	return ok && lit.Value == raw && !strings.ContainsAny(raw, "\\*?[]{}~")
}

// reader collects a word's value.
type reader struct {
	text  string
	word  *Word
	value strings.Builder
}

func (r *reader) parts(parts []syntax.WordPart, quoted bool) {
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			unescape(&r.value, part.Value, quoted)
		case *syntax.SglQuoted:
			r.value.WriteString(part.Value)
			if part.Dollar && strings.Contains(part.Value, `\`) {
				r.word.Static = false // $'…' has escapes of its own
			}
		case *syntax.DblQuoted:
			r.parts(part.Parts, true)
		default:
			r.word.Static = false
			r.value.WriteString(r.text[part.Pos().Offset():part.End().Offset()])
			r.variables(part)
		}
	}
}

// variables adds the names of the variables in an expansion.
func (r *reader) variables(part syntax.Node) {
	syntax.Walk(part, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil {
			r.word.Vars = append(r.word.Vars, p.Param.Value)
		}
		return true
	})
}

// unescape writes a literal without its backslashes; within double quotes they
// escape only a few characters.
func unescape(out *strings.Builder, lit string, quoted bool) {
	for {
		i := strings.IndexByte(lit, '\\')
		if i < 0 || i+1 == len(lit) {
			out.WriteString(lit)
			return
		}
		out.WriteString(lit[:i])
		next := lit[i+1]
		if quoted && strings.IndexByte("$`\"\\", next) < 0 {
			out.WriteByte('\\')
		}
		out.WriteByte(next)
		lit = lit[i+2:]
	}
}

// hasGlob says whether the unquoted parts of a word have a pattern or a brace
// expansion.
func hasGlob(parts []syntax.WordPart) bool {
	var open, comma bool
	for _, part := range parts {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			continue
		}
		for i := 0; i < len(lit.Value); i++ {
			switch lit.Value[i] {
			case '\\':
				i++
			case '*', '?':
				return true
			case '[':
				open = true
			case ']':
				if open {
					return true
				}
			case '{':
				comma = true
			case '}':
				if comma && (strings.Contains(lit.Value[:i], ",") || strings.Contains(lit.Value[:i], "..")) {
					return true
				}
			}
		}
	}
	return false
}

// assign translates NAME=value.
func (w *walker) assign(a *syntax.Assign) Assign {
	start, end := int(a.Pos().Offset()), assignEnd(a)
	out := Assign{Span: w.span(start, end)}
	if a.Name != nil {
		out.Name = a.Name.Value
	}
	switch {
	case a.Value != nil:
		out.Value = w.word(a.Value).Value
	case a.Array != nil:
		out.Value = w.joined.Text[a.Array.Pos().Offset():a.Array.End().Offset()]
	}
	if a.Append {
		out.Value = "${" + out.Name + "}" + out.Value
	}
	return out
}

// assignEnd is the end of an assignment. The tree's own is one short for "A+=".
func assignEnd(a *syntax.Assign) int {
	end := int(a.End().Offset())
	if a.Append && a.Value == nil && a.Array == nil {
		end++
	}
	return end
}

// assignWord makes one argument of "export", "local" and the like, which the
// parser takes apart, a word again.
func (w *walker) assignWord(a *syntax.Assign) Word {
	if a.Naked && a.Name == nil && a.Value != nil {
		return w.word(a.Value)
	}
	start, end := int(a.Pos().Offset()), assignEnd(a)
	if a.Value == nil {
		raw := w.joined.Text[start:end]
		return Word{Span: w.span(start, end), Raw: raw, Value: raw, Static: a.Array == nil && a.Index == nil}
	}
	word := w.wordAt(a.Value, start)
	word.Value = w.joined.Text[start:a.Value.Pos().Offset()] + word.Value
	return word
}

// span gives the file's place of a part of the joined text.
func (w *walker) span(start, end int) source.Span { return w.joined.Span(start, end) }
