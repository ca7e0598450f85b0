package project

import (
	"net/url"
	"regexp"
	"sort"
	"strings"

	"restage/analysis/source"
)

var separators = regexp.MustCompile(`[-_.]+`)

// Normalise gives the one spelling of a package or group name that PEP 503
// defines: lower case, with single dashes.
func Normalise(name string) string {
	return strings.ToLower(separators.ReplaceAllString(strings.TrimSpace(name), "-"))
}

// dependencyReader collects the dependencies of one pyproject.toml.
type dependencyReader struct {
	tree   table
	places []keyPlace
	text   string
	found  []Dependency
}

// dependencies lists the dependencies of all groups, the main ones first.
func dependencies(tree table, places []keyPlace, text string) []Dependency {
	r := &dependencyReader{tree: tree, places: places, text: text}
	project := tree.table("project")
	r.requirements("main", false, project.texts("dependencies"))
	optional := project.table("optional-dependencies")
	for _, c := range children(places, "project", "optional-dependencies") {
		r.requirements("main", true, optional.texts(c.name))
	}
	r.poetry("main", "tool", "poetry", "dependencies")
	for _, c := range children(places, "dependency-groups") {
		r.group735(c.name, Normalise(c.name), map[string]bool{})
	}
	for _, c := range children(places, "tool", "poetry", "group") {
		r.poetry(c.name, "tool", "poetry", "group", c.name, "dependencies")
	}
	r.poetry("dev", "tool", "poetry", "dev-dependencies")
	r.requirements("dev", false, tree.table("tool", "uv").texts("dev-dependencies"))
	pdm := tree.table("tool", "pdm", "dev-dependencies")
	for _, c := range children(places, "tool", "pdm", "dev-dependencies") {
		r.requirements(c.name, false, pdm.texts(c.name))
	}
	r.uvSources()
	return r.found
}

// requirements adds a list of PEP 508 strings.
func (r *dependencyReader) requirements(group string, optional bool, list []string) {
	for _, text := range list {
		d, ok := parseRequirement(text)
		if !ok {
			continue
		}
		d.Group, d.Optional, d.Span = group, optional, r.spanOf(text)
		r.found = append(r.found, d)
	}
}

// spanOf finds a string of the file, quotes excluded. Strings that are written
// with escapes are not found, and for one written twice the first is given.
func (r *dependencyReader) spanOf(text string) source.Span {
	for _, quote := range []string{`"`, `'`} {
		if at := strings.Index(r.text, quote+text+quote); at >= 0 {
			return source.Span{Start: at + 1, End: at + 1 + len(text)}
		}
	}
	return source.Span{}
}

// group735 adds what one group of [dependency-groups] holds, the groups that
// it includes too. Names are matched normalised, as PEP 735 asks.
func (r *dependencyReader) group735(as, name string, seen map[string]bool) {
	if seen[name] {
		return
	}
	seen[name] = true
	all := r.tree.table("dependency-groups")
	for _, key := range sortedKeys(all) {
		if Normalise(key) != name {
			continue
		}
		r.requirements(as, false, all.texts(key))
		for _, item := range all.tables(key) {
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
	known := len(r.found)
	for _, c := range children(r.places, keys...) {
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
			if !r.enrich(d, known) {
				r.found = append(r.found, d)
			}
		}
	}
}

func (r *dependencyReader) enrich(d Dependency, known int) bool {
	enriched := false
	for i := range r.found[:known] {
		have := &r.found[i]
		if have.Name != d.Name || have.Group != d.Group {
			continue
		}
		enriched = true
		have.Develop = have.Develop || d.Develop
		if d.Path != "" || d.Git != "" || d.URL != "" {
			have.Path, have.Git, have.URL = d.Path, d.Git, d.URL
		}
		if d.Source != "" {
			have.Source = d.Source
		}
	}
	return enriched
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
			for i := range r.found {
				if d := &r.found[i]; d.Name == Normalise(name) {
					d.Path, d.Git, d.URL = first(d.Path, from.text("path")), first(d.Git, from.text("git")), first(d.URL, from.text("url"))
					d.Develop = d.Develop || from.flag("editable") || from.flag("workspace")
					d.Source = first(d.Source, from.text("index"))
				}
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

var requirement = regexp.MustCompile(`^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$`)

// parseRequirement reads a PEP 508 requirement ("foo[bar] @ git+https://…; …"),
// and PDM's "-e file:///…#egg=foo".
func parseRequirement(text string) (Dependency, bool) {
	text = strings.TrimSpace(text)
	if editable, ok := strings.CutPrefix(text, "-e "); ok {
		address, name, _ := strings.Cut(strings.TrimSpace(editable), "#egg=")
		d := Dependency{Name: Normalise(name), Develop: true}
		d.setAddress(address)
		return d, name != ""
	}
	m := requirement.FindStringSubmatch(strings.ReplaceAll(text, "\n", " "))
	if m == nil {
		return Dependency{}, false
	}
	d := Dependency{Name: Normalise(m[1])}
	for _, extra := range strings.Split(m[2], ",") {
		if extra = strings.TrimSpace(extra); extra != "" {
			d.Extras = append(d.Extras, extra)
		}
	}
	rest := m[3]
	if address, ok := strings.CutPrefix(rest, "@"); ok {
		// In an address, markers need a blank before their semicolon.
		address, d.Markers, _ = strings.Cut(address, " ;")
		d.Markers = strings.TrimSpace(d.Markers)
		d.setAddress(strings.TrimSpace(address))
		return d, true
	}
	constraint, markers, _ := strings.Cut(rest, ";")
	constraint = strings.TrimSpace(constraint)
	if len(constraint) > 1 && constraint[0] == '(' && constraint[len(constraint)-1] == ')' {
		constraint = constraint[1 : len(constraint)-1]
	}
	d.Constraint, d.Markers = constraint, strings.TrimSpace(markers)
	return d, true
}

// setAddress sorts an address into Git, Path or URL.
func (d *Dependency) setAddress(address string) {
	switch {
	case strings.HasPrefix(address, "git+"):
		d.Git = address
	case strings.HasPrefix(address, "file:"):
		local := strings.TrimPrefix(address, "file:")
		local = strings.TrimPrefix(local, "//localhost")
		if strings.HasPrefix(local, "///") {
			local = local[2:]
		}
		// PDM and hatch write the project's folder as a placeholder.
		for _, root := range []string{"/${PROJECT_ROOT}/", "${PROJECT_ROOT}/", "{root:uri}/", "//${PROJECT_ROOT}/"} {
			if rel, ok := strings.CutPrefix(local, root); ok {
				local = "./" + rel
				break
			}
		}
		if plain, err := url.PathUnescape(local); err == nil {
			local = plain
		}
		d.Path = local
	case strings.HasPrefix(address, "./"), strings.HasPrefix(address, "../"):
		d.Path = address
	case strings.HasPrefix(address, "{root:uri}/"):
		d.Path = "./" + strings.TrimPrefix(address, "{root:uri}/")
	default:
		d.URL = address
	}
}

// sortModules orders modules by name, each once.
func sortModules(list []Module) []Module {
	sort.SliceStable(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	kept := list[:0]
	for i, m := range list {
		if i == 0 || m != list[i-1] {
			kept = append(kept, m)
		}
	}
	return kept
}
