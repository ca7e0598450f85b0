package analysis

import (
	"strconv"
	"strings"

	"restage/analysis/project"
	"restage/analysis/shell"
)

// Entry is an instruction that says what a container runs: ENTRYPOINT, CMD or
// HEALTHCHECK, as it is in force at the end of a stage.
type Entry struct {
	Name string // "ENTRYPOINT", "CMD", "HEALTHCHECK"
	Step *Step
	// Exec says that it is written in exec form (a JSON array).
	Exec bool
}

// Entries are what the image of a stage runs. ENTRYPOINT in a stage resets
// the CMD that its base image brought (reference, "Understand how CMD and
// ENTRYPOINT interact").
func (f *Facts) Entries(st *Stage) []Entry {
	last := map[string]*Step{}
	for _, s := range st.Chain() {
		for _, step := range s.Steps {
			switch step.Name {
			case "CMD", "ENTRYPOINT", "HEALTHCHECK":
				if step.Name == "ENTRYPOINT" && last["CMD"] != nil && last["CMD"].Stage != step.Stage {
					delete(last, "CMD")
				}
				last[step.Name] = step
			}
		}
	}
	var out []Entry
	for _, name := range []string{"ENTRYPOINT", "CMD", "HEALTHCHECK"} {
		if s := last[name]; s != nil {
			in := s.Instruction
			if in.Sub != nil {
				in = in.Sub
			} else if name == "HEALTHCHECK" {
				continue // HEALTHCHECK NONE
			}
			out = append(out, Entry{Name: name, Step: s, Exec: in.JSON != nil})
		}
	}
	return out
}

// Arguments says that a command is a CMD of which nothing is started: its words
// are arguments of the program that an ENTRYPOINT in exec form names.
func (f *Facts) Arguments(c Command) bool {
	if c.Entry == nil || c.Entry.Name != "CMD" {
		return false
	}
	for _, e := range f.Entries(c.Stage) {
		p, err := e.Step.Program()
		if e.Name != "ENTRYPOINT" || !e.Exec || err != nil || p == nil || len(p.Commands) != 1 {
			continue
		}
		words := p.Commands[0].Unwrapped().Words
		if call := callOf(e.Step, p.Commands[0]); call != nil && call.Tool == "poetry" && call.Verb == "run" {
			words = call.Args
		}
		return len(words) > 0 && f.startsNone(words[0].Value)
	}
	return false
}

// startsNone says whether a program never takes one of its arguments for a
// command to start: Python, servers and tools that read modules and files, and
// the project's own scripts.
func (f *Facts) startsNone(name string) bool {
	switch name {
	case "pytest", "uvicorn", "gunicorn", "hypercorn", "daphne", "flask", "fastapi", "streamlit", "celery", "alembic", "django-admin", "scrapy":
		return true
	}
	if p := f.Project; p != nil && p.Pyproject != nil {
		for _, s := range p.Pyproject.Scripts {
			if s.Name == name {
				return true
			}
		}
	}
	return isPython(name)
}

// Command is one command that a container runs, wherever it is written.
type Command struct {
	// Entry is set when an instruction of the Dockerfile says it.
	Entry *Entry
	// Path and Line (0-based) say where it stands in another file: a start
	// script, a compose file, a Procfile.
	Path string
	Line int
	// Cmd is the parsed command, with offsets of the Dockerfile for an Entry
	// and of the other file's text (or of nothing at all) otherwise.
	Cmd *shell.Command
	// Stage is the stage whose image runs it.
	Stage *Stage
	// Direct is false for commands of scripts.
	Direct bool
}

// Where names the place in the user's words: "CMD in line 12" or
// "docker/start.sh line 4".
func (f *Facts) Where(c Command) string {
	if c.Path != "" {
		return c.Path + " line " + itoa(c.Line+1)
	}
	return c.Entry.Name + " in line " + itoa(f.LineOf(c.Entry.Step.Span.Start))
}

func itoa(n int) string { return strconv.Itoa(n) }

// Commands are all commands that the containers of a stage's image are known
// to run: its entries, the scripts of the context that these start, the
// compose services that build this stage, a Procfile and descriptions of
// deployments. They are looked for
// once a stage.
func (f *Facts) Commands(st *Stage) []Command {
	out, known := f.commands[st]
	if !known {
		out = f.findCommands(st)
		f.commands[st] = out[:len(out):len(out)]
	}
	return out
}

func (f *Facts) findCommands(st *Stage) []Command {
	var out []Command
	entries := f.Entries(st)
	for i := range entries {
		e := &entries[i]
		if p, err := e.Step.Program(); err == nil && p != nil {
			for _, cmd := range p.Commands {
				out = append(out, Command{Entry: e, Cmd: cmd, Stage: st, Direct: true})
			}
		}
	}
	out = append(out, f.serviceCommands(st)...)
	out = append(out, inStage(f.context.procfile(f.Project), st)...)
	out = append(out, f.scriptCommands(st, out)...)
	return append(out, f.supervised(st, out)...)
}

// serviceCommands are the command: and entrypoint: of compose services that
// run the image of the stage.
func (f *Facts) serviceCommands(st *Stage) []Command {
	var out []Command
	for i := range f.Project.Services {
		s := &f.Project.Services[i]
		if t := f.StageNamed(s.Target); t != nil && t != st || s.Target == "" && st != f.Final() {
			continue
		}
		out = append(out, f.wordsCommand(st, s, s.Entrypoint, s.EntrypointShell, s.EntrypointLine)...)
		out = append(out, f.wordsCommand(st, s, s.Command, s.CommandShell, s.CommandLine)...)
		if len(s.Healthcheck) > 1 {
			out = append(out, f.wordsCommand(st, s, s.Healthcheck[1:], s.Healthcheck[0] == "CMD-SHELL", s.Line)...)
		}
	}
	return out
}

func (f *Facts) wordsCommand(st *Stage, s *project.Service, words []string, isShell bool, line int) []Command {
	if len(words) == 0 {
		return nil
	}
	text := strings.Join(words, " ")
	if !isShell {
		text = quoteWords(words)
	}
	p, err := shell.ParseText(text, 0)
	if err != nil {
		return nil
	}
	var out []Command
	for _, cmd := range p.Commands {
		out = append(out, Command{Path: s.Path, Line: line, Cmd: cmd, Stage: st, Direct: true})
	}
	return out
}

// quoteWords writes a word list as shell text.
func quoteWords(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return strings.Join(q, " ")
}

// scriptCommands follows the scripts of the context that commands start, three deep.
func (f *Facts) scriptCommands(st *Stage, from []Command) []Command {
	var out []Command
	seen := map[string]bool{}
	for depth := 0; depth < 3 && len(from) > 0; depth++ {
		var next []Command
		for _, c := range from {
			for _, rel := range f.scriptsOf(st, c) {
				if !seen[rel] {
					seen[rel] = true
					next = append(next, inStage(f.context.script(f.Project, rel), st)...)
				}
			}
		}
		out = append(out, next...)
		from = next
	}
	return out
}

// scriptsOf are the context files that a command starts: any of its words
// that names a file at its place in the image.
func (f *Facts) scriptsOf(st *Stage, c Command) []string {
	end := st.End()
	step := end
	if c.Entry != nil {
		step = c.Entry.Step
	}
	var out []string
	for i, w := range c.Cmd.Words {
		if i > 3 {
			break
		}
		v, ok := step.ShellValue(w.Value, c.Cmd.Exports)
		if !ok || v == "" || strings.HasPrefix(v, "-") {
			continue
		}
		for _, dir := range []string{end.Workdir, "/usr/local/bin", "/usr/bin"} {
			abs := join(dir, v)
			if i > 0 && dir != end.Workdir || strings.Contains(v, "/") && dir != end.Workdir {
				continue
			}
			if rel := f.ContextFile(end, abs); rel != "" {
				out = append(out, rel)
				break
			}
		}
	}
	return out
}

// Use is a command of a container that needs Poetry.
type Use struct {
	Command
	// Verb is Poetry's sub-command ("run", "shell", "install" …).
	Verb string
	Call *Call
}

// images are the stages that somebody runs: the final one, those that compose
// files build, and named ones that no other stage uses. Stages for development
// are left out but for the final one.
func (f *Facts) images() []*Stage {
	out := f.targets()
	for _, st := range f.Stages {
		if st == f.Final() || st.Name != "" && len(st.Children) == 0 && len(st.Readers) == 0 && !f.ForDevelopment(st) {
			out = append(out, st)
		}
	}
	return out
}

// Uses are all uses of Poetry by containers of the images that this file builds.
func (f *Facts) Uses() []Use { return f.uses() }

func (f *Facts) runtimeUses() []Use {
	var out []Use
	seen := map[*Stage]bool{}
	for _, st := range f.images() {
		if seen[st] {
			continue
		}
		seen[st] = true
		for _, c := range f.Commands(st) {
			step := st.End()
			if c.Entry != nil {
				step = c.Entry.Step
			}
			if call := callOf(step, c.Cmd); call != nil && call.Tool == "poetry" {
				out = append(out, Use{Command: c, Verb: call.Verb, Call: call})
			}
		}
	}
	return out
}
