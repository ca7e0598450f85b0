package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// onPythonPath says whether PYTHONPATH names the folder of a module in the
// image that runs.
func (p *split) onPythonPath(module string) bool {
	end := p.Final().End()
	at, _ := p.ArrivesAt(end, path.Join(p.Project.Dir, module))
	if at == "" {
		at = path.Join(p.in.Dir, module)
	}
	for _, dir := range strings.Split(end.Var("PYTHONPATH").Value, ":") {
		if dir != "" && path.Clean(dir) == path.Dir(at) {
			return true
		}
	}
	return false
}

// folderOptions are options of the servers that change what they import from.
var folderOptions = set("--app-dir --chdir --workdir --pythonpath")

// searchPath says why a Python program would not find the project's modules by
// the folder it puts on sys.path: that of its script, else the working folder.
func (p *split) searchPath(s *analysis.Step, cmd *shell.Command, name string) string {
	words := cmd.Words
	for i, w := range words {
		if opt, _, _ := strings.Cut(w.Value, "="); folderOptions[opt] {
			return "`" + name + " " + opt + "`, which changes where modules are looked for"
		}
		if path.Base(w.Value) != name || !strings.HasPrefix(name, "python") {
			continue
		}
		for _, a := range words[i+1:] {
			switch {
			case a.Value == "-m" || a.Value == "-c":
				return p.importsFrom(s)
			case strings.HasPrefix(a.Value, "-"):
				continue
			}
			return p.scriptImports(s, a.Value)
		}
	}
	return p.importsFrom(s)
}

// scriptImports says why a script would not find the project's modules: they
// do not lie beside it. A script that is a file of no module and imports none
// needs none.
func (p *split) scriptImports(s *analysis.Step, script string) string {
	if !path.IsAbs(script) {
		script = path.Join(s.Workdir, script)
	}
	for _, m := range p.Project.Pyproject.Modules {
		at, _ := p.ArrivesAt(s.Stage.End(), path.Join(p.Project.Dir, m.Path))
		if at == "" {
			at = path.Join(p.in.Dir, m.Path)
		}
		if path.Dir(at) != path.Dir(script) && at != script && !p.onPythonPath(m.Path) {
			return script + ", beside which " + m.Name + " does not lie"
		}
	}
	return ""
}

// isContextScript says whether a word names a file of the context.
func (p *split) isContextScript(s *analysis.Step, word string) bool {
	v, ok := s.ShellValue(word, nil)
	if !ok {
		return false
	}
	if !strings.HasPrefix(v, "/") {
		v = path.Join(s.Workdir, v)
	}
	return p.ContextFile(s, v) != ""
}

// importsFrom says whether the project's modules can be imported from the
// working folder of a step; "" when they can.
func (p *split) importsFrom(s *analysis.Step) string {
	if !s.WorkdirKnown {
		return "a working folder that is not known"
	}
	for _, m := range p.Project.Pyproject.Modules {
		at, _ := p.ArrivesAt(s.Stage.End(), path.Join(p.Project.Dir, m.Path))
		if at == "" {
			at = path.Join(p.in.Dir, m.Path)
		}
		if path.Dir(at) != s.Workdir && !p.onPythonPath(m.Path) {
			return m.Name + ", which is not in the working folder " + s.Workdir
		}
	}
	return ""
}

// readsMetadata looks through the project's Python files for code that asks
// for installed metadata (a version, entry points).
func (p *split) readsMetadata() string {
	for _, m := range p.Project.Pyproject.Modules {
		root := path.Join(p.Project.Dir, m.Path)
		first := ""
		for _, api := range []string{"importlib.metadata", "importlib_metadata", "pkg_resources", "import metadata"} {
			for _, f := range p.PythonFiles(api) {
				if analysis.Below(f, root) && (first == "" || f < first) {
					first = f
				}
			}
		}
		if first != "" {
			return first + ", which reads installed metadata"
		}
	}
	return ""
}
