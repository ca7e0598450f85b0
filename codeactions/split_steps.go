package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
)

// stepUse says what a RUN between the code and the install has to do with the code.
type stepUse int

const (
	independent stepUse = iota // needs none of the code
	afterCode                  // works on the code, and the install does not need its work
	pointless                  // only prepares the root package's install
)

// useOf sorts a RUN. The reason is given when it cannot be told.
func (p *split) useOf(s *analysis.Step) (stepUse, string) {
	line := "line " + itoa(p.line(s.Span.Start))
	if name := manifestNamed(p.Doc.Slice(s.Span)); name != "" && !onlyModes(s) {
		return 0, line + " works on " + name + " between the code and the install"
	}
	prog, err := s.Program()
	if err != nil {
		return 0, line + " stands between the code and the install and cannot be read as a shell program: " + err.Error()
	}
	use, touches := independent, 0
	for _, cmd := range prog.Commands {
		switch u := p.commandUse(s, cmd); u {
		case pointless:
			touches++
		case afterCode:
			use = afterCode
		case unknownUse:
			if reason := p.clearsPlace(s, cmd); reason != "" {
				return 0, reason
			}
			return 0, line + " runs `" + short(p.Doc.Slice(cmd.Span)) + "` between the code and the install, and whether the install needs what it makes cannot be told"
		}
	}
	if touches == len(prog.Commands) && touches > 0 && !p.keepReadme() {
		return pointless, ""
	}
	return use, ""
}

// manifestNamed is the first manifest that a text names; "" if it names none.
func manifestNamed(text string) string {
	for _, name := range []string{"pyproject.toml", "poetry.lock", "poetry.toml", "pypoetry/auth.toml", "pypoetry/config.toml"} {
		if strings.Contains(text, name) {
			return name
		}
	}
	return ""
}

// onlyModes says whether a step changes nothing but owners and modes.
func onlyModes(s *analysis.Step) bool { return onlyRuns(s, "chown", "chmod", "chgrp") }

// onlyRuns says whether a step runs none but the named programs.
func onlyRuns(s *analysis.Step, names ...string) bool {
	for _, cmd := range s.Commands() {
		if !slices.Contains(names, cmd.Unwrapped().Name()) {
			return false
		}
	}
	return len(s.Commands()) > 0
}

const unknownUse stepUse = -1

// keepReadme says whether a README made by touch is still wanted by a later
// install of the root package.
func (p *split) keepReadme() bool { return p.in != nil && p.in.Root && p.rootNeeded() != "" }

// commandUse sorts one command.
func (p *split) commandUse(s *analysis.Step, cmd *shell.Command) stepUse {
	redirects := cmd.Redirects
	cmd = cmd.Unwrapped()
	for _, r := range redirects {
		if v, ok := s.ShellValue(r.File.Value, cmd.Exports); !strings.HasPrefix(v, "/dev/") && (!ok || p.onCode(s, cmd, v)) {
			return unknownUse // it reads or writes copied files, maybe for the install
		}
	}
	if len(cmd.Words) == 0 {
		return independent
	}
	name := cmd.Name()
	if v, ok := s.ShellValue(cmd.Words[0].Value, cmd.Exports); ok && v != "" {
		name = path.Base(v)
	}
	switch {
	case name == "touch" && p.touchesReadme(s, cmd):
		return pointless
	case (name == "cd" || name == "pushd") && p.onlyCopied(s, cmd):
		return unknownUse
	case name == "cd", name == "pushd", name == "popd", (name == "." || name == "source") && activates(s, cmd):
		return independent
	case accountCommand[name] && p.keepsHome(s, cmd):
		return independent
	}
	if c := callIn(p.request, s, cmd); c != nil && c.Tool == "poetry" {
		return p.poetryUse(c)
	}
	if slices.ContainsFunc(p.supplies, func(o *analysis.Supply) bool { return o.Cmd.Span == cmd.Span }) {
		return independent
	}
	if name == "rm" {
		return p.removalUse(s, cmd)
	}
	switch {
	case (strings.HasPrefix(name, "python") || name == "virtualenv") && isVenv(cmd) && !p.overCode(s, cmd):
		return independent
	case modeCommand[name] && p.namesCode(s, cmd):
		return afterCode
	case packageCommand[name] && !p.namesKnownCode(s, cmd):
		return independent
	case p.namesCode(s, cmd):
		return unknownUse
	case systemProgram(name):
		return independent
	}
	c := callIn(p.request, s, cmd)
	if c != nil && (c.Tool == "pip" || c.Tool == "pipx") && c.Verb == "install" && !c.Has("-r", "--requirement", "-c", "--constraint", "-e", "--editable") && namedOnly(c) {
		return independent
	}
	if p.installsPoetry(s, cmd) {
		return independent
	}
	return unknownUse
}

// poetryUse sorts a call of Poetry. An install of dependencies alone needs the
// manifests, as the one that is looked at does; the root package needs the code.
func (p *split) poetryUse(c *analysis.Call) stepUse {
	in := p.installAt(c.Cmd.Span)
	switch {
	case manifestVerb[c.Verb]:
		return independent
	case in == nil || in.Dir != p.dir:
		return unknownUse
	case in.Deps && !in.Root, slices.Contains(p.group, in):
		return independent
	case !in.Deps:
		return afterCode
	}
	return unknownUse
}

// modeCommand change nothing that an install could read: owners, modes, line
// ends, empty folders.
var modeCommand = set("chmod chown chgrp dos2unix mkdir")

// accountCommand make users and groups.
var accountCommand = set("useradd groupadd adduser addgroup groupmod")

// keepsHome says whether a command that makes a user finds the home folder
// there already, or makes one where no code lies: useradd and adduser leave a
// folder alone that is there (useradd(8), -m).
func (p *split) keepsHome(s *analysis.Step, cmd *shell.Command) bool {
	u := analysis.UserMade(s, cmd)
	if u == nil || u.Home == "" || !p.touchesMoved(cmd.Name(), u.Home) {
		return true
	}
	return analysis.Below(p.dir, u.Home) || s.WorkdirSet && s.WorkdirKnown && analysis.Below(s.Workdir, u.Home)
}

// manifestVerb are Poetry's sub-commands that need the manifests at most and
// leave pyproject.toml alone.
var manifestVerb = map[string]bool{"": true, "config": true, "self": true, "cache": true, "show": true, "env": true,
	"export": true, "about": true, "check": true, "lock": true}

// activates says whether a command sources the activation script of an environment.
func activates(s *analysis.Step, cmd *shell.Command) bool {
	if len(cmd.Words) < 2 {
		return false
	}
	v, _ := s.ShellValue(cmd.Words[1].Value, cmd.Exports)
	return strings.HasSuffix(v, "/bin/activate")
}

// callIn finds the manager call of a command; nil if it is none.
func callIn(r *request, s *analysis.Step, cmd *shell.Command) *analysis.Call {
	for _, c := range r.CallsIn(s) {
		if c.Cmd.Span == cmd.Span {
			return c
		}
	}
	return nil
}

// namedOnly says whether pip is given names from an index only, no paths.
func namedOnly(c *analysis.Call) bool { return namedWords(c.Args) }

func namedWords(args []shell.Word) bool {
	for _, w := range args {
		if strings.HasPrefix(w.Value, ".") || strings.Contains(w.Value, "/") && !strings.Contains(w.Value, "://") || strings.HasSuffix(w.Value, ".whl") {
			return false
		}
	}
	return true
}

func isVenv(cmd *shell.Command) bool {
	return cmd.Name() == "virtualenv" || len(cmd.Words) > 2 && cmd.Words[1].Value == "-m" && (cmd.Words[2].Value == "venv" || cmd.Words[2].Value == "virtualenv")
}

// packageCommand are the package managers of the system, which may be given
// packages as files.
var packageCommand = set("apt-get apt apk dpkg apt-key add-apt-repository apt-mark yum dnf microdnf")

// systemProgram says whether a program works on the system or on the files that
// it is given, never on the project as a whole.
func systemProgram(name string) bool {
	return systemCommand[name] || packageCommand[name] || accountCommand[name] || fileCommand[name]
}

// systemCommand are programs that work on the system, never on the project.
var systemCommand = set("usermod passwd chpasswd curl wget gpg update-ca-certificates locale-gen update-locale dpkg-reconfigure ldconfig set export unset cd true : " +
	"echo printf which command hash type sleep date uname id whoami env tr uniq sort head tail wc install-php exit umask ulimit shopt " +
	"rustup npm-install gosu tini")

// fileCommand are programs that work on the files they are given.
var fileCommand = set("chmod chown chgrp ln mkdir rm rmdir mv cp touch cat ls sed dos2unix find tar unzip gunzip tee install test [ [[ grep stat du md5sum sha256sum")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// touchesReadme says whether touch makes nothing but READMEs of the project.
func (p *split) touchesReadme(s *analysis.Step, cmd *shell.Command) bool {
	n := 0
	for _, w := range cmd.Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok {
			return false
		}
		if strings.HasPrefix(v, "-") {
			continue
		}
		if !strings.HasPrefix(path.Base(v), "README") {
			return false
		}
		n++
	}
	return n > 0
}

// short cuts a command for a message to one line of at most 60 characters.
func short(text string) string {
	text = oneSpaced(strings.ReplaceAll(text, "\\\n", " "))
	if r := []rune(text); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return text
}
