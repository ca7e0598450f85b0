package project

import (
	"strconv"
	"strings"
)

// lineReader gives the lines of a text one after the other.
type lineReader struct {
	text   string
	line   string // the current line, blanks around it and a comment-free end removed
	number int    // its 0-based number
	begun  bool
}

func (r *lineReader) next() bool {
	if r.text == "" {
		return false
	}
	if r.begun {
		r.number++
	}
	r.begun = true
	r.line, r.text, _ = strings.Cut(r.text, "\n")
	r.line = strings.TrimSpace(r.line)
	return true
}

// wholeValue gives a value to its end, which may lie some lines below: arrays
// and multi-line strings. ok is false when the text ends within it.
func wholeValue(lines *lineReader, value string) (whole string, ok bool) {
	for _, quotes := range []string{`"""`, "'''"} {
		if rest, is := strings.CutPrefix(value, quotes); is {
			for !strings.Contains(rest, quotes) {
				if !lines.next() {
					return "", false
				}
				rest = lines.line
			}
			return value, true
		}
	}
	if value == "" {
		return "", false
	}
	if value[0] != '[' && value[0] != '{' {
		return value, true
	}
	depth := brackets(value)
	if depth == 0 {
		return value, true
	}
	var b strings.Builder
	b.WriteString(value)
	for depth > 0 {
		if !lines.next() || isConflict(lines.line) || strings.HasPrefix(lines.line, "[[package]]") {
			return "", false
		}
		depth += brackets(lines.line)
		b.WriteString(lines.line)
	}
	return b.String(), true
}

// brackets counts opened minus closed brackets outside of strings.
func brackets(line string) int {
	depth := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '#':
			return depth
		case '"', '\'':
			i = stringEnd(line, i)
		}
	}
	return depth
}

// stringEnd gives the offset of the quote that ends the string begun at i.
func stringEnd(line string, i int) int {
	quote := line[i]
	for i++; i < len(line) && line[i] != quote; i++ {
		if line[i] == '\\' && quote == '"' {
			i++
		}
	}
	return i
}

// textOf gives the content of a string value: a part of the file's text, which
// a fact must not keep in memory.
func textOf(value string) string {
	if value == "" || value[0] != '"' && value[0] != '\'' {
		return value
	}
	end := stringEnd(value, 0)
	if end >= len(value) {
		return ""
	}
	return unquote(value[:end+1])
}

// unquote removes the quotes of a string or key and reads its escapes.
func unquote(s string) string {
	if len(s) < 2 || s[0] != s[len(s)-1] || s[0] != '"' && s[0] != '\'' {
		return s
	}
	if s[0] == '"' && strings.Contains(s, `\`) {
		if plain, err := strconv.Unquote(s); err == nil {
			return plain
		}
	}
	return s[1 : len(s)-1]
}

// quotedStrings gives the strings of an array of strings, as parts of the text.
func quotedStrings(value string) []string {
	var list []string
	for i := 0; i < len(value); i++ {
		if value[i] == '"' || value[i] == '\'' {
			end := stringEnd(value, i)
			if end >= len(value) {
				break
			}
			list = append(list, unquote(value[i:end+1]))
			i = end
		}
	}
	return list
}

// readFiles reads the list of a package's files, a file a line: whether there
// are any, and whether one is a wheel for Linux. Their hashes are most of a
// lock file, and nobody asks for them; ok is false where the list does not end.
func readFiles(lines *lineReader, value string) (known, wheel, ok bool) {
	if !strings.HasPrefix(value, "[") {
		return false, false, value != ""
	}
	for line := value; ; line = lines.line {
		known = known || strings.Contains(line, "file")
		wheel = wheel || strings.Contains(line, "-manylinux") || strings.Contains(line, "-linux_x86_64.whl")
		if strings.HasSuffix(line, "]") {
			return known, wheel, true
		}
		if !lines.next() || isConflict(lines.line) || lines.line == "[[package]]" {
			return false, false, false
		}
	}
}
