package project

import (
	"strings"
)

// maxDependencies bounds the list: groups that include each other in a long
// chain would make it grow with the square of the file.
const maxDependencies = 20000

// dependencyReader collects the dependencies of one pyproject.toml.
type dependencyReader struct {
	tree   table
	keys   *keyNode
	found  []Dependency
	groups map[string][]string // the keys of [dependency-groups] by normalised name
}

// dependencies lists the dependencies of all groups, the main ones first.
func dependencies(tree table, keys *keyNode) []Dependency {
	r := &dependencyReader{tree: tree, keys: keys, groups: map[string][]string{}}
	r.requirements("main", false, "project", "dependencies")
	for _, c := range keys.at("project", "optional-dependencies").below {
		r.requirements("main", true, "project", "optional-dependencies", c.name)
	}
	r.poetry("main", "tool", "poetry", "dependencies")
	standard := keys.at("dependency-groups").below
	for _, c := range standard {
		r.groups[Normalise(c.name)] = append(r.groups[Normalise(c.name)], c.name)
	}
	for _, c := range standard {
		r.group735(c.name, Normalise(c.name), map[string]bool{})
	}
	for _, c := range keys.at("tool", "poetry", "group").below {
		r.poetry(c.name, "tool", "poetry", "group", c.name, "dependencies")
	}
	r.poetry("dev", "tool", "poetry", "dev-dependencies")
	r.requirements("dev", false, "tool", "uv", "dev-dependencies")
	for _, c := range keys.at("tool", "pdm", "dev-dependencies").below {
		r.requirements(c.name, false, "tool", "pdm", "dev-dependencies", c.name)
	}
	r.uvSources()
	return r.found
}

// requirements adds the list of PEP 508 strings at a key.
func (r *dependencyReader) requirements(group string, optional bool, keys ...string) {
	last := len(keys) - 1
	spans := r.keys.at(keys...).strings
	for i, text := range r.tree.table(keys[:last]...).texts(keys[last]) {
		d, ok := parseRequirement(text)
		if !ok || len(r.found) >= maxDependencies {
			continue
		}
		d.Group, d.Optional = group, optional
		if i < len(spans) {
			d.Span = spans[i]
		}
		r.found = append(r.found, d)
	}
}

// group735 adds what one group of [dependency-groups] holds, the groups that
// it includes too. Names are matched normalised, as PEP 735 asks.
func (r *dependencyReader) group735(as, name string, seen map[string]bool) {
	if seen[name] || len(seen) > 100 {
		return
	}
	seen[name] = true
	for _, key := range r.groups[name] {
		r.requirements(as, false, "dependency-groups", key)
		for _, item := range r.tree.table("dependency-groups").tables(key) {
			if include := item.text("include-group"); include != "" {
				r.group735(as, Normalise(include), seen)
			}
		}
	}
}

// poetry adds one of Poetry's dependency tables. A main dependency that
// [project] names already is only enriched: that is what Poetry does with it.
func (r *dependencyReader) poetry(group string, keys ...string) {
	all := r.tree.table(keys...)
	if all == nil {
		return
	}
	known := map[string][]int{}
	if r.groups[Normalise(group)] != nil || group == "main" {
		for i, d := range r.found {
			if Normalise(d.Group) == Normalise(group) {
				known[d.Name] = append(known[d.Name], i)
			}
		}
	}
	for _, c := range r.keys.at(keys...).below {
		if strings.EqualFold(c.name, "python") {
			continue
		}
		values, several := all[c.name].([]any)
		if !several {
			values = []any{all[c.name]}
		}
		for _, value := range values {
			d := poetryDependency(c.name, value)
			d.Group, d.Span = group, c.span
			for _, i := range known[d.Name] {
				r.found[i].enrich(d)
			}
			if known[d.Name] == nil && len(r.found) < maxDependencies {
				r.found = append(r.found, d)
			}
		}
	}
}

// enrich adds what Poetry's own table says of a dependency of [project].
func (d *Dependency) enrich(more Dependency) {
	d.Develop = d.Develop || more.Develop
	if more.Path != "" || more.Git != "" || more.URL != "" {
		d.Path, d.Git, d.URL = more.Path, more.Git, more.URL
	}
	d.Source = first(more.Source, d.Source)
}

// poetryDependency reads one constraint: a version or a table.
func poetryDependency(name string, value any) Dependency {
	d := Dependency{Name: Normalise(name)}
	switch value := value.(type) {
	case string:
		d.Constraint = value
	case map[string]any:
		t := table(value)
		d.Constraint, d.Optional, d.Develop = t.text("version"), t.flag("optional"), t.flag("develop")
		d.Git, d.URL, d.Extras = t.text("git"), t.text("url"), t.texts("extras")
		d.Markers, d.Source = t.text("markers"), t.text("source")
		if d.Path = t.text("path"); d.Path == "" {
			d.Path = t.text("file")
		}
	}
	return d
}

// uvSources applies [tool.uv.sources], which says where named dependencies
// come from.
func (r *dependencyReader) uvSources() {
	sources := r.tree.table("tool", "uv", "sources")
	if len(sources) == 0 {
		return
	}
	byName := map[string][]int{}
	for i, d := range r.found {
		byName[d.Name] = append(byName[d.Name], i)
	}
	for name, value := range sources {
		list, several := value.([]any)
		if !several {
			list = []any{value}
		}
		for _, item := range list {
			m, ok := item.(map[string]any)
			if !ok {
				continue
			}
			from := table(m)
			for _, i := range byName[Normalise(name)] {
				d := &r.found[i]
				d.Path, d.Git, d.URL = first(d.Path, from.text("path")), first(d.Git, from.text("git")), first(d.URL, from.text("url"))
				d.Develop = d.Develop || from.flag("editable") || from.flag("workspace")
				d.Source = first(d.Source, from.text("index"))
			}
		}
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
