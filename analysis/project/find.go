package project

import (
	"io/fs"
	"path"
	"strings"

	"restage/analysis/source"
)

// Find reads the project that the Dockerfile at path (slash path in fsys)
// builds. It never fails: what is missing or broken is said in the result.
// An empty path, as of a file that was never saved, gives a project in which
// everything is absent.
func Find(fsys fs.FS, path string, doc *source.Document) *Project {
	return NewFinder(fsys).Find(path, doc)
}

// Finder finds the projects of many Dockerfiles in one workspace and reads
// what they share only once. It sees the files as they were when it first
// read them, so a new one is needed when files have changed. It is safe for
// concurrent use.
type Finder struct{ store *store }

// NewFinder makes a Finder for the workspace in fsys.
func NewFinder(fsys fs.FS) *Finder { return NewKnown().Finder(fsys) }

// Finder makes a Finder that remembers what Python files said to earlier ones
// for the same workspace, where their sizes and times are still the same.
func (k *Known) Finder(fsys fs.FS) *Finder { return &Finder{newStore(fsys, k)} }

// Find does what the function Find does.
func (f *Finder) Find(name string, doc *source.Document) *Project {
	p := &Project{FS: f.store.fsys, Dockerfile: name}
	name = path.Clean(strings.TrimPrefix(name, "./"))
	if p.Dockerfile == "" || p.FS == nil || !fs.ValidPath(name) || name == "." {
		return p
	}
	p.Dockerfile = name
	p.reader = newReader(f.store)
	p.targetNames = p.readTargets()
	sources := contextSources(doc)

	composes := p.readComposes()
	p.findContext(sources, composes)
	p.Services = servicesOf(p, composes)
	p.findDir(sources)
	p.readManifests(sources)
	p.Ignore = p.readIgnore()
	p.Settings = p.findSettings()
	p.Inputs = p.reader.inputs()
	return p
}

// Used says whether a path of the workspace was read or looked for until now, by
// Find or one of the methods. Where one Python file was asked for, all of the
// build context are taken as used.
func (p *Project) Used(name string) bool {
	if p == nil || p.reader == nil {
		return false
	}
	if rel, within := strings.CutPrefix(name, p.Context+"/"); path.Ext(name) == ".py" && p.reader.python.Load() && (within || p.Context == ".") && !p.Ignore.Ignored(rel) {
		return true
	}
	p.reader.mu.Lock()
	defer p.reader.mu.Unlock()
	return p.reader.asked[name]
}

// readManifests reads pyproject.toml, poetry.lock and poetry.toml in Dir and
// decides the manager.
func (p *Project) readManifests(sources []contextSource) {
	dir := path.Join(p.Context, p.Dir)
	name := path.Join(dir, "pyproject.toml")
	read := cached(p.reader.store, name, func() parsedPyproject { return readPyproject(p.reader.store, name) })
	p.reader.note(name)
	p.Pyproject, p.Problems = read.pyproject, append(p.Problems, read.problems...)

	name = path.Join(dir, "poetry.lock")
	lock := cached(p.reader.store, name, func() parsedLock { return readLock(p.reader.store, name) })
	p.reader.note(name)
	p.Lock, p.Problems = lock.lock, append(p.Problems, lock.problems...)

	p.readPoetryToml(path.Join(dir, "poetry.toml"))
	if p.Pyproject != nil {
		p.Pyproject = p.Pyproject.withModules(p.reader, dir)
	}
	p.Manager = p.manager(dir, sources, read.text)
}

// readPoetryToml reads the settings of one poetry.toml.
func (p *Project) readPoetryToml(name string) {
	text, err := p.reader.read(name, maxText)
	if problem, ok := unreadable(name, err); ok {
		p.Problems = append(p.Problems, problem)
	}
	if err != nil {
		return
	}
	tree, _, problem := decodeTOML(name, text)
	if problem != nil {
		p.Problems = append(p.Problems, *problem)
		return
	}
	p.PoetryToml = map[string]string{}
	flatten(p.PoetryToml, "", tree)
}

// Setting gives one setting of poetry.toml by its dotted name, as
// "virtualenvs.in-project"; ok is false when the file does not set it.
func (p *Project) Setting(name string) (value string, ok bool) {
	if p == nil {
		return "", false
	}
	value, ok = p.PoetryToml[name]
	return value, ok
}
