package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// rootNeeded says what needs the root package to be installed; "" when
// nothing does. Whatever is not known to work without counts as a need.
func (p *split) rootNeeded() string {
	py := p.Project.Pyproject
	switch {
	case py.EntryPoints:
		return "entry points"
	case py.BuildScript != "":
		return "a build script"
	}
	for _, m := range py.Modules {
		if m.Src && !p.onPythonPath(m.Path) {
			return "the src layout"
		}
	}
	if len(py.Modules) == 0 {
		return "modules that were not found"
	}
	final := p.Final()
	if !final.Includes(p.in.Step.Stage) && !p.Feeds(p.in.Step.Stage, final) {
		return "a stage that other builds use"
	}
	runs := p.Commands(final)
	if len(runs) == 0 {
		return "an image whose command is not known"
	}
	scripts := map[string]bool{}
	for _, s := range py.Scripts {
		scripts[s.Name] = true
	}
	for _, s := range p.Project.Services {
		if s.WorkingDir != "" && path.Clean(s.WorkingDir) != final.End().Workdir {
			return s.Path + ", which runs in " + s.WorkingDir
		}
	}
	for _, c := range runs {
		if why := p.commandNeedsRoot(final.End(), c.Cmd, scripts); why != "" {
			return why
		}
	}
	for _, s := range p.in.Step.Stage.Steps[p.in.Step.Pos+1:] {
		for _, cmd := range s.Commands() {
			if s.Name == "RUN" {
				if why := p.commandNeedsRoot(s, cmd, scripts); why != "" {
					return why
				}
			}
		}
	}
	return p.readsMetadata()
}

// cwdPrograms put the working folder, or the folder of the script they are
// given, on sys.path by themselves: python (-m, and scripts), and servers that
// document it (uvicorn --app-dir, gunicorn --chdir, celery, flask, hypercorn,
// daphne, fastapi).
var cwdPrograms = set("python python3 uvicorn gunicorn celery flask hypercorn daphne fastapi")

// plainPrograms have nothing to do with Python's imports.
var plainPrograms = set("sh bash dash ash exec set export cd echo printf test [ [[ sleep true false : exit wait trap mkdir chown chmod rm ln cp mv cat " +
	"curl wget nc pg_isready until while env tini dumb-init gosu su-exec su sudo date ls touch sed grep awk kill ps id read shift eval source . nginx supervisord")

// commandNeedsRoot says why a command needs the root package; "" if it does not.
func (p *split) commandNeedsRoot(s *analysis.Step, cmd *shell.Command, scripts map[string]bool) string {
	progs := analysis.Programs(s, cmd.Words)
	if cmd.Inner != nil || len(progs) == 0 {
		return ""
	}
	name := progs[0]
	if name == "poetry" {
		if len(progs) < 2 {
			return ""
		}
		name = progs[1]
		for _, w := range cmd.Words {
			if v, _, _ := strings.Cut(w.Value, "="); v == "-C" || v == "--directory" || v == "-P" || v == "--project" {
				return "Poetry run from another folder"
			}
			if w.Value == "run" {
				break
			}
		}
	}
	if scripts[name] {
		return "the console script " + name
	}
	if plainPrograms[name] || systemProgram(name) || name == "pip" || name == "poetry" {
		return ""
	}
	if strings.HasPrefix(name, "python3.") {
		name = "python3"
	}
	if !cwdPrograms[name] {
		if p.isContextScript(s, cmd.Words[0].Value) {
			return "" // its commands are looked at, too
		}
		return "`" + name + "`, which may import the project by name"
	}
	if cmd.Dir != "" || !cmd.DirKnown {
		return "`" + name + "`, which runs in another folder than the image's own"
	}
	return p.searchPath(s, cmd, name)
}
