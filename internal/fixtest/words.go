package fixtest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"restage/analysis/source"
)

// verbs are the words an action's title may start with: a title is a verb
// phrase. A new refactoring may add its own here.
var verbs = map[string]bool{
	"Add": true, "Clean": true, "Convert": true, "Copy": true, "Create": true, "Drop": true, "Fold": true,
	"Give": true, "Install": true, "Keep": true, "Leave": true, "Make": true, "Mount": true, "Move": true,
	"Pin": true, "Put": true, "Remove": true, "Replace": true, "Rewrite": true, "Run": true, "Set": true,
	"Skip": true, "Split": true, "Start": true, "Use": true,
}

// vague are phrases that no refusal may hold: they say nothing that a user
// could act on.
var vague = regexp.MustCompile(`(?i)not (yet )?(supported|implemented|possible)|unsupported|unimplemented|too complex|cannot handle|unknown reason|\bTODO\b|internal error|something`)

// misprint are traces of a format that went wrong.
var misprint = regexp.MustCompile(`%![a-zA-Z(]|<nil>|&\{|\[\]|  |\(\)|""|\x00`)

// quoted is code of the file that a sentence quotes, which may be anything.
var quoted = regexp.MustCompile("`[^`]*`")

// misprinted says whether the words of a sentence are not what was meant. What
// it takes from the file may look as it likes.
func (fl *flaws) misprinted(s string) bool {
	return fl.says(misprint, s)
}

// says whether a sentence has words of its own that match, outside of quotes
// and not taken from the file.
func (fl *flaws) says(words *regexp.Regexp, s string) bool {
	return slices.ContainsFunc(words.FindAllString(quoted.ReplaceAllString(s, "``"), -1), func(m string) bool {
		return !strings.Contains(fl.text, m)
	})
}

// badTitle says what is wrong with an action's title, "" for nothing.
func (fl *flaws) badTitle(title string) string {
	first, _, _ := strings.Cut(title, " ")
	switch {
	case title == "":
		return "empty"
	case !verbs[first]:
		return "does not start with a known verb (see fixtest/words.go)"
	case strings.HasSuffix(title, "."):
		return "ends with a full stop"
	case strings.ContainsAny(title, "\n\r"):
		return "has more than one line"
	case utf8.RuneCountInString(title) > 90:
		return "longer than 90 characters"
	case fl.misprinted(title):
		return "misprinted"
	}
	return ""
}

// badSentence says what is wrong with a finding's message.
func (fl *flaws) badSentence(s string) string {
	switch {
	case s == "":
		return "empty"
	case strings.TrimSpace(s) != s:
		return "blanks at its borders"
	case utf8.RuneCountInString(s) < 15:
		return "too short to name cause and cost"
	case strings.ContainsAny(s, "\n\r"):
		return "more than one line"
	case fl.misprinted(s):
		return "misprinted"
	case !utf8.ValidString(s):
		return "not UTF-8"
	}
	return ""
}

// badRefusal says what is wrong with the reason of a disabled action.
func (fl *flaws) badRefusal(s string) string {
	switch {
	case strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "...") && !strings.Contains(fl.text, s[strings.LastIndexByte(s, ' ')+1:]):
		return "ends with a full stop"
	case fl.says(vague, s):
		return "vague"
	case utf8.RuneCountInString(s) < 20:
		return "too short to be a reason"
	case fl.misprinted(s):
		return "misprinted"
	case strings.ContainsAny(s, "\n\r"):
		return "more than one line"
	case !utf8.ValidString(s):
		return "not UTF-8"
	}
	return ""
}

// badSpan says what is wrong with a range of bytes of text.
func badSpan(text string, s source.Span) string {
	switch {
	case s.Start < 0 || s.End > len(text) || s.Start > s.End:
		return "out of bounds: " + spanString(s) + " of " + itoa(len(text)) + " bytes"
	case !border(text, s.Start) || !border(text, s.End):
		return "inside a character or a line end: " + spanString(s)
	}
	return ""
}

// border says that an offset is one that an editor can express: not inside a
// UTF-8 sequence and not between CR and LF.
func border(text string, off int) bool {
	if off == 0 || off == len(text) {
		return true
	}
	if text[off-1] == '\r' && text[off] == '\n' {
		return false
	}
	if utf8.RuneStart(text[off]) {
		return true
	}
	// A stray continuation byte is a character of its own.
	for back := 1; back <= 3 && off-back >= 0; back++ {
		if utf8.RuneStart(text[off-back]) {
			_, size := utf8.DecodeRuneInString(text[off-back:])
			return size <= back
		}
	}
	return true
}
