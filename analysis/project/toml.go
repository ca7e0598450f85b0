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
	"github.com/pelletier/go-toml/v2/unstable"

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
func decodeTOML(name, text string) (table, *Problem) {
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
		return nil, problemAt(name, text, at, base+" is not UTF-8 text")
	}
	tree := map[string]any{}
	err := toml.Unmarshal([]byte(text[skip:]), &tree)
	if err == nil {
		return tree, nil
	}
	if at := conflictMarker(text); at >= 0 {
		return nil, problemAt(name, text, at, base+" has unresolved merge conflicts")
	}
	var decode *toml.DecodeError
	if !errors.As(err, &decode) {
		return nil, problemAt(name, text, 0, fmt.Sprintf("%s is not valid TOML: %s", base, strings.TrimPrefix(err.Error(), "toml: ")))
	}
	row, column := decode.Position()
	at := skip + lineStart(text[skip:], row-1) + column - 1
	message := fmt.Sprintf("%s is not valid TOML: %s", base, strings.TrimPrefix(decode.Error(), "toml: "))
	return nil, problemAt(name, text, at, message)
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

// keyPlace is one key or table header of a TOML file with its whole path.
type keyPlace struct {
	path []string
	span source.Span
}

// keyPlaces lists the keys of a TOML file in order of appearance. The decoder
// gives neither order nor places.
func keyPlaces(text string) []keyPlace {
	skip := len(text) - len(strings.TrimPrefix(text, bom))
	var parser unstable.Parser
	parser.Reset([]byte(text[skip:]))
	var places []keyPlace
	var header []string
	for parser.NextExpression() {
		node := parser.Expression()
		switch node.Kind {
		case unstable.Table, unstable.ArrayTable:
			place := placeOf(node.Key(), nil, skip)
			header = place.path
			places = append(places, place)
		case unstable.KeyValue:
			places = appendKey(places, node, header, skip, 0)
		}
	}
	return places
}

// appendKey adds a key and, if its value is an inline table, the keys in it.
func appendKey(places []keyPlace, node *unstable.Node, header []string, skip, depth int) []keyPlace {
	place := placeOf(node.Key(), header, skip)
	places = append(places, place)
	if value := node.Value(); value.Kind == unstable.InlineTable && depth < 20 {
		for items := value.Children(); items.Next(); {
			if item := items.Node(); item.Kind == unstable.KeyValue {
				places = appendKey(places, item, place.path, skip, depth+1)
			}
		}
	}
	return places
}

func placeOf(key unstable.Iterator, header []string, skip int) keyPlace {
	place := keyPlace{path: append([]string{}, header...)}
	for key.Next() {
		part := key.Node()
		start := skip + int(part.Raw.Offset)
		if len(place.path) == len(header) {
			place.span.Start = start
		}
		place.span.End = start + int(part.Raw.Length)
		place.path = append(place.path, string(part.Data))
	}
	return place
}

// child is one name directly below a table and where it is first written.
type child struct {
	name string
	span source.Span
}

// children lists the names below a table in order of appearance.
func children(places []keyPlace, parent ...string) []child {
	var list []child
	seen := map[string]bool{}
	for _, place := range places {
		if len(place.path) <= len(parent) || !hasPrefix(place.path, parent) {
			continue
		}
		if name := place.path[len(parent)]; !seen[name] {
			seen[name] = true
			list = append(list, child{name, place.span})
		}
	}
	return list
}

// placeIn gives where a path is first written; ok is false if it is not.
func placeIn(places []keyPlace, keys ...string) (source.Span, bool) {
	for _, place := range places {
		if len(place.path) >= len(keys) && hasPrefix(place.path, keys) {
			return place.span, true
		}
	}
	return source.Span{}, false
}

func hasPrefix(list, prefix []string) bool {
	for i := range prefix {
		if list[i] != prefix[i] {
			return false
		}
	}
	return true
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
