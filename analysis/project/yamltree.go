package project

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"restage/analysis/lazyregexp"
)

// yamlFile is one parsed YAML file whose nodes keep their lines.
type yamlFile struct {
	path string
	root *yaml.Node
	left int // how many more keys may be looked at: aliases can nest exponentially
}

// maxKeys bounds the work that one compose file can ask for; a large one has
// some thousand keys, each looked at a few times.
const maxKeys = 200000

var yamlLine = lazyregexp.New(`^line (\d+): `)

// parseYAML parses the first document of a YAML (or JSON) text.
func parseYAML(name, text string) (f *yamlFile, problem *Problem) {
	defer func() {
		if fault := recover(); fault != nil {
			problem = problemAt(name, text, 0, path.Base(name)+" is not valid YAML")
		}
	}()
	f = &yamlFile{path: name, left: maxKeys}
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(text), &node); err != nil {
		message := strings.TrimPrefix(err.Error(), "yaml: ")
		line := 0
		if m := yamlLine.FindStringSubmatch(message); m != nil {
			line, _ = strconv.Atoi(m[1])
			message = message[len(m[0]):]
		}
		at := lineStart(text, max(line-1, 0))
		return f, problemAt(name, text, at, fmt.Sprintf("%s is not valid YAML: %s", path.Base(name), message))
	}
	if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
		f.root = node.Content[0]
	}
	return f, nil
}

// item is one key of a mapping with its value.
type item struct {
	key   string
	line  int // 0-based line of the key
	value *yaml.Node
}

// items lists a mapping in order, anchors and merges ("<<: *base") resolved;
// own keys win over merged ones. Nil for anything but a mapping.
func (f *yamlFile) items(n *yaml.Node) []item { return f.itemsDeep(n, 0) }

func (f *yamlFile) itemsDeep(n *yaml.Node, depth int) []item {
	n = resolve(n)
	if depth > 20 || n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	if f.left -= len(n.Content)/2 + 1; f.left < 0 {
		return nil
	}
	var own, merged []item
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Tag != "!!merge" {
			own = append(own, item{key.Value, key.Line - 1, resolve(value)})
			continue
		}
		sources := []*yaml.Node{value}
		if r := resolve(value); r != nil && r.Kind == yaml.SequenceNode {
			sources = r.Content
		}
		for _, source := range sources {
			merged = append(merged, f.itemsDeep(source, depth+1)...)
		}
	}
	if len(merged) == 0 {
		return own
	}
	have := map[string]bool{}
	for _, it := range own {
		have[it.key] = true
	}
	for _, it := range merged {
		if !have[it.key] {
			have[it.key] = true
			own = append(own, it)
		}
	}
	return own
}

// resolve follows aliases.
func resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode; i++ {
		if i > 20 {
			return nil
		}
		n = n.Alias
	}
	return n
}

// find gives the value of one key of a mapping, nil if it is absent.
func (f *yamlFile) find(n *yaml.Node, key string) *yaml.Node {
	for _, it := range f.items(n) {
		if it.key == key {
			return it.value
		}
	}
	return nil
}

// scalar gives the text of a plain value; ok is false for null and for
// anything that is not a scalar.
func scalar(n *yaml.Node) (text string, ok bool) {
	n = resolve(n)
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return "", false
	}
	return n.Value, true
}

// scalars gives the plain values of a sequence.
func scalars(n *yaml.Node) []string {
	n = resolve(n)
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	list := []string{}
	for _, c := range n.Content {
		if text, ok := scalar(c); ok {
			list = append(list, text)
		}
	}
	return list
}

// pairs gives a mapping, or a list of KEY=VALUE, as a map.
func (f *yamlFile) pairs(into map[string]string, n *yaml.Node) map[string]string {
	if into == nil {
		into = map[string]string{}
	}
	for _, it := range f.items(n) {
		into[it.key], _ = scalar(it.value)
	}
	for _, text := range scalars(n) {
		key, value, _ := strings.Cut(text, "=")
		into[key] = value
	}
	if len(into) == 0 {
		return nil
	}
	return into
}
