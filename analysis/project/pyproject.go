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
	tree, keys, problem := decodeTOML(name, text)
	if problem != nil {
		return nil, problem
	}
	p := &Pyproject{Path: name, Text: text, PackageMode: true}
	project, poetry := tree.table("project"), tree.table("tool", "poetry")
	p.PEP621, p.Poetry, p.PEP735 = project != nil, poetry != nil, tree.table("dependency-groups") != nil
	p.PoetryName = poetry.text("name") != ""
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
	p.Scripts = scripts(tree, keys)
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
	p.ExtraTables = extras(tree, keys)
	for _, e := range p.ExtraTables {
		p.Extras = append(p.Extras, e.Name)
	}
	p.Groups = groups(tree, keys)
	p.Dependencies = dependencies(tree, keys)
	p.ContentHashes = contentHashes(tree)
	for _, key := range []*keyNode{keys.at("project", "dependencies"), keys.at("tool", "poetry", "dependencies")} {
		if p.DependenciesSpan.Len() == 0 {
			p.DependenciesSpan = key.span
		}
	}
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
func scripts(tree table, keys *keyNode) []Script {
	var list []Script
	standard := tree.table("project", "scripts")
	for _, c := range keys.at("project", "scripts").below {
		if target := standard.text(c.name); target != "" {
			list = append(list, Script{Name: c.name, Target: target, PEP621: true})
		}
	}
	all := tree.table("tool", "poetry", "scripts")
	for _, c := range keys.at("tool", "poetry", "scripts").below {
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
		if target != "" && standard.text(c.name) == "" {
			list = append(list, Script{Name: c.name, Target: target})
		}
	}
	return list
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
func groups(tree table, keys *keyNode) []Group {
	var list []Group
	index := map[string]int{}
	add := func(g Group) {
		if i, known := index[Normalise(g.Name)]; known {
			have := list[i]
			list[i].Optional = have.Optional || g.Optional
			list[i].PEP735 = have.PEP735 || g.PEP735
			list[i].Legacy = have.Legacy || g.Legacy
			list[i].Includes = append(have.Includes, g.Includes...)
			if g.Span.Start < have.Span.Start {
				list[i].Span = g.Span
			}
			return
		}
		index[Normalise(g.Name)] = len(list)
		list = append(list, g)
	}
	for _, c := range keys.at("tool", "poetry", "group").below {
		group := tree.table("tool", "poetry", "group", c.name)
		add(Group{Name: c.name, Span: c.span, Optional: group.flag("optional"), Includes: group.texts("include-groups")})
	}
	for _, c := range keys.at("dependency-groups").below {
		g := Group{Name: c.name, Span: c.span, PEP735: true}
		for _, item := range tree.table("dependency-groups").tables(c.name) {
			if name := item.text("include-group"); name != "" {
				g.Includes = append(g.Includes, name)
			}
		}
		add(g)
	}
	if tree.table("tool", "poetry").table("dev-dependencies") != nil {
		add(Group{Name: "dev", Span: keys.at("tool", "poetry", "dev-dependencies").span, Legacy: true})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Span.Start < list[j].Span.Start })
	return list
}
