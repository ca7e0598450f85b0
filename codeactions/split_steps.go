package codeactions

import (
	"path"
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
func onlyModes(s *analysis.Step) bool {
	for _, cmd := range s.Commands() {
		if n := cmd.Unwrapped().Name(); n != "chown" && n != "chmod" && n != "chgrp" {
			return false
		}
	}
	return len(s.Commands()) > 0
}

const unknownUse stepUse = -1

// keepReadme says whether a README made by touch is still wanted by a later
// install of the root package.
func (p *split) keepReadme() bool { return p.in.Root && p.rootNeeded() != "" }

// commandUse sorts one command.
func (p *split) commandUse(s *analysis.Step, cmd *shell.Command) stepUse {
	for cmd.Inner != nil {
		cmd = cmd.Inner
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
	case name == "cd", name == "pushd", name == "popd", (name == "." || name == "source") && activates(s, cmd):
		return independent
	case modeCommand[name] && p.namesCode(s, cmd):
		return afterCode
	case p.namesCode(s, cmd) || readsFile(p.Doc.Slice(cmd.Span)):
		return unknownUse // it reads or writes copied files, maybe for the install
	case systemCommand[name], fileCommand[name]:
		return independent
	}
	c := callIn(p.request, s, cmd)
	switch {
	case c == nil:
	case c.Tool == "poetry" && manifestVerb[c.Verb]:
		return independent
	case (c.Tool == "pip" || c.Tool == "pipx") && c.Verb == "install" && !c.Has("-r", "--requirement", "-c", "--constraint", "-e", "--editable") && namedOnly(c):
		return independent
	}
	if (strings.HasPrefix(name, "python") || name == "virtualenv") && isVenv(cmd) {
		return independent
	}
	if p.installsPoetry(s, cmd) {
		return independent
	}
	return unknownUse
}

// modeCommand change nothing that an install could read: owners, modes, line
// ends, empty folders.
var modeCommand = set("chmod chown chgrp dos2unix mkdir")

// readsFile says whether a command's text has an input redirection.
func readsFile(text string) bool {
	i := strings.IndexByte(text, '<')
	return i >= 0 && !strings.HasPrefix(text[i:], "<<") && !strings.HasPrefix(text[i:], "<(")
}

// manifestVerb are Poetry's sub-commands that need the manifests at most and
// leave them alone.
var manifestVerb = map[string]bool{"": true, "config": true, "self": true, "cache": true, "show": true, "env": true,
	"export": true, "about": true}

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
func namedOnly(c *analysis.Call) bool {
	for _, w := range c.Args {
		if strings.HasPrefix(w.Value, ".") || strings.Contains(w.Value, "/") && !strings.Contains(w.Value, "://") || strings.HasSuffix(w.Value, ".whl") {
			return false
		}
	}
	return true
}

func isVenv(cmd *shell.Command) bool {
	return cmd.Name() == "virtualenv" || len(cmd.Words) > 2 && cmd.Words[1].Value == "-m" && (cmd.Words[2].Value == "venv" || cmd.Words[2].Value == "virtualenv")
}

// systemCommand are programs that work on the system, never on the project.
var systemCommand = set("apt-get apt apk dpkg apt-key add-apt-repository apt-mark yum dnf microdnf useradd groupadd adduser addgroup usermod groupmod " +
	"passwd chpasswd curl wget gpg update-ca-certificates locale-gen update-locale dpkg-reconfigure ldconfig set export unset cd true : " +
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

// namesCode says whether a word of the command is a path at or below the
// place of copied code, or cannot be told.
func (p *split) namesCode(s *analysis.Step, cmd *shell.Command) bool {
	for _, w := range cmd.Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok {
			return true
		}
		if _, value, ok := strings.Cut(v, "="); ok && strings.HasPrefix(v, "-") {
			v = value // --requirement=FILE
		}
		if strings.HasPrefix(v, "-") || v == "" {
			continue
		}
		if home, known := s.Home(); known && (v == "~" || strings.HasPrefix(v, "~/")) {
			v = path.Join(home, v[1:])
		}
		if !strings.HasPrefix(v, "/") {
			if p.ContextFile(p.in.Step, path.Join(s.Workdir, cmd.Dir, v)) == "" && !p.Project.IsDir(v) && v != "." && !strings.ContainsAny(v, "*?") {
				continue // a mode, an owner, a name: no file of the context
			}
			v = path.Join(s.Workdir, cmd.Dir, v)
		}
		if p.touchesMoved(cmd.Name(), v) {
			return true
		}
	}
	return false
}

// touchesMoved says whether a command on a path works on something that the
// moved copies bring.
func (p *split) touchesMoved(name, v string) bool {
	for _, m := range p.moved {
		c := p.CopyAt(m)
		if c == nil || p.systemPath(v) {
			continue
		}
		for _, at := range c.Footprint() {
			if analysis.Below(at, v) {
				return true
			}
			if analysis.Below(v, at) {
				gone := name == "rm" && p.ContextFile(p.in.Step, v) == "" && len(p.Project.Glob(strings.TrimPrefix(strings.TrimPrefix(v, c.Dest), "/"))) == 0
				return !gone // rm of what no copy brings
			}
		}
	}
	return false
}

// systemPath says whether a path lies in a folder of the system, so that code
// copied to / does not claim it.
func (p *split) systemPath(v string) bool {
	top, _, _ := strings.Cut(strings.TrimPrefix(v, "/"), "/")
	switch top {
	case "etc", "usr", "var", "bin", "sbin", "lib", "lib64", "opt", "root", "home", "tmp", "run", "srv", "mnt", "dev", "proc", "sys", "boot", "media":
		for _, m := range p.moved {
			if c := p.CopyAt(m); c != nil && c.Dest != "/" && analysis.Below(v, c.Dest) {
				return false // the code itself lies in that folder
			}
		}
		return true
	}
	return false
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
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, "\\\n", " ")), " ")
	if r := []rune(text); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return text
}
