package project

import (
	"path"
	"sort"
	"strings"
)

// at gives the path in the file system of a path relative to the context; ok
// is false for a project without a context.
func (p *Project) at(rel string) (string, bool) {
	if p == nil || p.reader == nil || p.Context == "" {
		return "", false
	}
	if p.Context == "." {
		return relative(rel), true
	}
	return path.Join(p.Context, relative(rel)), true
}

// Exists says that a file or folder lies at a path relative to the context,
// .dockerignore not considered.
func (p *Project) Exists(rel string) bool {
	name, ok := p.at(rel)
	return ok && p.reader.kind(name) != absent
}

// IsDir says that a folder lies at a path relative to the context.
func (p *Project) IsDir(rel string) bool {
	name, ok := p.at(rel)
	return ok && p.reader.kind(name) == folder
}

// InContext says that a path relative to the context exists and that
// .dockerignore does not keep it out, so that COPY finds it.
func (p *Project) InContext(rel string) bool {
	if !p.Exists(rel) {
		return false
	}
	rel = relative(rel)
	return !p.Ignore.Ignored(rel) || p.IsDir(rel) && p.holdsSome(rel)
}

// holdsSome says that an ignored folder holds files that a "!" line lets in.
func (p *Project) holdsSome(dir string) bool {
	if !p.Ignore.reincludes() {
		return false
	}
	left := 2000
	var look func(dir string) bool
	look = func(dir string) bool {
		entries, _ := p.reader.store.list(path.Join(p.Context, dir))
		for _, e := range entries {
			if left--; left < 0 {
				return false
			}
			name := path.Join(dir, e.name)
			if !e.folder && !p.Ignore.Ignored(name) || e.folder && !isHeavy(e.name) && look(name) {
				return true
			}
		}
		return false
	}
	return look(dir)
}

// isHeavy names folders that nobody copies on purpose and that hold more
// files than all others together.
func isHeavy(name string) bool {
	return name == ".git" || name == "node_modules" || name == ".venv" || name == "__pycache__"
}

// ReadContext gives the text of a file of the context; ok is false when it is
// absent, no regular file, unreadable or larger than 1 MB.
func (p *Project) ReadContext(rel string) (text string, ok bool) {
	name, ok := p.at(rel)
	if !ok {
		return "", false
	}
	text, err := p.reader.read(name, maxText)
	return text, err == nil
}

// TopEntries are the names in the context's own folder that .dockerignore does
// not keep out, sorted, folders with a trailing slash.
func (p *Project) TopEntries() []string {
	dir, ok := p.at(".")
	if !ok {
		return nil
	}
	entries, _ := p.reader.list(dir)
	var names []string
	for _, e := range entries {
		switch isFolder := e.folder; {
		case !p.Ignore.Ignored(e.name) && !isFolder:
			names = append(names, e.name)
		case !p.Ignore.Ignored(e.name) || isFolder && p.holdsSome(e.name):
			names = append(names, e.name+"/")
		}
	}
	return names
}

// Glob lists the paths of the context that a source of COPY names, relative
// to it and sorted: itself or, with wildcards, what Go's path.Match finds.
// What .dockerignore keeps out is left out.
func (p *Project) Glob(pattern string) []string {
	if _, ok := p.at("."); !ok {
		return nil
	}
	var names []string
	for _, name := range p.globIn(p.Context, relative(pattern), maxGlob) {
		if p.InContext(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// Manifest gives the path relative to the context of a file beside the
// project's manifests, as "pyproject.toml" or "poetry.lock"; "" when it is not
// in the context.
func (p *Project) Manifest(name string) string {
	if p == nil || name == "" {
		return ""
	}
	rel := path.Join(p.Dir, name)
	if !p.InContext(rel) || p.IsDir(rel) {
		return ""
	}
	return rel
}

// Procfile gives the processes of the Procfile in the context or beside the
// project's manifests; nil if there is none.
func (p *Project) Procfile() []ProcLine {
	if p == nil {
		return nil
	}
	for _, rel := range []string{path.Join(p.Dir, "Procfile"), "Procfile"} {
		text, ok := p.ReadContext(rel)
		if !ok {
			continue
		}
		var lines []ProcLine
		for number, line := range strings.Split(text, "\n") {
			name, command, ok := strings.Cut(strings.TrimSpace(line), ":")
			if !ok || strings.HasPrefix(name, "#") || strings.ContainsAny(name, " \t") {
				continue
			}
			lines = append(lines, ProcLine{path.Join(p.Context, rel), name, strings.TrimSpace(command), number})
		}
		return lines
	}
	return nil
}
