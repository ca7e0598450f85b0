package source

import (
	"slices"
	"strings"
)

// expandPlain is Expand for words that hold nothing but plain characters, $NAME
// and ${NAME}, maybe all in double quotes: nearly all there are. BuildKit's
// lexer, which is for the others, takes each character of each value by itself.
// Ok is false for a word that is not plain.
func expandPlain(word string, lookup func(name string) (string, bool)) (value string, unset []string, ok bool) {
	if len(word) > 1 && word[0] == '"' && word[len(word)-1] == '"' {
		word = word[1 : len(word)-1]
	}
	var b strings.Builder
	for at := 0; at < len(word); {
		if c := word[at]; c != '$' {
			if !plainByte(c) {
				return "", nil, false
			}
			b.WriteByte(c)
			at++
			continue
		}
		at++
		braced := at < len(word) && word[at] == '{'
		if braced {
			at++
		}
		end := at
		for end < len(word) && nameByte(word[end], end == at) {
			end++
		}
		if end == at || braced && (end == len(word) || word[end] != '}') {
			return "", nil, false
		}
		name := word[at:end]
		if at = end; braced {
			at++
		}
		v, known := lookup(name)
		if !known && !slices.Contains(unset, name) {
			unset = append(unset, name)
		}
		if known {
			b.WriteString(v)
		}
	}
	slices.Sort(unset)
	return b.String(), unset, true
}

// plainByte says whether a character stands for itself, in quotes and out of them.
func plainByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("/:.,_-+=@%~", c) >= 0
}

// nameByte says whether a character may be in a variable's name, or begin it.
func nameByte(c byte, first bool) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= '0' && c <= '9' && !first
}
