package assist

import (
	"strings"
	"unicode"

	"restage/analysis/source"
)

// Hover is what is shown at a place.
type Hover struct {
	// Span is what it is about; of several the smallest.
	Span     source.Span
	sections []section
}

// section is one part of a hover: what one thing at the place says.
type section struct {
	span       source.Span
	title      string
	paragraphs []paragraph
	link       string
}

// paragraph is plain text with code in backticks, or Markdown already.
type paragraph struct {
	text     string
	markdown bool
}

func (s *section) say(text string)   { s.paragraphs = append(s.paragraphs, paragraph{text, false}) }
func (s *section) quote(text string) { s.paragraphs = append(s.paragraphs, paragraph{text, true}) }

// Markdown is the hover as Markdown.
func (h *Hover) Markdown() string {
	var parts []string
	for _, s := range h.sections {
		paragraphs := []string{"**" + escaped(oneLine(s.title)) + "**"}
		for _, p := range s.paragraphs {
			if !p.markdown {
				p.text = escaped(p.text)
			}
			paragraphs = append(paragraphs, p.text)
		}
		if s.link != "" {
			paragraphs = append(paragraphs, "[More about this rule]("+s.link+")")
		}
		parts = append(parts, strings.Join(paragraphs, "\n\n"))
	}
	return strings.Join(parts, "\n\n---\n\n")
}

// Plain is the hover as plain text.
func (h *Hover) Plain() string {
	var parts []string
	for _, s := range h.sections {
		paragraphs := []string{oneLine(s.title)}
		for _, p := range s.paragraphs {
			paragraphs = append(paragraphs, strings.Join(strings.Fields(p.text), " "))
		}
		if s.link != "" {
			paragraphs = append(paragraphs, "More about this rule: "+s.link)
		}
		parts = append(parts, strings.ReplaceAll(strings.Join(paragraphs, "\n\n"), "`", ""))
	}
	return strings.Join(parts, "\n\n")
}

// escaped is a text as Markdown shows it as it is, code in backticks left alone.
func escaped(text string) string {
	parts := strings.Split(text, "`")
	if len(parts)%2 == 0 { // a backtick without its partner
		return markdownEscapes.Replace(strings.ReplaceAll(text, "`", "'"))
	}
	for i := 0; i < len(parts); i += 2 {
		parts[i] = markdownEscapes.Replace(parts[i])
	}
	return strings.Join(parts, "`")
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `_`, `\_`, `<`, `\<`, `[`, `\[`, `]`, `\]`, `#`, `\#`, `|`, `\|`)

// code quotes a word of a file, on one line.
func code(word string) string {
	return "`" + oneLine(strings.ReplaceAll(word, "`", "'")) + "`"
}

// oneLine is a text of a file on one line, without control characters.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// codes quotes several words.
func codes(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = code(w)
	}
	return strings.Join(quoted, ", ")
}

// Sentence begins a message with a capital letter and ends it with a full stop;
// "" stays "".
func Sentence(message string) string {
	if message == "" {
		return ""
	}
	if message[0] >= 'a' && message[0] <= 'z' {
		message = strings.ToUpper(message[:1]) + message[1:]
	}
	if strings.ContainsAny(message[len(message)-1:], ".!?") {
		return message
	}
	return message + "."
}
