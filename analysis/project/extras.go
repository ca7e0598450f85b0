package project

import "restage/analysis/source"

// Extra is one extra of the project.
type Extra struct {
	Name string
	// Packages are the names of the packages that it brings, normalised.
	Packages []string
	Span     source.Span // its dotted key in pyproject.toml
}

// extras are the entries of project.optional-dependencies, then those of
// tool.poetry.extras that the former has not.
func extras(tree table, keys *keyNode) []Extra {
	var list []Extra
	standard := keys.at("project", "optional-dependencies")
	for _, c := range standard.below {
		e := Extra{Name: c.name, Span: c.span}
		for _, text := range tree.table("project", "optional-dependencies").texts(c.name) {
			if d, ok := parseRequirement(text); ok {
				e.Packages = append(e.Packages, d.Name)
			}
		}
		list = append(list, e)
	}
	for _, c := range keys.at("tool", "poetry", "extras").below {
		if standard.byName[c.name] != nil {
			continue
		}
		e := Extra{Name: c.name, Span: c.span}
		for _, name := range tree.table("tool", "poetry", "extras").texts(c.name) {
			e.Packages = append(e.Packages, Normalise(name))
		}
		list = append(list, e)
	}
	return list
}
