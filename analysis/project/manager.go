package project

import (
	"path"
	"strings"
)

// lockFiles are the files that a manager writes, in order of preference.
var lockFiles = []struct{ name, manager string }{
	{"poetry.lock", "poetry"}, {"uv.lock", "uv"}, {"pdm.lock", "pdm"}, {"Pipfile.lock", "pipenv"}, {"Pipfile", "pipenv"},
}

// manager decides which tool the manifests in dir are for: a lock file tells
// best, the Dockerfile choosing among several by copying one of them; then
// the tables of pyproject.toml; then the files that pip reads.
func (p *Project) manager(dir string, sources []contextSource, pyprojectText string) string {
	byTable := managerByTable(p.Pyproject, pyprojectText)
	var locked []string
	for _, l := range lockFiles {
		here := p.reader.isFile(path.Join(dir, l.name))
		// A uv workspace has its one lock file at its root.
		above := l.name == "uv.lock" && p.Dir != "." && byTable != "poetry" && p.reader.isFile(path.Join(p.Context, l.name))
		if !here && !above || l.name == "Pipfile" && byTable != "" {
			continue
		}
		if namesFile(sources, l.name) {
			return l.manager
		}
		locked = append(locked, l.manager)
	}
	if len(locked) > 0 {
		return locked[0]
	}
	if byTable != "" {
		return byTable
	}
	if p.Pyproject != nil && (p.Pyproject.PEP621 || p.Pyproject.BuildSystem != "") {
		return "pip"
	}
	for _, name := range []string{"requirements.txt", "setup.py", "setup.cfg"} {
		if p.reader.isFile(path.Join(dir, name)) {
			return "pip"
		}
	}
	for _, pattern := range []string{"*requirements*.txt", "requirements/*.txt"} {
		if len(p.globIn(dir, pattern, 1)) > 0 {
			return "pip"
		}
	}
	for _, s := range sources {
		if base := path.Base(s.path); strings.Contains(base, "requirements") && p.reader.isFile(path.Join(p.Context, s.path)) {
			return "pip"
		}
	}
	return ""
}

// managerByTable reads the manager off pyproject.toml. A file that cannot be
// parsed still shows its table headers.
func managerByTable(p *Pyproject, text string) string {
	if p == nil {
		for _, manager := range []string{"poetry", "uv", "pdm"} {
			if strings.Contains(text, "[tool."+manager) {
				return manager
			}
		}
		return ""
	}
	if p.Poetry || strings.HasPrefix(p.BuildSystem, "poetry.") {
		return "poetry"
	}
	for _, tool := range p.Tools {
		if tool == "uv" || tool == "pdm" {
			return tool
		}
	}
	switch {
	case strings.HasPrefix(p.BuildSystem, "uv_build"):
		return "uv"
	case strings.HasPrefix(p.BuildSystem, "pdm."):
		return "pdm"
	}
	return ""
}

// namesFile says that the Dockerfile copies a file by its name.
func namesFile(sources []contextSource, name string) bool {
	for _, s := range sources {
		if ok, err := path.Match(path.Base(s.path), name); err == nil && ok && s.path != "." && path.Base(s.path) != "*" {
			return true
		}
	}
	return false
}
