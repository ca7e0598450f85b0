package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/python"
)

// movedEnvironment finds environments that cannot work where they are copied to.
var movedEnvironment = &analysis.Rule{
	Name:     "moved-environment",
	Title:    "The environment does not work where it is copied to",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: `A virtual environment knows its place: the first line of every program in it (` + "`uvicorn`, `gunicorn`, `flask`" + `) is the absolute path of the Python beside it, and
` + "`activate`" + ` sets that path too. Copied to another path the programs do not start ("no such file or directory", or "bad interpreter"). It is an error where the
container starts one of them; where it only calls the environment's Python, which does work, it is a matter of information.

Its ` + "`bin/python`" + ` is a link to the Python that made it: /usr/local/bin in the official images, /usr/bin for the package of Debian and Ubuntu, a folder of uv's for a
Python that uv fetched. In an image that has none there the link leads nowhere, and nothing in the environment starts: an environment of
` + "`python:3.12`" + ` in ` + "`debian`" + `, ` + "`ubuntu`" + ` or distroless; one of Debian's Python in ` + "`python:3.12-slim`" + `; one of uv's Python without the folder that it lies in.

Copy the environment to the path it was made at (which the fix does, where it is asked for), or make it at the path where it will be used; make it with the Python of the image that runs it, or copy
` + "`UV_PYTHON_INSTALL_DIR`" + ` along.

Sources: <https://docs.python.org/3/library/venv.html>, <https://github.com/python/cpython/issues/88452>,
<https://docs.astral.sh/uv/guides/integration/docker/>.`,
	Run: func(p *analysis.Pass) {
		for _, e := range p.CarriedEnvs() {
			if e.Site || !p.PythonStage(e.From) || readsPackages(e) {
				continue
			}
			if folder, managed := p.EnvInterpreter(e); folder != "" && p.LacksInterpreter(e.To, folder, managed) {
				p.Report(withoutInterpreter(p, e, folder, managed))
				continue
			}
			if e.Made != e.At && !e.Relocatable && !mendedByHand(p, e) {
				p.Report(elsewhere(p, e))
			}
		}
	},
}

// withoutInterpreter is the finding of an environment whose Python is not there.
func withoutInterpreter(p *analysis.Pass, e *analysis.CarriedEnv, folder string, managed bool) analysis.Finding {
	has := "the image of this stage has no Python there"
	if managed {
		has = "no COPY brings that folder"
	}
	return analysis.Finding{Span: e.Copy.Step.Span, Subject: e,
		Message: fmt.Sprintf("the Python of the environment %s is a link into %s, and %s: nothing in it starts", e.Made, folder, has),
		Related: []analysis.Related{
			{Span: e.From.Chain()[0].Base.Span, Message: "the environment was made with this image's Python"},
			{Span: e.To.Chain()[0].Base.Span, Message: "it is to run in this image"}}}
}

// readsPackages says whether a stage uses the packages of an environment with
// another Python, by PYTHONPATH.
func readsPackages(e *analysis.CarriedEnv) bool {
	v := e.To.End().Var("PYTHONPATH")
	return v.Set && (!v.Known || strings.Contains(v.Value, e.At))
}

// elsewhere is the finding of an environment at another path.
func elsewhere(p *analysis.Pass, e *analysis.CarriedEnv) analysis.Finding {
	f := analysis.Finding{Span: e.Copy.Step.Span, Subject: e, Severity: analysis.Info,
		Message: fmt.Sprintf("the environment was made at %s and is copied to %s: the first line of each program in it names %s, which is not in this image, so that they start only through the environment's own Python", e.Made, e.At, path.Join(e.Made, "bin/python"))}
	for _, st := range p.Stages {
		if !st.Includes(e.To) {
			continue
		}
		for _, c := range p.Commands(st) {
			if name := startedProgram(p, st, e, c); name != "" {
				f.Severity = analysis.Error
				f.Message = fmt.Sprintf("the environment was made at %s and is copied to %s: %s starts `%s`, whose first line names %s, which is not in this image",
					e.Made, e.At, p.Where(c), name, path.Join(e.Made, "bin/python"))
				return f
			}
		}
	}
	return f
}

// startedProgram is the program of an environment that a command starts by its
// own first line, "" when it starts none.
func startedProgram(p *analysis.Pass, st *analysis.Stage, e *analysis.CarriedEnv, c analysis.Command) string {
	words := c.Cmd.Unwrapped().Words
	if len(words) == 0 {
		return ""
	}
	v, ok := st.End().ShellValue(words[0].Value, c.Cmd.Exports)
	name := path.Base(v)
	bin := path.Join(e.At, "bin")
	switch {
	case !ok, strings.HasPrefix(name, "python"), name == "activate", name == "uwsgi": // a binary
		return ""
	case path.IsAbs(v):
		if path.Dir(v) == bin {
			return name
		}
		return ""
	case strings.Contains(v, "/") || p.Arguments(c):
		return ""
	}
	search := st.End().Var("PATH")
	if !search.Known || !slices.Contains(strings.Split(search.Value, ":"), bin) {
		return ""
	}
	if slices.Contains(wellKnown, name) {
		return name
	}
	if l := p.Project.Lock; l != nil {
		for _, locked := range l.Packages {
			if slices.Contains(python.Commands(locked.Name), name) {
				return name
			}
		}
	}
	return ""
}

// wellKnown are programs that are scripts of Python packages and nothing else.
var wellKnown = []string{"uvicorn", "gunicorn", "flask", "celery", "hypercorn", "daphne", "alembic", "fastapi", "streamlit", "django-admin", "pytest"}

// rewrites is what a step has that can make the old path valid, or the programs anew.
var rewrites = lazyregexp.New(`\b(sed|ln|perl|find|grep|virtualenv|venv|uv|poetry|pip|mv)\b`)

// mendedByHand says whether the stage that gets an environment may make the old
// path valid: it mentions that, has it too, or works on the programs.
func mendedByHand(p *analysis.Pass, e *analysis.CarriedEnv) bool {
	for _, st := range p.Stages {
		if !st.Includes(e.To) && !e.To.Includes(st) {
			continue
		}
		for _, s := range st.Steps {
			text := p.Doc.Slice(s.Span)
			if s.Name == "RUN" && (strings.Contains(text, e.Made) || rewrites.MatchString(text) && s.Span.Start > e.Copy.Step.Span.Start) {
				return true
			}
			if c := p.CopyAt(s); c != nil && c != e.Copy && !c.FromContext() && (!c.DestKnown || analysis.Below(e.Made, c.Dest)) {
				return true
			}
		}
	}
	return false
}
