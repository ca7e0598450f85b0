package analysis

import (
	"path"
	"restage/analysis/python"
	"slices"
	"strings"

	"restage/analysis/project"
)

// HostKind is what a folder of the machine that builds is.
type HostKind int

// The kinds of folders.
const (
	HostVenv     HostKind = iota // a virtual environment
	HostGit                      // the repository
	HostNode                     // node_modules
	HostBytecode                 // __pycache__, anywhere below the copied folder
)

// HostFolder is a folder of the machine that builds, which has no business in
// an image and which nothing keeps out of the build context.
type HostFolder struct {
	Kind HostKind
	// Path is relative to the build context; the name alone for HostBytecode.
	Path string
	// Sample is a file that such a folder holds.
	Sample string
	// At is where a copy puts it.
	At string
	// There says that it is there now; Why what makes it where it is not.
	There bool
	Why   string
}

// HostCopy is a copy of the whole project that brings such folders along.
type HostCopy struct {
	*Copy
	Folders []HostFolder
	// Over is the step that has made an environment of the image's own at the
	// place where the copied one arrives; nil if none has.
	Over *Step
}

// HostCopies are the copies that bring folders of the machine that builds into
// stages that are not for development, in file order.
func (f *Facts) HostCopies() []*HostCopy {
	if f.Project.Context == "" {
		return nil
	}
	var out []*HostCopy
	for _, st := range f.Stages {
		if !f.PythonStage(st) || f.ForDevelopment(st) {
			continue
		}
		for _, c := range f.copies[st] {
			if h := f.hostCopy(c); h != nil {
				out = append(out, h)
			}
		}
	}
	return out
}

// hostCopy reads one copy; nil if it brings no such folder.
func (f *Facts) hostCopy(c *Copy) *HostCopy {
	if !c.FromContext() || !c.DestKnown {
		return nil
	}
	h := &HostCopy{Copy: c}
	for _, src := range c.Sources {
		if !src.Known || src.URL || src.Glob || src.Path != "." && !Below(f.Project.Dir, src.Path) {
			continue
		}
		h.add(f.hostFolders(src.Path))
		if len(h.Folders) > 0 || f.bytecodeNamed() {
			h.add(f.bytecodeBelow(src.Path))
		}
	}
	if len(h.Folders) == 0 {
		return nil
	}
	for _, folder := range h.Folders {
		if folder.Kind == HostVenv && h.Over == nil {
			h.Over = f.ownVenv(c.Step, folder.At)
		}
	}
	return h
}

// hostFolders are the folders of the machine that builds which lie below a
// folder of the context, or come to lie there.
func (f *Facts) hostFolders(dir string) []HostFolder {
	var out []HostFolder
	p := f.Project
	if venv := path.Join(p.Dir, ".venv"); inFolder(venv, dir) && f.installsAnything() {
		why, made := f.makesHostVenv()
		if there := p.IsDir(venv); there || made {
			if there {
				why = ""
			}
			out = append(out, HostFolder{Kind: HostVenv, Path: venv, Sample: venv + "/bin/python", There: there, Why: why})
		}
	}
	for _, name := range []string{"venv", "env", ".virtualenv"} {
		if venv := path.Join(p.Dir, name); inFolder(venv, dir) && f.installsAnything() && p.Exists(path.Join(venv, "pyvenv.cfg")) {
			out = append(out, HostFolder{Kind: HostVenv, Path: venv, Sample: venv + "/bin/python", There: true})
		}
	}
	if git := path.Join(dir, ".git"); f.gitFolder(dir) && !f.readsGit() {
		out = append(out, HostFolder{Kind: HostGit, Path: git, Sample: git + "/HEAD", There: p.IsDir(git)})
	}
	if node := path.Join(dir, "node_modules"); p.IsDir(node) || p.InContext(path.Join(dir, "package.json")) {
		out = append(out, HostFolder{Kind: HostNode, Path: node, Sample: node + "/x/index.js", There: p.IsDir(node)})
	}
	return out
}

// add keeps those of some folders that arrive in the image.
func (h *HostCopy) add(folders []HostFolder) {
	for _, folder := range folders {
		at, ok := h.Brings(folder.Path)
		if ok && !h.Step.Stage.facts.keptOut(folder) && !h.excludes(folder) {
			folder.At = at
			h.Folders = append(h.Folders, folder)
		}
	}
}

// bytecodeBelow is the bytecode that programs leave below a folder of the
// context. Alone it is only reported where the ignore file names it.
func (f *Facts) bytecodeBelow(dir string) []HostFolder {
	file := f.nestedPython(dir)
	if file == "" {
		return nil
	}
	cache := path.Join(path.Dir(file), "__pycache__")
	return []HostFolder{{Kind: HostBytecode, Path: cache, Sample: cache + "/x.cpython-312.pyc", There: f.Project.IsDir(cache)}}
}

// bytecodeNamed says whether the ignore file names __pycache__.
func (f *Facts) bytecodeNamed() bool { return f.Project.Ignore.Naming("__pycache__") >= 0 }

// installsAnything says whether packages are installed in any stage: else the
// program may be meant to run with an environment that is copied.
func (f *Facts) installsAnything() bool {
	return len(f.Installs) > 0 || slices.ContainsFunc(f.Stages, func(st *Stage) bool { return len(f.Supplies(st)) > 0 })
}

// makesHostVenv says whether the project's tool makes the environment in the
// project's folder on every machine: by poetry.toml, or always (uv, PDM).
func (f *Facts) makesHostVenv() (why string, ok bool) {
	p := f.Project
	switch {
	case p.PoetryToml["virtualenvs.in-project"] == "true":
		return "poetry.toml lets Poetry make it there", true
	case p.Manifest("uv.lock") != "" && p.Manager == "uv":
		return "uv makes it there", true
	case p.Manifest("pdm.lock") != "" && p.Manager == "pdm":
		return "PDM makes it there", true
	}
	return "", false
}

// gitFolder says whether a folder of the context is the top of a repository: it
// has .git, or what only has a meaning there.
func (f *Facts) gitFolder(dir string) bool {
	p := f.Project
	return p.IsDir(path.Join(dir, ".git")) || p.IsDir(path.Join(dir, ".github/workflows")) || p.Exists(path.Join(dir, ".gitlab-ci.yml"))
}

// readsGit says whether the build or the program reads the repository: for the
// version, by a program, or by a library.
func (f *Facts) readsGit() bool {
	p := f.Project
	if py := p.Pyproject; py != nil {
		if py.Dynamic || slices.ContainsFunc(py.Dependencies, func(d project.Dependency) bool {
			return d.Name == "gitpython" || d.Name == "pygit2" || d.Name == "dulwich"
		}) {
			return true
		}
	}
	for _, st := range f.Stages {
		if f.ranIn(st)["git"] != nil || f.startedIn(st)["git"] {
			return true
		}
	}
	return strings.Contains(f.Doc.Text, ".git/") || strings.Contains(f.Doc.Text, ".git ")
}

// nestedPython is a Python file of the context in a folder below dir, else in
// dir itself, "" if none is found near the top. Walking the whole context would
// cost more than this is worth.
func (f *Facts) nestedPython(dir string) string {
	for _, pattern := range []string{"*/*.py", "src/*/*.py", "*/*/*.py", "*.py"} {
		for _, rel := range f.glob(path.Join(dir, pattern)) {
			return rel
		}
	}
	return ""
}

// inFolder says whether a path of the context lies in a folder of it.
func inFolder(rel, dir string) bool { return dir == "." || Below(rel, dir) }

// keptOut says whether .dockerignore stops a folder, or names it to let it in.
func (f *Facts) keptOut(h HostFolder) bool {
	ignore := f.Project.Ignore
	return ignore.Ignored(h.Sample) || ignore.LetsIn(h.Sample, path.Base(h.Path))
}

// excludes says whether the copy leaves a folder out by itself (--exclude).
func (c *Copy) excludes(h HostFolder) bool {
	for _, fl := range c.Step.Flags {
		if fl.Name == "exclude" && (strings.Contains(fl.Value, path.Base(h.Path)) || h.Kind == HostBytecode && strings.Contains(fl.Value, ".py")) {
			return true
		}
	}
	return false
}

// ownVenv is the step that makes an environment at a path before another step;
// nil if none does.
func (f *Facts) ownVenv(s *Step, at string) *Step {
	for _, in := range f.InstallsOf(s.Stage) {
		if in.Env.Path == at && (in.Step.Stage != s.Stage || in.Step.Pos < s.Pos) {
			return in.Step
		}
	}
	if o := f.venvMadeAt(s, at); o != nil {
		return o
	}
	for _, st := range s.Stage.Chain() {
		if st.Image.Family == python.Other {
			break // its variables may put the environment elsewhere
		}
		for _, x := range f.Supplies(st) {
			if dir, known := x.Reads(); known && x.Kind == SupplyManager && (x.Tool == "uv" || x.Tool == "pdm") && x.Verb == "sync" && !x.Has("--active") &&
				path.Join(dir, ".venv") == at && !x.Step.Var("UV_PROJECT_ENVIRONMENT").Set && (st != s.Stage || x.Step.Pos < s.Pos) {
				return x.Step
			}
		}
	}
	for _, c := range f.CopiesBefore(s) {
		if c.FromStage != nil && c.Dest == at {
			return c.Step
		}
	}
	return nil
}
