package analysis

import (
	"path"
	"strings"

	"restage/analysis/project"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// contextFacts are what was found in files of the build context. They do not
// depend on the Dockerfile's text, so that its versions on the way through a
// refactoring share them.
type contextFacts struct {
	scripts      map[string][]Command
	processes    *[]Command
	programs     []project.Program
	programsRead bool
	makefiles    map[string]*makeRules
	passed       map[fileTest]bool
}

func newContextFacts() *contextFacts {
	return &contextFacts{scripts: map[string][]Command{}, passed: map[fileTest]bool{}}
}

// fileTest is a test of a file of the context.
type fileTest struct{ path, test string }

// inStage gives commands to a stage.
func inStage(list []Command, st *Stage) []Command {
	out := make([]Command, len(list))
	for i, c := range list {
		c.Stage = st
		out[i] = c
	}
	return out
}

// script gives the commands of a script of the context; none if it cannot be
// read as one.
func (x *contextFacts) script(p *project.Project, rel string) []Command {
	commands, known := x.scripts[rel]
	if !known {
		commands = readScript(p, rel)
		x.scripts[rel] = commands
	}
	return commands
}

func readScript(p *project.Project, rel string) []Command {
	text, ok := p.ReadContext(rel)
	if !ok || !shellScript(rel, text) {
		return nil
	}
	m := source.NewMapper(text)
	var out []Command
	for _, cmd := range scriptPrograms(text) {
		out = append(out, Command{Path: path.Join(p.Context, rel), Line: m.Position(cmd.Span.Start, source.UTF8).Line, Cmd: cmd})
	}
	return out
}

// scriptPrograms are the commands of a script; of one that the shell could not
// read to its end, those of the lines that can be read by themselves.
func scriptPrograms(text string) []*shell.Command {
	if program, err := shell.ParseText(text, 0); err == nil {
		return program.Commands
	}
	var out []*shell.Command
	at := 0
	for line := range strings.Lines(text) {
		if program, err := shell.ParseText(line, at); err == nil {
			out = append(out, program.Commands...)
		}
		at += len(line)
	}
	return out
}

// shellScript says whether a file is a shell script, by its first line, else its name.
func shellScript(name, text string) bool {
	first, _, _ := strings.Cut(text, "\n")
	if strings.HasPrefix(first, "#!") {
		fields := strings.Fields(first[2:])
		for _, w := range fields {
			if posixShell(w) {
				return true
			}
		}
		return false
	}
	ext := path.Ext(name)
	return ext == ".sh" || ext == ".bash" || ext == ""
}

// procfile gives the commands of the Procfile and of descriptions of deployments.
func (x *contextFacts) procfile(p *project.Project) []Command {
	if x.processes != nil {
		return *x.processes
	}
	var out []Command
	for _, l := range append(p.Procfile(), p.Deployed()...) {
		if program, err := shell.ParseText(l.Command, 0); err == nil {
			for _, cmd := range program.Commands {
				out = append(out, Command{Path: l.Path, Line: l.Line, Cmd: cmd, Direct: true})
			}
		}
	}
	x.processes = &out
	return out
}

// Programs are the Python files of the context, in order; see
// [project.Project.Programs].
func (f *Facts) Programs() []project.Program {
	x := f.context
	if !x.programsRead {
		x.programs, x.programsRead = f.Project.Programs(), true
	}
	return x.programs
}

// PythonFiles are the Python files of the context, relative to it, that mention
// a text: one that [project.Program.Mentions] knows.
func (f *Facts) PythonFiles(mention string) []string {
	var out []string
	for _, p := range f.Programs() {
		if p.Mentions(mention) {
			out = append(out, p.Path)
		}
	}
	return out
}

// Passes says whether the text of a file of the context passes a test, which is
// known by a name of its own. The file is read once for all versions of the
// Dockerfile. What cannot be read is tested as an empty text.
func (f *Facts) Passes(rel, name string, test func(text string) bool) bool {
	x, key := f.context, fileTest{rel, name}
	passed, known := x.passed[key]
	if !known {
		text, _ := f.Project.ReadContext(rel)
		passed = test(text)
		x.passed[key] = passed
	}
	return passed
}
