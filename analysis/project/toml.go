package project

import (
	"errors"
	"fmt"
	"path"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	toml "github.com/pelletier/go-toml/v2"

	"restage/analysis/source"
)

// bom is the byte order mark that some editors put before UTF-8.
const bom = "\ufeff"

// table is one decoded TOML table. Its methods give zero values for keys that
// are absent or of another type, since a linter must read half-written files.
type table map[string]any

func (t table) table(keys ...string) table {
	for _, key := range keys {
		next, ok := t[key].(map[string]any)
		if !ok {
			return nil
		}
		t = next
	}
	return t
}

func (t table) text(key string) string {
	s, _ := t[key].(string)
	return s
}

func (t table) flag(key string) bool {
	b, _ := t[key].(bool)
	return b
}

func (t table) list(key string) []any {
	l, _ := t[key].([]any)
	return l
}

func (t table) texts(key string) []string { return texts(t[key]) }

func (t table) has(key string) bool {
	_, ok := t[key]
	return ok
}

// tables gives an array of tables.
func (t table) tables(key string) []table {
	var list []table
	for _, item := range t.list(key) {
		if m, ok := item.(map[string]any); ok {
			list = append(list, m)
		}
	}
	return list
}

// texts gives the strings of a value that is a string or a list of them.
func texts(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var list []string
		for _, item := range value {
			if s, ok := item.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

// decodeTOML decodes a whole file, or says in the user's words why it cannot.
func decodeTOML(name, text string) (table, *keyNode, *Problem) {
	skip := len(text) - len(strings.TrimPrefix(text, bom))
	base := path.Base(name)
	if !utf8.ValidString(text) {
		at := 0
		for at < len(text) {
			r, size := utf8.DecodeRuneInString(text[at:])
			if r == utf8.RuneError && size == 1 {
				break
			}
			at += size
		}
		return nil, nil, problemAt(name, text, at, base+" is not UTF-8 text")
	}
	keys, ok := keyTree(text)
	if !ok {
		return nil, nil, &Problem{Path: name, Message: fmt.Sprintf("%s was not read: it has more than %d keys", base, maxTOMLKeys)}
	}
	tree := map[string]any{}
	err := toml.Unmarshal([]byte(text[skip:]), &tree)
	if err == nil {
		return tree, keys, nil
	}
	if at := conflictMarker(text); at >= 0 {
		return nil, nil, problemAt(name, text, at, base+" has unresolved merge conflicts")
	}
	var decode *toml.DecodeError
	if !errors.As(err, &decode) {
		return nil, nil, problemAt(name, text, 0, fmt.Sprintf("%s is not valid TOML: %s", base, strings.TrimPrefix(err.Error(), "toml: ")))
	}
	row, column := decode.Position()
	at := skip + lineStart(text[skip:], row-1) + column - 1
	message := fmt.Sprintf("%s is not valid TOML: %s", base, strings.TrimPrefix(decode.Error(), "toml: "))
	return nil, nil, problemAt(name, text, at, message)
}

// conflictMarker gives the offset of the first merge conflict marker, or -1.
func conflictMarker(text string) int {
	for _, marker := range []string{"<<<<<<< ", ">>>>>>> "} {
		if strings.HasPrefix(text, marker) {
			return 0
		}
		if at := strings.Index(text, "\n"+marker); at >= 0 {
			return at + 1
		}
	}
	return -1
}

// lineStart gives the offset at which a 0-based line starts.
func lineStart(text string, line int) int {
	at := 0
	for ; line > 0; line-- {
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			return len(text)
		}
		at += next + 1
	}
	return at
}

// problemAt makes a problem that runs from an offset to the end of its line.
func problemAt(name, text string, at int, message string) *Problem {
	at = max(0, min(at, len(text)))
	end := len(text)
	if next := strings.IndexByte(text[at:], '\n'); next >= 0 {
		end = at + next
	}
	end -= len(text[at:end]) - len(strings.TrimRight(text[at:end], "\r"))
	return &Problem{Path: name, Span: source.Span{Start: at, End: end},
		Line: strings.Count(text[:at], "\n"), Message: message}
}

// flatten writes the settings of a table with dotted keys.
func flatten(into map[string]string, prefix string, t table) {
	for key, value := range t {
		key = prefix + key
		switch value := value.(type) {
		case map[string]any:
			flatten(into, key+".", value)
		case string:
			into[key] = value
		case bool:
			into[key] = strconv.FormatBool(value)
		case []any:
			into[key] = strings.Join(texts(value), ",")
		default:
			into[key] = fmt.Sprint(value)
		}
	}
}

// sortedKeys lists the keys of a table in a fixed order.
func sortedKeys(t table) []string {
	keys := make([]string, 0, len(t))
	for key := range t {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
