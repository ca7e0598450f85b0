package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// hiddenUse finds what may call Poetry, or an interpreter by its path, in a
// container, in places that are no commands of this file: generated scripts,
// task runners, configuration of other programs. It gives the reason why the
// environment or Poetry must stay where they are; "" if there is none.
func (r *request) hiddenUse(st *analysis.Stage, system bool) string {
	if reason := r.writtenScripts(st); reason != "" {
		return reason
	}
	for _, u := range r.Unread(st) {
		return u.Path + " line " + itoa(u.Line+1) + " calls Poetry, in a script that cannot be read as a whole (" + u.Why + ")"
	}
	for _, c := range r.Commands(st) {
		if reason := r.opaqueCommand(st, c, system); reason != "" {
			return reason
		}
	}
	return r.configuredUse(st, system)
}

// writtenScripts: files that heredocs and echo write into the image.
func (r *request) writtenScripts(st *analysis.Stage) string {
	for _, s := range st.Chain() {
		for _, step := range s.Steps {
			if step.Name == "COPY" || step.Name == "ADD" {
				for _, h := range step.Heredocs {
					if strings.Contains(r.Doc.Slice(h.Body), "poetry ") {
						return "line " + itoa(r.line(step.Span.Start)) + " writes a file that calls Poetry"
					}
				}
			}
			if step.Name != "RUN" || !strings.Contains(r.Doc.Slice(step.Span), "poetry run") {
				continue
			}
			for _, cmd := range step.Commands() {
				if n := cmd.Unwrapped().Name(); n != "echo" && n != "printf" && n != "cat" && n != "tee" {
					continue
				}
				if strings.Contains(r.Doc.Slice(cmd.Span), "poetry run") {
					return "line " + itoa(r.line(cmd.Span.Start)) + " writes a script that runs `poetry run`"
				}
			}
		}
	}
	return ""
}

// taskRunners run what a file of the project says.
var taskRunners = set("make just poe task taskipy invoke inv tox nox npm npx yarn pnpm pm2 pm2-runtime")

// systemPrograms are folders whose programs the image's packages bring.
var systemPrograms = []string{"/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/sbin/", "/usr/local/bin/", "/lib/", "/init"}

// opaqueCommand: a command whose own doing cannot be told.
func (r *request) opaqueCommand(st *analysis.Stage, c analysis.Command, system bool) string {
	u := c.Cmd.Unwrapped()
	if len(u.Words) == 0 {
		return ""
	}
	name := u.Name()
	if taskRunners[name] {
		return r.Where(c) + " runs `" + name + "`, and what that runs is written elsewhere"
	}
	if login(u.Words) && system || system && (name == "su" || name == "sudo") {
		return r.Where(c) + " starts a shell that sets PATH anew, so that the environment would not be found"
	}
	word := u.Words[0].Value
	if !c.Direct || !u.Words[0].Static || !strings.Contains(word, "/") || r.Arguments(c) {
		return ""
	}
	abs := word
	if !path.IsAbs(abs) {
		abs = path.Join(st.End().Workdir, u.Dir, abs)
	}
	for _, dir := range systemPrograms {
		if strings.HasPrefix(abs, dir) {
			return ""
		}
	}
	rel := r.ContextFile(st.End(), abs)
	if rel == "" {
		if strings.HasSuffix(path.Dir(abs), "/bin") {
			return "" // of an environment or another program's folder
		}
		return r.Where(c) + " starts " + word + ", and what that is cannot be told from the files of the build context"
	}
	text, _ := r.Project.ReadContext(rel)
	if first, _, _ := strings.Cut(text, "\n"); system && strings.HasPrefix(first, "#!/usr/local/bin/python") {
		return rel + " line 1 names /usr/local/bin/python, which would not see the packages"
	}
	return ""
}

// systemPlace is the image's own Python or its programs, by their path.
var systemPlace = lazyregexp.New(`/usr/local(/bin/|/lib/python|\s*$)`)

// login says whether a shell is started as a login shell.
func login(words []shell.Word) bool {
	switch path.Base(words[0].Value) {
	case "bash", "sh", "dash", "zsh":
	default:
		return false
	}
	for _, w := range words[1:] {
		if v := w.Value; v == "--login" || strings.HasPrefix(v, "-") && !strings.HasPrefix(v, "--") && strings.Contains(v, "l") {
			return true
		}
	}
	return false
}

// configuredUse searches the configuration files and Python programs that the
// image gets for calls of Poetry, and of the image's own Python by its path.
func (r *request) configuredUse(st *analysis.Stage, system bool) string {
	for _, p := range r.Programs() {
		if !slices.ContainsFunc(poetryRun, p.Mentions) || python.TestFile(p.Path) {
			continue
		}
		if at, _ := r.ArrivesAt(st.End(), p.Path); at != "" {
			return p.Path + " line " + itoa(r.lineWith(p.Path, poetryRun...)) + " runs `poetry run`"
		}
	}
	files, _ := r.Project.Files()
	for _, f := range files {
		ext, dir := path.Ext(f), path.Dir(f)
		config := ext == ".conf" || ext == ".ini" || ext == ".service" || ext == "" && strings.Contains(dir, "cron") || strings.HasPrefix(path.Base(f), "crontab") ||
			strings.Contains(dir, "services.d")
		if !config || python.TestFile(f) || !r.Passes(f, "configures", func(text string) bool { return strings.Contains(text, "poetry run") || systemPlace.MayMatch(text) }) {
			continue
		}
		if at, _ := r.ArrivesAt(st.End(), f); at == "" {
			continue
		}
		text, _ := r.Project.ReadContext(f)
		for i, line := range strings.Split(text, "\n") {
			switch {
			case strings.Contains(line, "poetry run"):
				return f + " line " + itoa(i+1) + " runs `poetry run`"
			case system && systemPlace.MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "#"):
				return f + " line " + itoa(i+1) + " names a place in /usr/local, where the packages are now"
			}
		}
	}
	return ""
}

// poetryRun are the ways in which a Python program calls `poetry run`.
var poetryRun = []string{`"poetry", "run"`, `'poetry', 'run'`, `"poetry run `}

// lineWith is the 1-based number of the first line of a file of the context
// that has one of some texts.
func (r *request) lineWith(rel string, texts ...string) int {
	text, _ := r.Project.ReadContext(rel)
	n := 0
	for line := range strings.Lines(text) {
		if n++; slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(line, t) }) {
			break
		}
	}
	return n
}
