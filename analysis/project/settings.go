package project

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"restage/analysis/source"
)

// SettingsFile is the name of the file that holds restage's own settings;
// a pyproject.toml holds them in the table tool.restage.
const SettingsFile = "restage.toml"

// Settings are the lines of a restage.toml, or of tool.restage in a
// pyproject.toml, as they are written. Package config says what they mean.
type Settings struct {
	// Path is the file they stand in, a slash path in the project's file system.
	Path string
	// Text is the whole file.
	Text string
	// Entries are its keys with their values in order.
	Entries []Entry
	// Problem says why the file cannot be read; nil when it can.
	Problem *Problem
}

// Entry is one key of a TOML file with its value.
type Entry struct {
	// Keys lead to the value through all tables. Each table of an array of
	// tables counts as a key of its own: "[[overrides]]" gives "overrides", "0".
	Keys []string
	// Key is where the key is written, Value where the value is; both in bytes
	// of the file. Value is empty for what the parser gives no place of.
	Key, Value source.Span
	// Kind is "string", "array of strings", "integer", "boolean", "table" (one
	// without keys) or "" for anything else.
	Kind string
	// Text is the value of a string, a boolean or an integer.
	Text string
	// Items are the strings of an array, and Places where they are.
	Items  []string
	Places []source.Span
}

// findSettings reads the settings that hold for the Dockerfile: those of the
// nearest folder above it that has any. In one folder restage.toml goes before
// pyproject.toml, whose table is not read then.
func (p *Project) findSettings() *Settings {
	for dir := path.Dir(p.Dockerfile); ; dir = path.Dir(dir) {
		if s := p.settingsIn(dir); s != nil {
			return s
		}
		if dir == "." || dir == "/" {
			return nil
		}
	}
}

// settingsIn reads the settings of one folder; nil if it has none.
func (p *Project) settingsIn(dir string) *Settings {
	store := p.reader.store
	name := path.Join(dir, SettingsFile)
	p.reader.note(name)
	own := cached(store, name, func() *Settings {
		text, err := store.read(name, maxText)
		if problem, ok := unreadable(name, err); ok {
			return &Settings{Path: name, Problem: &problem}
		}
		if err != nil {
			return nil
		}
		return parseSettings(name, text, nil)
	})
	if own != nil {
		return own
	}
	name = path.Join(dir, "pyproject.toml")
	p.reader.note(name)
	read := cached(store, name, func() parsedPyproject { return readPyproject(store, name) })
	if read.pyproject == nil || !slices.Contains(read.pyproject.Tools, "restage") {
		return nil
	}
	return parseSettings(name, read.text, []string{"tool", "restage"})
}

// parseSettings reads the entries below a table of a file, nil for all.
func parseSettings(name, text string, below []string) *Settings {
	s := &Settings{Path: name, Text: text}
	if _, _, problem := decodeTOML(name, text); problem != nil {
		s.Problem = problem
		return s
	}
	for _, e := range entries(text) {
		if len(e.Keys) >= len(below) && slices.Equal(e.Keys[:len(below)], below) {
			e.Keys = e.Keys[len(below):]
			s.Entries = append(s.Entries, e)
		}
	}
	return s
}

// entries lists all keys of a valid TOML text.
func entries(text string) []Entry {
	r := entryReader{keyReader: keyReader{text: text, skip: len(text) - len(strings.TrimPrefix(text, bom))}, arrays: map[string]int{}}
	var parser unstable.Parser
	parser.Reset([]byte(text[r.skip:]))
	var table []string
	for parser.NextExpression() {
		switch node := parser.Expression(); node.Kind {
		case unstable.Table:
			keys, span := r.keys(node.Key())
			table = r.indexed(keys)
			r.list = append(r.list, Entry{Keys: table, Key: span, Kind: "table"})
		case unstable.ArrayTable:
			keys, span := r.keys(node.Key())
			table = r.next(keys)
			r.list = append(r.list, Entry{Keys: table, Key: span, Kind: "table"})
		case unstable.KeyValue:
			r.value(table, node)
		}
	}
	return r.list
}

// entryReader flattens a TOML text.
type entryReader struct {
	keyReader
	list []Entry
	// arrays are the arrays of tables seen so far with the number of their tables.
	arrays map[string]int
}

// keys are the parts of a dotted key and where it is written.
func (r *entryReader) keys(key unstable.Iterator) (parts []string, span source.Span) {
	span.Start = -1
	for key.Next() {
		raw := key.Node().Raw
		if span.Start < 0 {
			span.Start = r.skip + int(raw.Offset)
		}
		span.End = r.skip + int(raw.Offset+raw.Length)
		parts = append(parts, string(key.Node().Data))
	}
	return parts, span
}

// indexed puts the index of the last table into a path that leads through an
// array of tables.
func (r *entryReader) indexed(keys []string) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k)
		if n := r.arrays[strings.Join(out, "\x00")]; n > 0 {
			out = append(out, strconv.Itoa(n-1))
		}
	}
	return out
}

// next is the path of a new table of an array.
func (r *entryReader) next(keys []string) []string {
	last := len(keys) - 1
	parent := append(r.indexed(keys[:last]), keys[last])
	name := strings.Join(parent, "\x00")
	r.arrays[name]++
	return append(parent, strconv.Itoa(r.arrays[name]-1))
}

// value adds a key with its value; an inline table adds each of its own.
func (r *entryReader) value(table []string, node *unstable.Node) {
	keys, span := r.keys(node.Key())
	e := Entry{Keys: append(slices.Clip(table), keys...), Key: span}
	value := node.Value()
	switch value.Kind {
	case unstable.InlineTable:
		e.Kind = "table"
		r.list = append(r.list, e)
		for items := value.Children(); items.Next(); {
			if items.Node().Kind == unstable.KeyValue {
				r.value(e.Keys, items.Node())
			}
		}
		return
	case unstable.String:
		e.Kind, e.Text, e.Value = "string", string(value.Data), r.content(value)
	case unstable.Bool:
		e.Kind, e.Text = "boolean", string(value.Data)
	case unstable.Integer:
		e.Kind, e.Text = "integer", string(value.Data)
	case unstable.Array:
		e.Kind = "array of strings"
		for items := value.Children(); items.Next(); {
			if item := items.Node(); item.Kind == unstable.String {
				e.Items, e.Places = append(e.Items, string(item.Data)), append(e.Places, r.content(item))
			} else if item.Kind != unstable.Comment {
				e.Kind = ""
			}
		}
	}
	r.list = append(r.list, e)
}
