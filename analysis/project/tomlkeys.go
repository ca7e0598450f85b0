package project

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"restage/analysis/source"
)

// keyNode is one key of a TOML file: where it is first written, the keys below
// it in order of appearance, and where the strings of its array stand. The
// decoder gives neither order nor places.
type keyNode struct {
	name    string
	span    source.Span // the dotted key that first names it
	below   []*keyNode
	byName  map[string]*keyNode
	strings []source.Span // quotes excluded
}

// maxTOMLKeys bounds the keys of one file. The decoder's time grows with the
// square of their number; the largest real files have some hundreds.
const maxTOMLKeys = 8000

// keyTree reads the keys of a TOML file, of a broken one those above the
// break; ok is false when there are too many.
func keyTree(text string) (tree *keyNode, ok bool) {
	r := keyReader{text: text, skip: len(text) - len(strings.TrimPrefix(text, bom))}
	var parser unstable.Parser
	parser.Reset([]byte(text[r.skip:]))
	root := &keyNode{}
	table := root
	for r.count <= maxTOMLKeys && parser.NextExpression() {
		switch node := parser.Expression(); node.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = r.add(root, node.Key())
		case unstable.KeyValue:
			r.keyValue(table, node, 0)
		}
	}
	return root, r.count <= maxTOMLKeys
}

// keyReader turns the parser's ranges into spans of the text.
type keyReader struct {
	text string
	skip int // length of a byte order mark, which the parser does not see
	// count is the number of keys so far, each part of a dotted one counted.
	count int
}

// keyValue adds a key and what its value, an inline table or an array, holds.
func (r *keyReader) keyValue(table *keyNode, node *unstable.Node, depth int) {
	key := r.add(table, node.Key())
	value := node.Value()
	if value.Kind != unstable.InlineTable && value.Kind != unstable.Array || depth > 20 {
		return
	}
	for items := value.Children(); items.Next(); {
		switch item := items.Node(); item.Kind {
		case unstable.KeyValue:
			r.keyValue(key, item, depth+1)
		case unstable.String:
			key.strings = append(key.strings, r.content(item))
		}
	}
}

// add finds or makes the node of a dotted key below a table. All parts that
// are new get the span of the whole key.
func (r *keyReader) add(at *keyNode, key unstable.Iterator) *keyNode {
	span := source.Span{Start: -1}
	for parts := key; parts.Next(); {
		raw := parts.Node().Raw
		if span.Start < 0 {
			span.Start = r.skip + int(raw.Offset)
		}
		span.End = r.skip + int(raw.Offset+raw.Length)
	}
	for key.Next() {
		if r.count++; r.count > maxTOMLKeys {
			break
		}
		name := string(key.Node().Data)
		next, known := at.byName[name]
		if !known {
			next = &keyNode{name: name, span: span}
			if at.byName == nil {
				at.byName = map[string]*keyNode{}
			}
			at.byName[name] = next
			at.below = append(at.below, next)
		}
		at = next
	}
	return at
}

// content gives the span of a string without its quotes.
func (r *keyReader) content(node *unstable.Node) source.Span {
	span := source.Span{Start: r.skip + int(node.Raw.Offset)}
	span.End = span.Start + int(node.Raw.Length)
	width := 1
	if raw := r.text[span.Start:span.End]; len(raw) >= 6 && (strings.HasPrefix(raw, `"""`) || strings.HasPrefix(raw, "'''")) {
		width = 3
	}
	if span.End-span.Start < 2*width {
		return source.Span{}
	}
	return source.Span{Start: span.Start + width, End: span.End - width}
}

// at gives the node of a path below n; an empty node if there is none.
func (n *keyNode) at(keys ...string) *keyNode {
	for _, key := range keys {
		next, ok := n.byName[key]
		if !ok {
			return &keyNode{}
		}
		n = next
	}
	return n
}
