package codeactions

import (
	"fmt"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// startNeedsRoot: commands of the container that only root can run, and those
// of which nothing is known.
func (r *request) startNeedsRoot(st *analysis.Stage) string {
	for _, c := range r.Commands(st) {
		u := c.Cmd.Unwrapped()
		if len(u.Words) == 0 || r.Arguments(c) {
			continue
		}
		name := u.Name()
		programs := analysis.Programs(st.End(), u.Words)
		switch {
		case slices.Contains(programs, "poetry"), slices.Contains(programs, "pipenv"), slices.Contains(programs, "pdm"), slices.Contains(programs, "uv"):
			return r.Where(c) + " starts the program through " + programs[0] + ", whose own environment, settings and cache are root's"
		case name == "chown" || name == "chgrp" || name == "chmod" || name == "install" || name == "setcap" || packageCommand[name] || accountCommand[name]:
			return r.Where(c) + " runs `" + name + "`, which needs root"
		case name == "mkdir" || name == "cp" || name == "mv" || name == "touch" || name == "ln" || name == "tee" || name == "sed":
			return r.Where(c) + " makes files (`" + name + "`), which another user may not in the folders of root"
		case name == "celery" && slices.ContainsFunc(u.Words, func(w shell.Word) bool { return w.Value == "beat" || w.Value == "-B" || w.Value == "--beat" }):
			return r.Where(c) + " starts Celery's beat, which keeps its schedule in a file of the working folder"
		case slices.ContainsFunc(u.Words, func(w shell.Word) bool { return w.Value == "collectstatic" }):
			return r.Where(c) + " collects static files, which another user than root may not write into the folder of the code"
		case slices.ContainsFunc(c.Cmd.Redirects, func(to shell.Redirect) bool {
			return to.Writes && !strings.HasPrefix(to.File.Value, "/dev/") && !strings.HasPrefix(to.File.Value, "/tmp/")
		}):
			return r.Where(c) + " writes into a file, which another user than root may not in a folder of root"
		case !knownAtStart(programs) && !r.consoleScript(name) && c.Direct && r.startedScript(st, u) == "":
			return r.Where(c) + " starts " + u.Words[0].Value + ", and which files that writes is not known"
		case !knownAtStart(programs) && !r.consoleScript(name) && !c.Direct && !systemProgram(name) && name != "exec" && !strings.HasPrefix(u.Words[0].Value, "$"):
			return r.Where(c) + " starts " + u.Words[0].Value + ", and which files that writes is not known"
		}
	}
	return ""
}

// quietAtStart are programs that write no files of their own: servers, shells,
// migrations of a database.
var quietAtStart = set("uvicorn gunicorn hypercorn daphne flask fastapi streamlit celery waitress-serve granian alembic django-admin sh bash dash ash exec set cd echo printf export " +
	"sleep wait exit test [ true : trap . source env curl wget nc until")

func knownAtStart(programs []string) bool {
	return len(programs) == 0 || isPythonName(programs[0]) || !slices.ContainsFunc(programs, func(p string) bool { return !quietAtStart[p] })
}

// isPythonName says whether a program is the interpreter.
func isPythonName(name string) bool { return strings.HasPrefix(name, "python") }

// consoleScript says whether a program is one of the project's own.
func (r *request) consoleScript(name string) bool {
	py := r.Project.Pyproject
	if py == nil {
		return false
	}
	for _, s := range py.Scripts {
		if s.Name == name {
			return true
		}
	}
	return false
}

// startedScript is the shell script of the context that a command is, "" if it is none.
func (r *request) startedScript(st *analysis.Stage, u *shell.Command) string {
	end := st.End()
	v, ok := end.ShellValue(u.Words[0].Value, u.Exports)
	if !ok || !strings.Contains(v, "/") {
		v = "/usr/local/bin/" + v
	}
	if !strings.HasPrefix(v, "/") {
		v = end.Workdir + "/" + v
	}
	return r.ContextFile(end, v)
}

// leftForRoot: what the build puts into root's own folder, where nobody else
// can look, and programs that may.
func (r *request) leftForRoot(st *analysis.Stage) string {
	for _, in := range r.Installs {
		if !st.Includes(in.Step.Stage) && !r.Feeds(in.Step.Stage, st) {
			continue
		}
		if in.Env.Path == "" || analysis.Below(in.Env.Path, "/root") {
			return fmt.Sprintf("the environment of line %d may lie below /root, where only root can read: installer-env gives it another place", r.line(in.Cmd.Span.Start))
		}
	}
	for _, o := range r.Stages {
		if !st.Includes(o) && !r.Feeds(o, st) {
			continue
		}
		for _, s := range r.Supplies(o) {
			if s.Kind == analysis.SupplyManager && (s.Tool != "uv" || !r.systemPython(s)) {
				return fmt.Sprintf("%s in line %d may put its environment or a Python of its own below /root, where only root can read", s.Tool, r.line(s.Cmd.Span.Start))
			}
			if s.Has("--user") {
				return fmt.Sprintf("line %d installs into /root (--user), where only root can read", r.line(s.Cmd.Span.Start))
			}
		}
	}
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			if why := r.stepForRoot(s); why != "" {
				return why
			}
		}
	}
	return ""
}

// systemPython says whether uv takes the image's Python: one of the official
// images, where nothing asks for another one.
func (r *request) systemPython(s *analysis.Supply) bool {
	if v := s.Step.Var("UV_PYTHON_DOWNLOADS"); v.Set && (v.Value == "never" || v.Value == "0") {
		return true
	}
	img, py := s.Step.Stage.Image, r.Project.Pyproject
	if img.Family != python.OfficialPython && img.Family != python.UVPython || r.Project.Manifest(".python-version") != "" || py == nil || s.Has("--python", "-p") {
		return false
	}
	c, err := python.ParseConstraint(py.RequiresPython)
	return err == nil && img.Python.Parts >= 2 && c.Allows(img.Python)
}

// stepForRoot: one instruction of the image's stages.
func (r *request) stepForRoot(s *analysis.Step) string {
	line := r.line(s.Span.Start)
	for _, p := range s.Pairs {
		if v, _ := s.Expand(p.Value.Raw); s.Name == "ENV" && (strings.Contains(v, "/root") || strings.Contains(v, "$HOME")) {
			return fmt.Sprintf("line %d sets %s to a place below /root, where only root can read", line, p.Key)
		}
	}
	if s.Name != "RUN" {
		return ""
	}
	if _, err := s.Program(); err != nil {
		return fmt.Sprintf("what line %d leaves for root cannot be told, since it cannot be read as a shell program", line)
	}
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		name := u.Name()
		if name == "rm" || len(u.Words) == 0 {
			continue
		}
		for _, w := range u.Words {
			v, _ := s.ShellValue(w.Value, u.Exports)
			if analysis.Below(v, "/root") || strings.HasPrefix(w.Value, "~") || strings.Contains(v, "$HOME") || strings.Contains(v, "${HOME}") {
				return fmt.Sprintf("line %d works in /root, where only root can read", r.line(cmd.Span.Start))
			}
		}
		call := callIn(r, s, cmd)
		switch {
		case call != nil && call.Tool == "pipx":
			return fmt.Sprintf("line %d installs programs into /root (pipx), where only root can read", r.line(cmd.Span.Start))
		case call != nil && call.Verb != "run", systemProgram(name), r.installsPoetry(s, cmd), quietAtBuild(u):
		default:
			return fmt.Sprintf("line %d runs `%s` as root, and what that leaves in root's own folder another user would not find", r.line(cmd.Span.Start), name)
		}
	}
	return ""
}

// quietAtBuild are commands of Python that leave nothing in the home folder.
func quietAtBuild(u *shell.Command) bool {
	if !isPythonName(u.Name()) {
		return u.Name() == "compileall"
	}
	return slices.ContainsFunc(u.Words, func(w shell.Word) bool {
		switch w.Value {
		case "collectstatic", "compilemessages", "compileall", "venv", "ensurepip":
			return true
		}
		return false
	})
}
