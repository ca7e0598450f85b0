package analysis

import (
	"maps"
	"path"
	"strings"

	"restage/analysis/project"
	"restage/analysis/shell"
)

// Indirect is one manager call of a script or Makefile of the context that a
// RUN starts ("RUN ./install.sh", "RUN make install"). It is no part of the
// Dockerfile: its spans lie in the other file, and nothing may be edited by
// them, so it is not among Calls, Installs and Installers.
type Indirect struct {
	*Call
	// Path and Line (0-based) say where it is written, Path from the workspace.
	Path string
	Line int
	// Install is set for "poetry install" and "poetry sync".
	Install *Install
	// Installers are set for a command that installs Poetry.
	Installers []*Installer
}

// Via names the place: "api/Makefile:12".
func (x *Indirect) Via() string { return x.Path + ":" + itoa(x.Line+1) }

// Indirect are the manager calls behind the scripts and make targets that a
// stage's own steps start, in order. One level is followed: a script that a
// script starts is not read.
func (f *Facts) Indirect(st *Stage) []*Indirect {
	var out []*Indirect
	for _, s := range st.Steps {
		if s.Name != "RUN" || f.Project.Context == "" {
			continue
		}
		for _, cmd := range s.Commands() {
			started := f.Started(s, cmd)
			venv, active := "", false
			for i, c := range started {
				if x := f.indirect(s, cmd, c); x != nil {
					if dir, ok := s.SourcedVenv(x.Cmd); ok {
						venv, active = dir, true
					}
					if active && x.Install != nil {
						x.Install.Env = Environment{Kind: EnvOwn, Path: venv, At: s.Instruction, Why: "it is activated in " + c.Path}
					}
					if i > 0 && x.Install == nil {
						x.pipedInstaller(started[i-1].Cmd, c.Cmd)
					}
					if x.Tool != "" || len(x.Installers) > 0 {
						out = append(out, x)
					}
				}
			}
		}
	}
	return out
}

// Started are the commands of the script of the context, or of the make
// targets, that a RUN's command starts; none when it starts none that is known.
func (f *Facts) Started(s *Step, cmd *shell.Command) []Command {
	run := cmd.Unwrapped()
	switch name := s.nameOf(run); {
	case name == "":
		return nil
	case name == "make":
		return f.made(s, run)
	default:
		if rel := f.startedScript(s, run); rel != "" {
			return f.context.script(f.Project, rel)
		}
	}
	return nil
}

func (s *Step) nameOf(cmd *shell.Command) string {
	if len(cmd.Words) == 0 {
		return ""
	}
	return s.wordName(cmd, cmd.Words[0])
}

// startedScript is the script of the context that a command starts: itself, or
// the first file behind a shell's name, "" when it starts none.
func (f *Facts) startedScript(s *Step, run *shell.Command) string {
	words := run.Words
	name := s.nameOf(run)
	if posixShell(name) || name == "." || name == "source" {
		words = words[1:]
		for len(words) > 0 && strings.HasPrefix(words[0].Value, "-") {
			if strings.Contains(words[0].Value, "c") && !strings.HasPrefix(words[0].Value, "--") {
				return "" // its script is in the Dockerfile
			}
			words = words[1:]
		}
		if len(words) == 0 {
			return ""
		}
	} else if !strings.Contains(words[0].Value, "/") {
		return ""
	}
	v, ok := s.ShellValue(words[0].Value, run.Exports)
	if !ok {
		return ""
	}
	return f.fileSeen(s, run, v)
}

// fileSeen is the context's file that a command of a step sees at a path.
func (f *Facts) fileSeen(s *Step, cmd *shell.Command, name string) string {
	abs := join(join(s.Workdir, cmd.Dir), name)
	if rel := f.ContextFile(s, abs); rel != "" {
		return rel
	}
	for _, fl := range s.Flags {
		m := ParseMount(fl.Value)
		if fl.Name != "mount" || m["type"] != "bind" || m["from"] != "" {
			continue
		}
		target := join(s.Workdir, m["target"])
		if !Below(abs, target) {
			continue
		}
		rel := path.Join(m["source"], strings.TrimPrefix(abs, strings.TrimSuffix(target, "/")))
		if rel = strings.TrimPrefix(path.Clean("/"+rel), "/"); f.Project.InContext(rel) && !f.Project.IsDir(rel) {
			return rel
		}
	}
	return ""
}

// made are the recipe lines of the targets that a "make" builds, with those of
// their direct prerequisites before them.
func (f *Facts) made(s *Step, run *shell.Command) []Command {
	name, dir := "", ""
	var targets []string
	args := run.Args()
	for i := 0; i < len(args); i++ {
		v, ok := s.ShellValue(args[i].Value, run.Exports)
		if !ok {
			continue
		}
		switch {
		case (v == "-f" || v == "--file" || v == "-C" || v == "--directory") && i+1 < len(args):
			i++
			value, _ := s.ShellValue(args[i].Value, run.Exports)
			if v == "-C" || v == "--directory" {
				dir = value
			} else {
				name = value
			}
		case strings.HasPrefix(v, "-C") && len(v) > 2:
			dir = v[2:]
		case strings.HasPrefix(v, "-") || strings.Contains(v, "="):
		default:
			targets = append(targets, v)
		}
	}
	names := []string{"GNUmakefile", "makefile", "Makefile"}
	if name != "" {
		names = []string{name}
	}
	for _, n := range names {
		if rel := f.fileSeen(s, run, path.Join(dir, n)); rel != "" {
			out := f.context.makefile(f.Project, rel).commands(targets)
			if dir == "" {
				return out
			}
			for i := range out {
				inside := *out[i].Cmd
				inside.Dir = join(dir, inside.Dir)
				out[i].Cmd = &inside
			}
			return out
		}
	}
	return nil
}

// indirect reads a command of another file as if it stood in place of the
// command that starts it.
func (f *Facts) indirect(s *Step, by *shell.Command, c Command) *Indirect {
	cmd := *c.Cmd
	if cmd.Dir = join(by.Dir, cmd.Dir); cmd.Dir == "." {
		cmd.Dir = ""
	}
	cmd.DirKnown = cmd.DirKnown && by.DirKnown
	cmd.Span = by.Span
	cmd.Place.Conditional = cmd.Place.Conditional || by.Place.Conditional
	cmd.Place.Tolerated = cmd.Place.Tolerated || by.Place.Tolerated
	if len(by.Exports) > 0 {
		cmd.Exports = maps.Clone(by.Exports)
		maps.Copy(cmd.Exports, c.Cmd.Exports)
	}
	x := &Indirect{Call: callOf(s, &cmd), Path: c.Path, Line: c.Line}
	switch {
	case x.Call == nil:
		x.Call = &Call{Step: s, Cmd: &cmd}
	case poetryInstall(x.Call):
		x.Install = f.newInstall(x.Call)
	case x.Verb == "install" && (x.Tool == "pip" || x.Tool == "pipx"):
		x.Installers = pipInstallers(x.Call)
	}
	return x
}

// pipedInstaller recognises "curl … | python3 -" with the official installer.
func (x *Indirect) pipedInstaller(prev, cmd *shell.Command) {
	if !isPython(cmd.Unwrapped().Name()) || !cmd.Place.Piped || cmd.Place.PipeFirst {
		return
	}
	for _, w := range prev.Words {
		if namesInstaller(w.Value) {
			i := &Installer{How: "script", Step: x.Step, Cmd: x.Cmd}
			i.scriptVersion("")
			x.Installers = []*Installer{i}
		}
	}
}

// installerBehind is the command that installs Poetry in a script or Makefile of
// the context that a step starts.
func (f *Facts) installerBehind(s *Step) (Command, bool) {
	if s.Name != "RUN" || f.Project == nil || f.Project.Context == "" {
		return Command{}, false
	}
	for _, cmd := range s.Commands() {
		for _, c := range f.Started(s, cmd) {
			call := callOf(s, c.Cmd)
			if call != nil && call.Verb == "install" && len(pipInstallers(call)) > 0 {
				return c, true
			}
			for _, w := range c.Cmd.Words {
				if namesInstaller(w.Value) {
					return c, true
				}
			}
		}
	}
	return Command{}, false
}

// makeRules are the explicit rules of a Makefile.
type makeRules struct {
	first string
	rules map[string]*makeRule
}

type makeRule struct {
	needs    []string
	commands []Command
}

// commands are the recipes of targets, those of their prerequisites first; of
// the first target when none is named.
func (m *makeRules) commands(targets []string) []Command {
	if len(targets) == 0 && m.first != "" {
		targets = []string{m.first}
	}
	var out []Command
	done := map[string]bool{}
	var take func(name string)
	take = func(name string) {
		if r := m.rules[name]; r != nil && !done[name] {
			done[name] = true
			for _, n := range r.needs {
				take(n)
			}
			out = append(out, r.commands...)
		}
	}
	for _, t := range targets {
		take(t)
	}
	return out
}

// makefile reads a Makefile of the context once.
func (x *contextFacts) makefile(p *project.Project, rel string) *makeRules {
	m, known := x.makefiles[rel]
	if !known {
		text, _ := p.ReadContext(rel)
		m = parseMakefile(path.Join(p.Context, rel), text)
		for _, line := range makeInclude.FindAllStringSubmatch(text, -1) {
			for _, name := range strings.Fields(line[1]) {
				name = path.Join(path.Dir(rel), name)
				if text, ok := p.ReadContext(name); ok {
					m.add(parseMakefile(path.Join(p.Context, name), text))
				}
			}
		}
		if x.makefiles == nil {
			x.makefiles = map[string]*makeRules{}
		}
		x.makefiles[rel] = m
	}
	return m
}
