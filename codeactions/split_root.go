package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// decideRoot settles the second phase: whether the root package (or folders of
// path dependencies) have to be installed after the code, and by which command.
func (p *split) decideRoot() string {
	in := p.in
	folders := p.folders()
	if len(p.moved) == 0 && !p.codeThere() {
		folders = nil
	}
	if in.Root && in.ProjectThere() {
		p.rootWhy = p.rootNeeded()
	}
	if len(folders) > 0 {
		if in.Version.Parts > 0 && !in.Version.AtLeast(1, 5) {
			return "the project depends on the folder " + folders[0] + ", which Poetry " + in.Version.String() +
				" cannot leave out of the first install (--no-directory came with 1.5)"
		}
		p.second = p.Doc.Slice(in.Cmd.Span)
		if p.rootWhy == "" && in.Root {
			p.second = p.withOptions("--no-root")
		}
		return p.secondChecks()
	}
	if p.rootWhy == "" {
		return ""
	}
	p.second = p.Doc.Slice(in.Cmd.Span)
	if in.Version.AtLeast(1, 2) {
		p.second = p.onlyRoot()
	}
	return p.secondChecks()
}

// codeThere says whether code arrives before the install at all.
func (p *split) codeThere() bool { return len(p.code()) > 0 }

// secondChecks gives the reason why the command cannot be written a second time.
func (p *split) secondChecks() string {
	in := p.in
	at := "line " + itoa(p.line(in.Cmd.Span.Start))
	if in.Cmd.Place.Conditional || in.Cmd.Place.Piped || in.Cmd.Place.Nested {
		return at + " installs under a condition or through another program, so that the install of the root package (" + p.rootWhy + ") cannot be repeated after the code"
	}
	if strings.Contains(p.second, "\n") {
		p.second = strings.Join(strings.Fields(strings.ReplaceAll(p.second, string(p.Doc.Escape)+p.Doc.Newline, " ")), " ")
	}
	if len(in.Cmd.Exports) > 0 {
		for name := range in.Cmd.Exports {
			if strings.HasPrefix(name, "POETRY_") || name == "VIRTUAL_ENV" || name == "PATH" {
				return at + " sets " + name + " in the shell for its install, which an install after the code would miss"
			}
		}
	}
	if in.Cmd.Dir != "" {
		p.second = "cd " + in.Cmd.Dir + " && " + p.second
	}
	return ""
}

// withOptions is the call with more options at its end.
func (p *split) withOptions(opts string) string {
	text := p.Doc.Slice(p.in.Cmd.Span)
	cut := p.in.End() - p.in.Cmd.Span.Start
	return text[:cut] + " " + opts + text[cut:]
}

// keptOptions are options that an install of the root package keeps. Without
// the extras of the first install it would remove these again (seen with Poetry
// 1.2 to 1.8, docs/poetry-versions.md).
var keptOptions = set("-n --no-interaction --no-ansi --ansi -q --quiet -v -vv -vvv --verbose --no-cache -C --directory -P --project --compile -E --extras --all-extras")

// onlyRoot is "poetry install --only-root" (Poetry 1.2 and later) in the
// spelling of the call.
func (p *split) onlyRoot() string {
	in := p.in
	text := p.Doc.Text[in.Cmd.Span.Start:in.Name.End]
	verb := ""
	for _, o := range in.Options {
		if !keptOptions[o.Name] {
			continue
		}
		if o.Span.Start < in.VerbSpan.Start {
			text += " " + p.Doc.Slice(o.Span)
		} else {
			verb += " " + p.Doc.Slice(o.Span)
		}
	}
	return text + " install --only-root" + verb
}

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

// onPythonPath says whether PYTHONPATH names the folder of a module in the
// image that runs.
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
	if plainPrograms[name] || systemCommand[name] || fileCommand[name] || name == "pip" || name == "poetry" {
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

// folderOptions are options of the servers that change what they import from.
// searchPath says why a Python program would not find the project's modules by
// the folder it puts on sys.path: that of its script, else the working folder.
// scriptImports says why a script would not find the project's modules: they
// do not lie beside it. A script that is a file of no module and imports none
// needs none.
// importsFrom says whether the project's modules can be imported from the
// working folder of a step; "" when they can.
// readsMetadata looks through the project's Python files for code that asks
// for installed metadata (a version, entry points).
