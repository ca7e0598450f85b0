package rules

import (
	"fmt"
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// bufferedOutput finds containers whose program's output waits in a buffer.
var bufferedOutput = &analysis.Rule{
	Name:     "buffered-output",
	Title:    "What the program prints waits in a buffer",
	Severity: analysis.Hint,
	Family:   analysis.Costs,
	Why: `Python writes standard output to a terminal line by line, and to anything else in blocks. A container has no terminal, so
that ` + "`docker logs`" + ` shows a ` + "`print`" + ` only when the buffer is full or the program ends, and nothing of what waits there when it is killed.
Standard error, where ` + "`logging`" + ` and tracebacks go, is not held back.

It is reported where the container starts Python itself, the project's code calls ` + "`print`" + `, and the base image is known not to set the variable. The fix adds
` + "`PYTHONUNBUFFERED=1`" + ` to the last stage. Programs that print very much get slower by it, and therefore it is made only where it is asked for
(` + "`restage fix --all --only buffered-output`" + `).

Sources: <https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED>, <https://docs.python.org/3/library/sys.html#sys.stdout>.`,
	Run: func(p *analysis.Pass) {
		final := p.Final()
		if final == nil || !p.PythonStage(final) || p.ForDevelopment(final) || mayUnbuffer(p, final) {
			return
		}
		for _, c := range p.Commands(final) {
			if c.Entry == nil || c.Entry.Name == "HEALTHCHECK" || p.Arguments(c) || c.Cmd.Place.Conditional || !startsBuffered(c.Cmd) {
				continue
			}
			file, line := prints(p)
			if file == "" {
				return
			}
			p.Report(analysis.Finding{Span: c.Entry.Step.Span, Subject: final,
				Message: fmt.Sprintf("what %s prints (%s line %d) is held back until the buffer is full or it ends: neither PYTHONUNBUFFERED nor -u is there", started(c.Cmd), file, line),
				Related: []analysis.Related{{Path: path.Join(p.Project.Context, file), Line: line - 1, Message: "this is printed late"}}})
			return
		}
	},
}

// printCall is a call of print at the start of a line, and notBuffered what
// keeps it out of the buffer of standard output.
var (
	printCall   = lazyregexp.New(`^\s*print\(`)
	notBuffered = lazyregexp.New(`flush\s*=|file\s*=`)
)

// shown says whether a file is Python whose output a container may show: no
// test, no tool of the developers'.
func shown(file string) bool {
	if path.Ext(file) != ".py" || python.TestFile(file) {
		return false
	}
	dir, base := path.Split(file)
	for part := range strings.SplitSeq(dir, "/") {
		switch part {
		case "doc", "docs", "script", "scripts", "example", "examples":
			return false
		}
	}
	return base != "setup.py" && base != "noxfile.py" && base != "tasks.py"
}

// prints is the first line of the project's code that prints; "" where none
// does, and logging is all that there is.
func prints(p *analysis.Pass) (file string, line int) {
	p.Project.FilesIn(".", func(f string) bool {
		if shown(f) && p.Project.Program(f).Mentions("print(") {
			text, _ := p.Project.ReadContext(f)
			file, line = f, printedAt(text)
		}
		return line == 0
	})
	if line == 0 {
		return "", 0
	}
	return file, line
}

// printedAt is the 1-based line of the first call that prints to standard
// output; 0 if there is none.
func printedAt(text string) int {
	n := 0
	for l := range strings.Lines(text) {
		if n++; strings.Contains(l, "print(") && printCall.MatchString(l) && strings.Contains(l, ")") && !notBuffered.MatchString(l) {
			return n
		}
	}
	return 0
}

// mayUnbuffer says whether the variable is set, or may be: by the file, the
// base image or whoever runs the container.
func mayUnbuffer(p *analysis.Pass, st *analysis.Stage) bool {
	root := st.Chain()[0]
	if root.Image.Family == python.Other || root.Image.Assumed() || root.Image.Windows || st.End().Var("PYTHONUNBUFFERED").Set {
		return true
	}
	for _, s := range p.Project.Services {
		if _, set := s.Environment["PYTHONUNBUFFERED"]; set {
			return true
		}
	}
	return false
}

// interpreter is a name of Python's.
var interpreter = lazyregexp.New(`^python(3(\.\d+)?)?$`)

// logsOnly are modules that are started by "python -m" and write to standard
// error, or flush what they print.
var logsOnly = map[string]bool{"uvicorn": true, "gunicorn": true, "hypercorn": true, "celery": true, "flask": true, "daphne": true, "pytest": true, "unittest": true,
	"alembic": true, "http.server": true, "jupyter": true, "notebook": true, "jupyterlab": true, "streamlit": true, "waitress": true, "pip": true, "ipykernel": true}

// pythonWords are the words of a command from Python's name on, behind
// "poetry run" and "uv run" too; nil when it does not start Python.
func pythonWords(cmd *shell.Command) []shell.Word {
	u := cmd.Unwrapped()
	if u.Opaque || len(u.Words) == 0 {
		return nil
	}
	words := u.Words
	if n := u.Name(); (n == "poetry" || n == "uv" || n == "pipenv" || n == "pdm") && len(words) > 2 && words[1].Value == "run" {
		words = words[2:]
	}
	name := words[0].Value[strings.LastIndexByte(words[0].Value, '/')+1:]
	if !interpreter.MatchString(name) {
		return nil
	}
	return words
}

// startsBuffered says whether a command starts a program of the project with
// Python, and leaves its output buffered.
func startsBuffered(cmd *shell.Command) bool {
	words := pythonWords(cmd)
	if len(words) < 2 {
		return false // an interactive one, which flushes by itself
	}
	for c := cmd; c != nil; c = c.Inner {
		if v, set := c.Assigned("PYTHONUNBUFFERED"); set && v != "" {
			return false
		}
	}
	for i := 1; i < len(words); i++ {
		w := words[i].Value
		switch {
		case !words[i].Static, w == "-c", w == "-V", w == "--version", w == "-h", w == "-i", w == "-":
			return false
		case w == "-m":
			return i+1 < len(words) && !logsOnly[words[i+1].Value]
		case w == "-W" || w == "-X":
			i++
		case strings.HasPrefix(w, "-"):
			if strings.Contains(w, "u") && !strings.HasPrefix(w, "--") {
				return false
			}
		default:
			return !strings.HasSuffix(w, "manage.py") && strings.HasSuffix(w, ".py")
		}
	}
	return false
}

// started names the program that a command starts: "shop.main", "main.py".
func started(cmd *shell.Command) string {
	words := pythonWords(cmd)
	for i := 1; i < len(words); i++ {
		if w := words[i].Value; w == "-m" && i+1 < len(words) {
			return words[i+1].Value
		} else if strings.HasSuffix(w, ".py") {
			return w
		}
	}
	return "the program"
}
