package project

import (
	"path"
	"sort"
	"strings"
)

// withModules gives a copy with Modules filled in; the parsed file is shared
// between projects and stays as it is.
func (p *Pyproject) withModules(r *reader, dir string) *Pyproject {
	c := *p
	c.Modules = modules(r, dir, p.Name, p.Packages)
	return &c
}

// modules finds the importable names as Poetry does: the packages entries,
// else the normalised name as a folder or a file, else the same below src/.
// A folder needs no __init__.py.
func modules(r *reader, dir, name string, packages []Package) []Module {
	if len(packages) > 0 {
		var list []Module
		for _, p := range packages {
			list = append(list, included(r, dir, p)...)
		}
		return sortModules(list)
	}
	name = strings.ReplaceAll(Normalise(name), "-", "_")
	if name == "" {
		return nil
	}
	for _, from := range []string{".", "src"} {
		for _, candidate := range []struct {
			path string
			kind kind
		}{{name, folder}, {name + ".py", file}} {
			at := path.Join(from, candidate.path)
			if r.kind(path.Join(dir, at)) == candidate.kind {
				return []Module{{Name: name, Path: at, Src: from != "."}}
			}
		}
	}
	return nil
}

// included finds the modules of one packages entry, whose include may have
// wildcards ("*", "pkg/**/*.py").
func included(r *reader, dir string, p Package) []Module {
	from := path.Clean(p.From)
	include := strings.TrimPrefix(path.Clean("/"+p.Include), "/")
	if include == "" {
		return nil
	}
	base, ok := inside(dir, from)
	if !ok {
		return nil
	}
	top, _, deeper := strings.Cut(include, "/")
	var list []Module
	for _, name := range matching(r, base, top) {
		shown := path.Join(from, name)
		if deeper && !strings.ContainsAny(include, "*?[") {
			shown = path.Join(from, include)
		}
		if r.kind(path.Join(dir, shown)) == absent {
			continue
		}
		m := Module{Name: strings.TrimSuffix(name, ".py"), Path: shown, Src: from != "."}
		if to := strings.Trim(path.Clean("/"+p.To), "/"); to != "" {
			m.Name, _, _ = strings.Cut(to, "/")
		}
		list = append(list, m)
	}
	return list
}

// matching lists the modules and packages of a folder that match the first
// part of an include pattern.
func matching(r *reader, base, top string) []string {
	if !strings.ContainsAny(top, "*?[") {
		return []string{top}
	}
	entries, _ := r.list(base)
	var names []string
	for _, e := range entries {
		ok, err := path.Match(strings.ReplaceAll(top, "**", "*"), e.name)
		if err != nil || !ok || strings.HasPrefix(e.name, ".") {
			continue
		}
		if e.folder && holdsPython(r, path.Join(base, e.name)) || !e.folder && strings.HasSuffix(e.name, ".py") {
			names = append(names, e.name)
		}
	}
	return names
}

// holdsPython says that a folder has a Python file directly in it, which is
// what tells a package from a folder of documents under a wildcard.
func holdsPython(r *reader, dir string) bool {
	entries, _ := r.list(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.name, ".py") {
			return true
		}
	}
	return false
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
