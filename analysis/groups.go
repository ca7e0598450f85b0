package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/project"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// Groups are the dependency groups that this install's Poetry knows, "main"
// left out. PEP 735 groups exist from 2.2, groups other than dev from 1.2.
func (in *Install) Groups() []project.Group {
	py := in.Step.Stage.facts.Project.Pyproject
	if py == nil || in.Foreign() {
		return nil
	}
	var out []project.Group
	for _, g := range py.Groups {
		if g.PEP735 && in.Version.Parts > 0 && !in.Version.AtLeast(2, 2) {
			continue
		}
		if !g.Legacy && in.Version.Parts > 0 && !in.Version.AtLeast(1, 2) {
			continue
		}
		out = append(out, g)
	}
	return out
}

// Selected are the names of the non-main groups that the install puts into
// the environment (Poetry's console/commands/group_command.py).
func (in *Install) Selected() []string {
	if in.Has("--no-dev") || in.Has("--only-root") {
		return nil
	}
	if in.Has("--only") {
		return in.Values("--only")
	}
	without, with := in.Values("--without"), in.Values("--with")
	var out []string
	for _, g := range in.Groups() {
		if slices.Contains(without, g.Name) || g.Optional && !slices.Contains(with, g.Name) && !in.Has("--all-groups") {
			continue
		}
		out = append(out, g.Name)
	}
	return out
}

// DevGroups are the selected groups that hold development tools only, those
// left out that bring a folder of the project, or whose tools a later
// instruction or the container itself uses.
func (in *Install) DevGroups() []string {
	var out []string
	for _, g := range in.Selected() {
		if !in.Step.Stage.facts.DevGroup(g) || in.bringsFolder(g) {
			continue
		}
		if !in.usesToolOf(g) {
			out = append(out, g)
		}
	}
	return out
}

// bringsFolder says whether a group is what puts a folder of the build context
// into the environment, as a path dependency that main does not have: code of
// the project itself, and no tool.
func (in *Install) bringsFolder(group string) bool {
	p := in.Step.Stage.facts.Project
	main := map[string]bool{}
	for _, d := range p.Pyproject.Dependencies {
		if d.Group == "main" && d.Path != "" {
			main[d.Name] = true
		}
	}
	for _, d := range p.Pyproject.Dependencies {
		if d.Group != group || d.Path == "" || main[d.Name] {
			continue
		}
		some := false
		p.FilesIn(path.Join(p.Dir, d.Path), func(string) bool {
			some = true
			return false
		})
		if some {
			return true
		}
	}
	return false
}

// usesToolOf says whether a program that runs later belongs to a package that
// only this group declares.
func (in *Install) usesToolOf(group string) bool {
	py := in.Step.Stage.facts.Project.Pyproject
	main := map[string]bool{}
	for _, d := range py.Dependencies {
		if d.Group == "main" {
			main[d.Name] = true
		}
	}
	for _, d := range py.Dependencies {
		if d.Group != group || main[d.Name] {
			continue
		}
		for _, c := range slices.Concat(python.Commands(d.Name), python.Module(d.Name)) {
			if in.runsLater(c) {
				return true
			}
		}
	}
	return false
}

// Programs are the programs that a word list names: "poetry run python -m
// pytest -q" names poetry, python and pytest.
func Programs(s *Step, words []shell.Word) []string {
	var out []string
	for i := 0; i < len(words); i++ {
		v, _ := s.ShellValue(words[i].Value, nil)
		name := path.Base(v)
		out = append(out, name)
		switch {
		case name == "poetry" || name == "pipenv" || name == "pdm" || name == "uv":
			for i+1 < len(words) && words[i+1].Value != "run" {
				if !strings.HasPrefix(words[i+1].Value, "-") {
					return out
				}
				i++
			}
			i++
		case isPython(name):
			j := moduleWord(words[i:])
			if j > 0 && words[i+j-1].Value == "-m" {
				top, _, _ := strings.Cut(words[i+j].Value, ".")
				out = append(out, top)
			}
			return out
		default:
			return out
		}
	}
	return out
}

// Feeds says whether files of one stage reach another one, through COPY --from
// or mounts and any number of stages between.
func (f *Facts) Feeds(from, to *Stage) bool {
	seen := map[*Stage]bool{}
	var visit func(st *Stage) bool
	visit = func(st *Stage) bool {
		if st == to {
			return true
		}
		if seen[st] {
			return false
		}
		seen[st] = true
		for _, c := range st.Children {
			if visit(c) {
				return true
			}
		}
		for _, r := range st.Readers {
			if visit(r.Stage) {
				return true
			}
		}
		return false
	}
	return from != to && visit(from)
}

// devWords are the words that mark a stage or a file as meant for development
// or tests.
var devWords = map[string]bool{"dev": true, "devel": true, "develop": true, "development": true, "test": true, "tests": true,
	"testing": true, "tester": true, "unittest": true, "unittests": true, "ci": true, "lint": true, "linter": true, "debug": true,
	"docs": true, "devcontainer": true, "local": true, "e2e": true, "integration": true, "coverage": true, "qa": true}

func hasDevWord(name string) bool {
	words := strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	for w := range words {
		if devWords[w] {
			return true
		}
	}
	return false
}

// ForDevelopment says whether a stage is meant for development or tests: by
// its name, by the Dockerfile's name or folder, or because only such stages use it.
func (f *Facts) ForDevelopment(st *Stage) bool {
	dir, file := path.Split(f.Project.Dockerfile)
	if hasDevWord(file) || hasDevWord(path.Base(strings.TrimSuffix(dir, "/"))) {
		return true
	}
	if hasDevWord(st.Name) {
		return true
	}
	if st == f.Final() {
		return false
	}
	users := slices.Clone(st.Children)
	for _, r := range st.Readers {
		users = append(users, r.Stage)
	}
	for _, u := range users {
		if !f.ForDevelopment(u) {
			return false
		}
	}
	return len(users) > 0
}
