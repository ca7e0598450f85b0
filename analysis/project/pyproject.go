package project

import (
	"sort"
	"strings"
)

// parsedPyproject is what reading one pyproject.toml gave.
type parsedPyproject struct {
	pyproject *Pyproject
	problems  []Problem
	text      string // also when it could not be parsed
}

func readPyproject(s *store, name string) parsedPyproject {
	text, err := s.read(name, maxText)
	if err != nil {
		if problem, ok := unreadable(name, err); ok {
			return parsedPyproject{problems: []Problem{problem}}
		}
		return parsedPyproject{}
	}
	pyproject, problem := parsePyproject(name, text)
	if problem != nil {
		return parsedPyproject{problems: []Problem{*problem}, text: text}
	}
	return parsedPyproject{pyproject: pyproject, text: text}
}

// parsePyproject reads the text of a pyproject.toml. Modules are not in it:
// they need the files beside it.
func parsePyproject(name, text string) (*Pyproject, *Problem) {
	tree, problem := decodeTOML(name, text)
	if problem != nil {
		return nil, problem
	}
	places := keyPlaces(text)
	p := &Pyproject{Path: name, Text: text, PackageMode: true}
	project, poetry := tree.table("project"), tree.table("tool", "poetry")
	p.PEP621, p.Poetry, p.PEP735 = project != nil, poetry != nil, tree.table("dependency-groups") != nil
	if p.Name = project.text("name"); p.Name == "" {
		p.Name = poetry.text("name")
	}
	if mode, ok := poetry["package-mode"].(bool); ok {
		p.PackageMode = mode
	}
	p.MainKey = project.has("dependencies") || len(project.table("optional-dependencies")) > 0 || poetry.has("dependencies")
	p.BuildSystem = tree.table("build-system").text("build-backend")
	p.BuildRequires = tree.table("build-system").texts("requires")
	p.RequiresPython = requiresPython(project, poetry)
	p.RequiresPoetry = poetry.text("requires-poetry")
	p.RequiresPlugins = sortedKeys(poetry.table("requires-plugins"))
	p.Scripts = scripts(tree, places)
	p.EntryPoints = poetry.has("plugins") || project.has("entry-points")
	for _, entry := range poetry.tables("packages") {
		p.Packages = append(p.Packages, Package{entry.text("include"), entry.text("from"), entry.text("to")})
	}
	p.Readmes = readmes(project, poetry)
	if p.BuildScript = poetry.text("build"); p.BuildScript == "" {
		p.BuildScript = poetry.table("build").text("script")
	}
	for _, entry := range poetry.tables("source") {
		p.Sources = append(p.Sources, entry.text("name"))
	}
	p.Tools = sortedKeys(tree.table("tool"))
	p.Dynamic = dynamic(tree, p.BuildRequires)
	p.Extras = extras(tree, places)
	p.Groups = groups(tree, places)
	p.Dependencies = dependencies(tree, places, text)
	return p, nil
}

func requiresPython(project, poetry table) string {
	if s := project.text("requires-python"); s != "" {
		return s
	}
	switch python := poetry.table("dependencies")["python"].(type) {
	case string:
		return python
	case map[string]any:
		return table(python).text("version")
	case []any:
		return strings.Join(texts(python), " || ")
	}
	return ""
}

// scripts are the console scripts; project.scripts wins over Poetry's own, as
// in Poetry.
func scripts(tree table, places []keyPlace) []Script {
	var list []Script
	for _, c := range children(places, "project", "scripts") {
		if target := tree.table("project", "scripts").text(c.name); target != "" {
			list = append(list, Script{Name: c.name, Target: target, PEP621: true})
		}
	}
	for _, c := range children(places, "tool", "poetry", "scripts") {
		all := tree.table("tool", "poetry", "scripts")
		target := all.text(c.name)
		if long := all.table(c.name); long != nil {
			// {reference = "pkg.mod:func", type = "console"}, once {callable = …}
			if target = long.text("reference"); target == "" {
				target = long.text("callable")
			}
			if kind := long.text("type"); kind != "" && kind != "console" {
				continue
			}
		}
		if target != "" && !hasScript(list, c.name) {
			list = append(list, Script{Name: c.name, Target: target})
		}
	}
	return list
}

func hasScript(list []Script, name string) bool {
	for _, s := range list {
		if s.Name == name {
			return true
		}
	}
	return false
}

func readmes(project, poetry table) []string {
	if s := project.text("readme"); s != "" {
		return []string{s}
	}
	if s := project.table("readme").text("file"); s != "" {
		return []string{s}
	}
	return poetry.texts("readme")
}

func extras(tree table, places []keyPlace) []string {
	var names []string
	for _, parent := range [][]string{{"project", "optional-dependencies"}, {"tool", "poetry", "extras"}} {
		for _, c := range children(places, parent...) {
			names = appendNew(names, c.name)
		}
	}
	return names
}

// dynamic says that a tool computes the version of the root package from git.
func dynamic(tree table, requires []string) bool {
	tools := tree.table("tool")
	if tools.table("poetry-dynamic-versioning").flag("enable") {
		return true
	}
	if tools.table("poetry-version-plugin").text("source") == "git-tag" ||
		tools.table("pdm", "version").text("source") == "scm" ||
		tools.table("hatch", "version").text("source") == "vcs" ||
		tools.table("hatch", "version").text("source") == "uv-dynamic-versioning" {
		return true
	}
	for _, name := range []string{"setuptools_scm", "setuptools-scm", "versioneer", "versioningit", "flit_scm",
		"setuptools-git-versioning", "poetry-git-version-plugin", "poetry-version-from-file-git"} {
		if tools.has(name) {
			return true
		}
	}
	for _, r := range requires {
		switch req, _ := parseRequirement(r); req.Name {
		case "setuptools-scm", "hatch-vcs", "versioneer", "versioningit", "flit-scm", "setuptools-git-versioning",
			"uv-dynamic-versioning", "poetry-git-version-plugin":
			return true
		}
	}
	return false
}

// groups are the non-main groups in order of appearance, each once. The same
// name in [dependency-groups] and [tool.poetry.group] is one group.
func groups(tree table, places []keyPlace) []Group {
	var list []Group
	add := func(g Group) {
		for i, have := range list {
			if Normalise(have.Name) != Normalise(g.Name) {
				continue
			}
			list[i].Optional = have.Optional || g.Optional
			list[i].PEP735 = have.PEP735 || g.PEP735
			list[i].Legacy = have.Legacy || g.Legacy
			list[i].Includes = append(have.Includes, g.Includes...)
			if g.Span.Start < have.Span.Start {
				list[i].Span = g.Span
			}
			return
		}
		list = append(list, g)
	}
	for _, c := range children(places, "tool", "poetry", "group") {
		group := tree.table("tool", "poetry", "group", c.name)
		add(Group{Name: c.name, Span: c.span, Optional: group.flag("optional"), Includes: group.texts("include-groups")})
	}
	for _, c := range children(places, "dependency-groups") {
		g := Group{Name: c.name, Span: c.span, PEP735: true}
		for _, item := range tree.table("dependency-groups").tables(c.name) {
			if name := item.text("include-group"); name != "" {
				g.Includes = append(g.Includes, name)
			}
		}
		add(g)
	}
	if tree.table("tool", "poetry").table("dev-dependencies") != nil {
		span, _ := placeIn(places, "tool", "poetry", "dev-dependencies")
		add(Group{Name: "dev", Span: span, Legacy: true})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Span.Start < list[j].Span.Start })
	return list
}
