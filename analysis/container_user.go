package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
)

// RunsAsRoot says whether the containers of a stage's image certainly run as
// root: USER or the base image says so, and nothing that they start changes to
// another user. UserStep is the USER that says it; nil where that is the base
// image, which must then be one that is known.
func (f *Facts) RunsAsRoot(st *Stage) (userStep *Step, root bool) {
	userStep = st.End().lastUser()
	user, _, _ := strings.Cut(st.End().User, ":")
	img := st.Image
	known := img.RootUser() && !img.Assumed() && !img.Lambda && !img.Windows
	switch {
	case !st.BaseKnown && st.Parent == nil || !known && !f.setsEntrypoint(st):
		return nil, false // its entrypoint may change the user
	case userStep == nil && !known:
		return nil, false
	case userStep != nil && (user != "root" && user != "0" || strings.Contains(userStep.Words[0].Raw, "$")):
		return nil, false
	}
	return userStep, !f.mayChangeUser(st)
}

func (f *Facts) setsEntrypoint(st *Stage) bool {
	return slices.ContainsFunc(f.Entries(st), func(e Entry) bool { return e.Name == "ENTRYPOINT" })
}

// mayChangeUser says whether a container of a stage's image may run as another
// user than the image says: a compose file names one, a command switches to
// one or is told one, or starts a program of which that is not known.
func (f *Facts) mayChangeUser(st *Stage) bool {
	for i := range f.Project.Services {
		if f.Project.Services[i].User != "" {
			return true
		}
	}
	for _, c := range f.Commands(st) {
		if c.Entry != nil && c.Entry.Name == "HEALTHCHECK" {
			continue
		}
		if switchesUser(c.Cmd) || c.Direct && !f.keepsUser(st, c) {
			return true
		}
	}
	for _, e := range f.Entries(st) {
		if _, err := e.Step.Program(); err != nil && e.Name != "HEALTHCHECK" {
			return true
		}
	}
	if strings.Contains(strings.ToLower(f.Project.Dockerfile), "heroku") || f.Project.Exists("heroku.yml") {
		return true
	}
	return f.programChangesUser(st)
}

// programChangesUser says whether a Python file that a command names, or
// gunicorn's configuration, changes the user.
func (f *Facts) programChangesUser(st *Stage) bool {
	end := st.End()
	reads := func(name string, mark *lazyregexp.Regexp) bool {
		rel := f.ContextFile(end, join(end.Workdir, name))
		if rel == "" || path.Ext(rel) != ".py" {
			return false
		}
		text, _ := f.Project.ReadContext(rel)
		return mark.MatchString(text)
	}
	for _, c := range f.Commands(st) {
		for _, w := range c.Cmd.Words {
			_, value, _ := strings.Cut(w.Value, "=")
			module, _, _ := strings.Cut(w.Value, ":")
			file := strings.ReplaceAll(module, ".", "/")
			if reads(w.Value, changesUser) || reads(file+".py", changesUser) || reads(file+"/__main__.py", changesUser) ||
				reads(w.Value, gunicornUser) || reads(value, gunicornUser) {
				return true
			}
		}
		if c.Cmd.Unwrapped().Name() == "gunicorn" && reads("gunicorn.conf.py", gunicornUser) {
			return true
		}
	}
	return false
}

// changesUser is the call by which a Python program changes its user.
var changesUser = lazyregexp.New(`\bset(res|re|e)?uid\(`)

// gunicornUser is the setting of gunicorn's workers' user in its configuration
// file (docs.gunicorn.org/en/stable/settings.html, "user").
var gunicornUser = lazyregexp.New(`(?m)^(user|group)\s*=\s*\S`)

// userSwitchers are programs that start another one as somebody else.
var userSwitchers = []string{"su", "sudo", "doas", "gosu", "su-exec", "runuser", "setpriv", "chroot", "start-stop-daemon", "chpst", "setuidgid",
	"s6-setuidgid", "s6-applyuidgid", "pysu", "fixuid", "capsh", "unshare"}

// userOption are options by which servers are told a user (gunicorn, celery,
// uwsgi).
var userOption = lazyregexp.New(`^--?(user|uid|setuid|uid-owner|run-as)(=|$)`)

// daemons are servers that start as root and change to a user of their
// configuration, and those that start others as such users.
var daemons = []string{"uwsgi", "nginx", "supervisord", "apache2", "apache2ctl", "apachectl", "apache2-foreground", "httpd", "php-fpm", "s6-svscan", "runsvdir",
	"sshd", "cron", "crond", "circusd", "unitd", "haproxy", "init", "systemd", "service"}

func switchesUser(cmd *shell.Command) bool {
	if slices.Contains(daemons, cmd.Unwrapped().Name()) {
		return true
	}
	return slices.ContainsFunc(cmd.Words, func(w shell.Word) bool {
		return slices.Contains(userSwitchers, path.Base(w.Value)) || userOption.MatchString(w.Value)
	})
}

// shells are the programs that read a script.
var shells = []string{"sh", "bash", "dash", "ash"}

// plainPrograms start nothing as another user: what start scripts use beside
// the program itself.
var plainPrograms = []string{"set", "cd", "echo", "printf", "export", "sleep", "wait", "exit", "test", "[", "true", ":", "mkdir", "cp", "rm", "ln", "touch",
	"cat", "chmod", "chown", "curl", "wget", "nc", "until", "trap", "source", ".", "env", "exec", "poetry", "uv", "pdm", "pipenv", "pip", "ulimit", "umask",
	"waitress-serve", "granian", "sanic", "litestar", "fastmcp", "mcp", "prefect", "dagster", "rq", "dramatiq", "huey_consumer", "arq", "taskiq", "manage", "http"}

// keepsUser says whether the program of a command is known to stay the user
// that it was started as.
func (f *Facts) keepsUser(st *Stage, c Command) bool {
	u := c.Cmd.Unwrapped()
	if len(u.Words) == 0 || f.Arguments(c) {
		return true
	}
	name := u.Name()
	if slices.Contains(shells, name) && !u.Opaque {
		args := slices.DeleteFunc(slices.Clone(u.Args()), func(w shell.Word) bool { return strings.HasPrefix(w.Value, "-") && w.Value != "-c" })
		return len(args) > 0 && (strings.HasPrefix(args[0].Value, "-") || hasCommandOption(u) || f.startsRead(st, c))
	}
	programs := Programs(st.End(), u.Words)
	if !slices.ContainsFunc(programs, isPython) && slices.ContainsFunc(programs, func(p string) bool { return !f.startsNone(p) && !slices.Contains(plainPrograms, p) }) {
		return f.startsRead(st, c)
	}
	return !u.Opaque
}

// hasCommandOption says whether a shell gets its program as a word ("-c", "-lc").
func hasCommandOption(u *shell.Command) bool {
	return slices.ContainsFunc(u.Args(), func(w shell.Word) bool {
		return strings.HasPrefix(w.Value, "-") && !strings.HasPrefix(w.Value, "--") && strings.HasSuffix(w.Value, "c")
	})
}

// startsRead says whether a command starts a file of the context that could be
// read: as a shell script, or one for Python.
func (f *Facts) startsRead(st *Stage, c Command) bool {
	for _, rel := range f.scriptsOf(st, c) {
		text, _ := f.Project.ReadContext(rel)
		first, _, _ := strings.Cut(text, "\n")
		if strings.HasPrefix(first, "#!") && strings.Contains(first, "python") {
			return true
		}
		if _, err := shell.ParseText(text, 0); err == nil && shellScript(rel, text) && strings.TrimSpace(text) != "" {
			return true
		}
	}
	return false
}

// servers are programs that run until they are stopped.
var servers = []string{"uvicorn", "gunicorn", "hypercorn", "daphne", "flask", "fastapi", "streamlit", "celery", "waitress-serve", "granian", "sanic", "litestar"}

// Serves says whether the containers of a stage's image are a service, which
// waits for others, rather than a tool that somebody runs: a port is exposed,
// its health is watched, a compose file runs it, or its program is a server.
func (f *Facts) Serves(st *Stage) bool {
	if len(f.Project.Services) > 0 && len(f.Commands(st)) > 0 {
		return true
	}
	if slices.ContainsFunc(f.Entries(st), func(e Entry) bool { return e.Name == "HEALTHCHECK" }) {
		return true
	}
	for _, o := range st.Chain() {
		if slices.ContainsFunc(o.Steps, func(s *Step) bool { return s.Name == "EXPOSE" }) {
			return len(f.Commands(st)) > 0
		}
	}
	return slices.ContainsFunc(servers, func(name string) bool { return f.startedIn(st)[name] })
}
