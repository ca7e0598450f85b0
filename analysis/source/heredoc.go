package source

import (
	"strings"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// heredocOwner gives the instruction whose arguments may have here-documents:
// the instruction itself or the one behind ONBUILD; nil if there can be none.
func (in *Instruction) heredocOwner() *Instruction {
	if in.Name == "ONBUILD" && in.Sub != nil {
		in = in.Sub
	}
	switch in.Name {
	case "RUN", "COPY", "ADD":
		if in.JSON == nil {
			return in
		}
	}
	return nil
}

// heredocs reads the here-documents of the instruction just read and the
// lines of their bodies, and gives the end of the last line that belongs to it.
func (s *scanner) heredocs(in *Instruction) (end int) {
	l := &s.line
	end = l.end
	if !mayHaveHeredoc(l.Text) {
		return end
	}
	for _, h := range heredocWords(l) {
		h.Body = Span{s.pos, s.pos}
		for s.pos < len(s.text) {
			start, stop := s.nextLine()
			end = stop
			line := s.text[start:stop]
			if h.Chomp {
				line = strings.TrimLeft(line, "\t")
			}
			if line == h.Name {
				h.End = Span{start, stop}
				break
			}
			h.Body.End = s.pos
		}
		in.Heredocs = append(in.Heredocs, h)
	}
	return end
}

// mayHaveHeredoc says whether a word could start with "<<" or "3<<". BuildKit's
// lexer is slow, so it is asked only then.
func mayHaveHeredoc(line string) bool {
	for from := 0; ; {
		i := strings.Index(line[from:], "<<")
		if i < 0 {
			return false
		}
		i += from
		start := i
		for start > 0 && '0' <= line[start-1] && line[start-1] <= '9' {
			start--
		}
		if start == 0 || isBlank(line[start-1]) || line[start-1] >= utf8.RuneSelf {
			return true
		}
		from = i + 2
	}
}

// heredocWords finds the words of a line that begin here-documents, with
// BuildKit's own lexer, whose rules about quotes and variables are its own.
func heredocWords(l *lines) []Heredoc {
	lex := shell.NewLex('\\')
	lex.RawQuotes = true
	lex.RawEscapes = true
	lex.SkipUnsetEnv = true
	words, err := lex.ProcessWords(printable(l.Text), noVariables{})
	if err != nil {
		return nil // BuildKit sees no here-document either
	}
	var docs []Heredoc
	at := 0
	for _, word := range words {
		// The lexer keeps words as they are written save for rare rewrites of
		// ${…}; those are skipped, as they cannot begin a here-document.
		start := strings.Index(l.Text[at:], word)
		if start >= 0 {
			start += at
			at = start + len(word)
		}
		h, err := parser.ParseHeredoc(word)
		if err != nil {
			return nil
		}
		if h == nil {
			continue
		}
		place := Span{l.end, l.end}
		if start >= 0 {
			place = l.Span(start, at)
		}
		docs = append(docs, Heredoc{Name: h.Name, Expand: h.Expand, Chomp: h.Chomp, Word: place})
	}
	return docs
}

// printable replaces the bytes about which BuildKit's lexer writes complaints
// to standard error.
func printable(text string) string {
	if strings.IndexByte(text, 0) >= 0 {
		text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	}
	if utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}

// noVariables is an environment without variables.
type noVariables struct{}

func (noVariables) Get(string) (string, bool) { return "", false }
func (noVariables) Keys() []string            { return nil }
