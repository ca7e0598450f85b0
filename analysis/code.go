package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/shell"
)

// manifestNames are the files that describe what to install, by their base name.
func isManifest(base string) bool {
	switch base {
	case "pyproject.toml", "poetry.lock", "poetry.toml", "setup.py", "setup.cfg", "uv.lock", "pdm.lock", "pdm.toml",
		"Pipfile", "Pipfile.lock", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", ".python-version":
		return true
	}
	return strings.HasPrefix(base, "requirements") || strings.HasPrefix(base, "README")
}

// BringsCode says whether a copy brings code of the project: something whose
// edit says nothing of the dependencies. Single files that are no Python
// (start scripts, configuration) do not count, nor do folders without Python
// that go to another place than the project (configuration of the system), nor
// folders of path dependencies, which the install itself needs.
func (f *Facts) BringsCode(c *Copy) bool {
	if !c.codeKnown {
		c.code = c.FromContext() && slices.ContainsFunc(c.Sources, f.sourceIsCode) && !f.furnishes(c)
		c.codeKnown = true
	}
	return c.code
}

// furnishes says whether a copy brings nothing but folders without Python, and
// puts them where no part of the project lies.
func (f *Facts) furnishes(c *Copy) bool {
	if !c.DestKnown || f.Project.Pyproject == nil {
		return false
	}
	for _, src := range c.Sources {
		if !src.Known || src.URL || src.Glob || src.Path == "." || f.holdsModules(src.Path) {
			return false
		}
	}
	arrives := false
	for _, st := range f.Stages {
		for _, o := range f.copies[st] {
			at, ok := o.Brings(path.Join(f.Project.Dir, "pyproject.toml"))
			if ok && (!o.DestKnown || Below(c.Dest, path.Dir(at))) {
				return false
			}
			arrives = arrives || ok
		}
	}
	return arrives && !slices.ContainsFunc(c.Sources, func(src CopySource) bool { return f.mayHoldPython(src.Path) })
}

// mayHoldPython says whether a path of the context is, or holds, a Python file,
// or cannot be looked through.
func (f *Facts) mayHoldPython(rel string) bool {
	found := false
	complete := f.Project.FilesIn(rel, func(name string) bool {
		found = strings.HasSuffix(name, ".py")
		return !found
	})
	return found || !complete
}

func (f *Facts) sourceIsCode(src CopySource) bool {
	switch {
	case src.URL || !src.Known:
		return false
	case src.Path == ".":
		return true
	case src.Glob:
		for _, m := range f.glob(src.Path) {
			if f.pathIsCode(m) {
				return true
			}
		}
		return path.Base(src.Path) == "*"
	}
	return f.pathIsCode(src.Path)
}

func (f *Facts) pathIsCode(rel string) bool {
	base := path.Base(rel)
	if f.isContextDir(rel) {
		return !f.isPathDependency(rel) && !f.onlyManifests(rel)
	}
	return !isManifest(base) && strings.HasSuffix(base, ".py") && !f.isPathDependency(rel) && !f.isMarker(rel)
}

// isMarker says whether a file is the __init__.py of a package that has more
// in it: copied alone it lets the root package be installed, and is not what
// people edit.
func (f *Facts) isMarker(rel string) bool {
	return path.Base(rel) == "__init__.py" && len(f.glob(path.Join(path.Dir(rel), "*"))) > 1
}

// onlyManifests says whether a folder of the context holds manifests and
// nothing else at its top.
func (f *Facts) onlyManifests(rel string) bool {
	entries := f.glob(path.Join(rel, "*"))
	for _, e := range entries {
		if f.isContextDir(e) || !isManifest(path.Base(e)) {
			return false
		}
	}
	return len(entries) > 0
}

// isPathDependency says whether a folder of the context belongs to a path
// dependency of the project, or is the folder that such lie in.
func (f *Facts) isPathDependency(rel string) bool {
	for _, d := range f.PathDependencies() {
		if Below(rel, d) || Below(d, rel) && !f.holdsModules(rel) {
			return true
		}
	}
	return false
}

// holdsModules says whether the project's own modules lie at or below a folder.
func (f *Facts) holdsModules(rel string) bool {
	for _, m := range f.Project.Pyproject.Modules {
		if Below(path.Join(f.Project.Dir, m.Path), rel) {
			return true
		}
	}
	return false
}

// PathDependencies are the folders and files of path dependencies, relative to
// the build context. Those outside of it are left out.
func (f *Facts) PathDependencies() []string {
	if f.Project.Pyproject == nil {
		return nil
	}
	var out []string
	for _, d := range f.Project.Pyproject.Dependencies {
		if d.Path == "" {
			continue
		}
		p := path.Join(f.Project.Dir, d.Path)
		if !strings.HasPrefix(p, "..") && !strings.HasPrefix(p, "/") {
			out = append(out, p)
		}
	}
	return out
}

// CodeBefore are the copies that bring code of the project into the image
// before a step.
func (f *Facts) CodeBefore(s *Step) []*Copy {
	var out []*Copy
	for _, c := range f.CopiesBefore(s) {
		if f.BringsCode(c) {
			out = append(out, c)
		}
	}
	return out
}

// ProjectThere says whether the root package can be built at an install: its
// modules have arrived in the project's folder, or files in their place that a
// RUN makes.
func (in *Install) ProjectThere() bool {
	f := in.Step.Stage.facts
	p := f.Project.Pyproject
	if p == nil {
		return false
	}
	for _, m := range p.Modules {
		if at, _ := f.ArrivesAt(in.Step, path.Join(f.Project.Dir, m.Path)); at != "" {
			return true
		}
		if in.DirKnown && f.partThere(in, m.Path) {
			return true
		}
	}
	return len(p.Modules) == 0 && len(f.CodeBefore(in.Step)) > 0
}

// partThere says whether some file of a module, given by its path in the
// project, lies where an install looks for it.
func (f *Facts) partThere(in *Install, module string) bool {
	if in.madeBelow(path.Join(in.Dir, module)) {
		return true
	}
	if !slices.ContainsFunc(f.CopiesBefore(in.Step), func(c *Copy) bool { return c.mayReach(path.Join(in.Dir, module)) }) {
		return false
	}
	there := false
	f.Project.FilesIn(path.Join(f.Project.Dir, module), func(rel string) bool {
		own, ok := strings.CutPrefix(path.Join("/", rel), path.Join("/", f.Project.Dir))
		there = ok && strings.HasSuffix(rel, ".py") && f.ContextFile(in.Step, path.Join(in.Dir, own)) != ""
		return !there
	})
	return there
}

// madeBelow says whether a RUN makes a file at or below a path before an
// install: by touch, or by what a program writes.
func (in *Install) madeBelow(dir string) bool {
	for _, s := range in.Step.Stage.Steps[:in.Step.Pos+1] {
		if s.Name != "RUN" || !s.MayRun(path.Base(dir)) {
			continue
		}
		for _, cmd := range s.Commands() {
			if s == in.Step && cmd.Span.Start >= in.Cmd.Span.Start {
				break
			}
			var made []shell.Word
			for _, r := range cmd.Redirects {
				if r.Writes {
					made = append(made, r.File)
				}
			}
			if cmd.Name() == "touch" {
				made = append(made, cmd.Args()...)
			}
			for _, w := range made {
				if v, ok := s.ShellValue(w.Value, cmd.Exports); ok && cmd.DirKnown && Below(join(join(s.Workdir, cmd.Dir), v), dir) {
					return true
				}
			}
		}
	}
	return false
}

// Foreign says whether an install works in another folder than the one that
// the project's pyproject.toml arrives in: it installs another project, of
// which nothing is known here.
func (in *Install) Foreign() bool {
	f := in.Step.Stage.facts
	rel := f.Project.Manifest("pyproject.toml")
	if rel == "" || !in.DirKnown {
		return false
	}
	arrives := false
	for _, c := range f.CopiesBefore(in.Step) {
		if at, ok := c.Brings(rel); ok && c.DestKnown {
			if path.Dir(at) == in.Dir {
				return false
			}
			arrives = true
		}
	}
	return arrives
}
