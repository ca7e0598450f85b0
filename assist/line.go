package assist

import (
	"path"
	"sort"
	"strings"

	"restage/analysis/python"
	"restage/analysis/source"
)

// textBefore is the shell program of a RUN up to an offset, as the shell would
// see it; false for the exec form, and in what is no part of the program.
func textBefore(doc *source.Document, in *source.Instruction, offset int) (string, bool) {
	for _, h := range in.Heredocs {
		if h.Body.Start <= offset && offset <= h.Body.End {
			return doc.Text[h.Body.Start:offset], true
		}
	}
	if offset < in.Args.Start || offset > in.Args.End || in.JSON != nil {
		return "", false
	}
	joined := doc.Join(in)
	n := sort.Search(len(joined.Text), func(i int) bool { return joined.At(i) >= offset })
	before := joined.Text[:n]
	if n > 0 && joined.At(n-1)+1 < offset {
		before += " " // blanks and line ends that are not part of the program
	}
	return before, true
}

// line is the command of Poetry that the cursor stands in, as far as it is
// written before the cursor.
type line struct {
	verb string
	// options are the options that are there already.
	options []string
	// option is the one whose value the cursor is in, "" for none.
	option string
	// word is what is written of the word at the cursor, of a value only that.
	word string
}

// wrappers may stand in front of a command without changing it.
var wrappers = map[string]bool{"exec": true, "env": true, "time": true, "sudo": true, "command": true}

// readLine reads the last command of a program that may end in the middle of a
// word; false if it is none of Poetry.
func readLine(before string) (*line, bool) {
	words, last, ok := lastCommand(before)
	if !ok {
		return nil, false
	}
	for len(words) > 0 && (wrappers[words[0]] || isAssignment(words[0])) {
		words = words[1:]
	}
	if len(words) >= 3 && strings.HasPrefix(path.Base(words[0]), "python") && words[1] == "-m" {
		words = words[2:]
	}
	if len(words) == 0 || path.Base(words[0]) != "poetry" {
		return nil, false
	}
	l := &line{word: last}
	waiting := ""
	for _, w := range words[1:] {
		switch {
		case waiting != "":
			waiting = ""
		case w == "--":
			return nil, false
		case strings.HasPrefix(w, "-"):
			name, _, given := strings.Cut(w, "=")
			l.options = append(l.options, name)
			if !given && python.PoetryTakesValue(name) {
				waiting = name
			}
		case l.verb == "":
			l.verb = w
		}
	}
	if waiting != "" {
		l.option = waiting
		return l, true
	}
	if name, value, given := strings.Cut(last, "="); given && strings.HasPrefix(name, "-") {
		l.option, l.word = name, strings.TrimLeft(value, `"'`)
	}
	return l, true
}

func isAssignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") == ""
}

// listed takes the value at the cursor apart: the names that are there, and
// what is written of the last one.
func (l *line) listed() (given []string, written string) {
	names := strings.FieldsFunc(l.word+"\x00", func(r rune) bool { return r == ',' || r == ' ' })
	last := len(names) - 1
	return names[:last], strings.TrimSuffix(names[last], "\x00")
}

// lastCommand splits the last simple command of a program into its words, the
// one at the end apart. It is false in a comment, and where the word has an
// expansion in it.
func lastCommand(text string) (words []string, last string, ok bool) {
	var word strings.Builder
	inWord, quote := false, byte(0)
	end := func() {
		if inWord {
			words = append(words, word.String())
		}
		word.Reset()
		inWord = false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteByte(c)
		case c == '\\' && i+1 < len(text):
			if i++; text[i] != '\n' {
				word.WriteByte(text[i])
				inWord = true
			}
		case c == '\'' || c == '"':
			quote, inWord = c, true
		case c == ' ' || c == '\t' || c == '\r':
			end()
		case strings.IndexByte("\n;&|(){}`", c) >= 0:
			end()
			words = nil
		case c == '#' && !inWord:
			for i < len(text) && text[i] != '\n' {
				i++
			}
			if i == len(text) {
				return nil, "", false
			}
			words = nil
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	last = word.String()
	return words, last, !strings.ContainsAny(last, "$`<>")
}
