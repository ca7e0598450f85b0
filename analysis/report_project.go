package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/project"
	"restage/analysis/python"
)

// Report collects the report; file is what the user calls the Dockerfile.
func (f *Facts) Report(file string) *Report {
	r := &Report{File: file, Project: f.projectReport(), Services: []ServiceReport{}, Stages: []StageReport{}}
	r.Context = ContextReport{Dir: f.Project.Context, From: f.Project.ContextFrom, IgnoreFile: f.Project.Ignore.Path()}
	for _, s := range f.Project.Services {
		r.Services = append(r.Services, ServiceReport{s.Path, s.Line + 1, s.Name, s.Target, s.SharesImage})
	}
	for _, st := range f.Stages {
		r.Stages = append(r.Stages, f.stageReport(st))
	}
	return r
}

// listOf makes a list that JSON writes as [] when it is empty.
func listOf(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (f *Facts) projectReport() ProjectReport {
	p := f.Project
	r := ProjectReport{
		Dir: p.Dir, Others: []string{}, Manager: p.Manager, Called: f.calledManagers(), Manifests: f.manifestReports(),
		Groups: []GroupReport{}, Extras: []string{}, PathDependencies: listOf(f.PathDependencies()), Problems: []string{},
	}
	if len(p.Candidates) > 1 {
		r.Others = append(r.Others, p.Candidates[1:]...)
	}
	if l := p.Lock; l != nil {
		r.Lock = &LockReport{l.Generator, l.Version, len(l.Packages), l.Broken}
	}
	if py := p.Pyproject; py != nil {
		r.Name, r.PackageMode = py.Name, py.PackageMode
		r.RequiresPython, r.RequiresPoetry = py.RequiresPython, py.RequiresPoetry
		for _, e := range py.Extras {
			if !slices.Contains(r.Extras, e) { // both tables may declare it
				r.Extras = append(r.Extras, e)
			}
		}
		for _, g := range py.Groups {
			r.Groups = append(r.Groups, GroupReport{g.Name, g.Optional, groupTable(g), python.DevGroup(g.Name)})
		}
	}
	for _, problem := range p.Problems {
		r.Problems = append(r.Problems, problem.Path+":"+itoa(problem.Line+1)+": "+problem.Message)
	}
	return r
}

func groupTable(g project.Group) string {
	switch {
	case g.Legacy:
		return "dev-dependencies"
	case g.PEP735:
		return "dependency-groups"
	}
	return "tool.poetry.group"
}

// calledManagers are the managers that RUN instructions call, and the scripts
// and Makefiles behind them, sorted.
func (f *Facts) calledManagers() []string {
	out := []string{}
	add := func(tool string) {
		if tool != "" && !slices.Contains(out, tool) {
			out = append(out, tool)
		}
	}
	for _, st := range f.Stages {
		for _, c := range f.calls[st] {
			add(c.Tool)
		}
		for _, x := range f.Indirect(st) {
			add(x.Tool)
		}
	}
	slices.Sort(out)
	return out
}

// reported are the manifests that a report speaks of.
var reported = []string{
	"pyproject.toml", "poetry.lock", "poetry.toml", "uv.lock", "uv.toml", "pdm.lock", "pdm.toml", "Pipfile", "Pipfile.lock",
	"setup.py", "setup.cfg", "requirements*.txt", "requirements/*.txt",
}

// manifestReports are the manifests in the folders of the projects and in the
// context itself.
func (f *Facts) manifestReports() []ManifestReport {
	out := []ManifestReport{}
	p := f.Project
	if p.Context == "" {
		return out
	}
	var dirs []string
	for _, d := range append(append([]string{p.Dir}, p.Candidates...), ".") {
		if !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	seen := map[string]bool{}
	for _, dir := range dirs {
		for _, name := range reported {
			for _, rel := range f.present(path.Join(dir, name)) {
				if !seen[rel] {
					seen[rel] = true
					out = append(out, f.manifestReport(rel))
				}
			}
		}
	}
	return out
}

// present are the files of the context that a name or pattern means. Of
// patterns only what reaches the context is found.
func (f *Facts) present(pattern string) []string {
	if strings.Contains(pattern, "*") {
		return f.Project.Glob(pattern)
	}
	if f.Project.Exists(pattern) && !f.Project.IsDir(pattern) {
		return []string{pattern}
	}
	return nil
}

func (f *Facts) manifestReport(rel string) ManifestReport {
	m := ManifestReport{Path: rel, InContext: f.Project.InContext(rel)}
	if !m.InContext {
		m.KeptOutBy = f.Project.Ignore.Path()
		if line := f.Project.Ignore.Line(rel); line >= 0 {
			m.KeptOutBy += ":" + itoa(line+1)
		}
	}
	return m
}
