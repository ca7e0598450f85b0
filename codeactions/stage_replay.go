package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// fetchCommand are programs that bring something into the image, or tell apt
// where to find it. The same call does the same in the runtime stage, if it has
// the program.
var fetchCommand = set("curl wget gpg dpkg apt-key add-apt-repository apt-add-repository lsb_release dearmor install update-alternatives " +
	"debconf-set-selections apt-mark apt-cache fc-cache ssh-keyscan xz bzip2 gzip bunzip2 unxz")

// sshCommand tries or prepares the way to private repositories, which only
// installs need.
var sshCommand = set("ssh ssh-add ssh-agent")

// rpmCommand are package managers for which no table says what only the build
// needs: their calls are made again in the runtime stage as they are.
var rpmCommand = set("dnf yum microdnf tdnf zypper")

// placeFetch sorts a command before the install that downloads, unpacks or
// configures a source of packages. ok is false for other commands.
func (c *conversion) placeFetch(s *analysis.Step, cmd *shell.Command) (at where, ok bool) {
	u := cmd.Unwrapped()
	name := c.programName(s, u)
	if c.fetchesTool(s, cmd) {
		return builderOnly, true
	}
	switch {
	case rpmCommand[name]:
		return wanted, true
	case sshCommand[name] && !c.runtimeCommands()[name]:
		return builderOnly, true
	case name == "git" && len(u.Words) > 1 && u.Words[1].Value == "config" && !c.runtimeCommands()["git"]:
		return builderOnly, true // nothing in the runtime stage reads it
	case fetchCommand[name], name == "git" && len(u.Words) > 1 && u.Words[1].Value == "clone" && namedOnlyWords(u):
		if !c.use(name) && !c.installed(name) && name != "install" {
			return neutral, false
		}
		if name == "apt-key" {
			c.want("gnupg", "`apt-key`")
		}
		return wanted, true
	case shellName(name) && c.runsDownload(s, cmd):
		c.wholeImage("line " + itoa(c.line(cmd.Span.Start)) + " runs a downloaded script, which may need anything of the full image")
		return wanted, true
	}
	return neutral, false
}

func namedOnlyWords(u *shell.Command) bool {
	return !slices.ContainsFunc(u.Words, func(w shell.Word) bool { return !w.Static })
}

func shellName(name string) bool { return name == "sh" || name == "bash" || name == "dash" }

// programName is the name of the program that a command runs, which a
// variable may hold.
func (c *conversion) programName(s *analysis.Step, u *shell.Command) string {
	if len(u.Words) == 0 {
		return ""
	}
	if u.Words[0].Static {
		return u.Name()
	}
	v, _ := s.ShellValue(u.Words[0].Value, u.Exports)
	return path.Base(v)
}

// toolSources are the places that installers of build tools are downloaded
// from: Poetry's own, and the toolchain of Rust (rustup.rs), which packages
// without a wheel are built with.
var toolSources = []string{"install.python-poetry.org", "install-poetry.py", "get-poetry.py", "sh.rustup.rs", "static.rust-lang.org/rustup", "astral.sh/uv"}

// fetchesTool says whether a command only downloads, prepares or runs the
// installer of a build tool.
func (c *conversion) fetchesTool(s *analysis.Step, cmd *shell.Command) bool {
	if c.namesToolSource(cmd.Span) {
		return true
	}
	prev := c.piped(s, cmd)
	return prev != nil && c.namesToolSource(prev.Span)
}

// namesToolSource says whether a part of the file names one of toolSources.
func (c *conversion) namesToolSource(sp source.Span) bool {
	text := c.Doc.Slice(sp)
	return slices.ContainsFunc(toolSources, func(src string) bool { return strings.Contains(text, src) })
}

// onDownloadedTool says whether a command only works on Poetry's own files, or
// on one that an installer of a build tool was downloaded to.
func (c *conversion) onDownloadedTool(s *analysis.Step, cmd *shell.Command, name string) bool {
	if !fileCommand[name] {
		return false
	}
	for _, w := range cmd.Unwrapped().Args() {
		v, _ := s.ShellValue(w.Value, cmd.Exports)
		if strings.HasSuffix(v, "/bin/poetry") || slices.ContainsFunc(c.Installers, func(i *analysis.Installer) bool {
			home := i.Home()
			return strings.Contains(home, "poetry") && analysis.Below(v, home)
		}) {
			return true
		}
	}
	fetched := c.fetchedFiles()
	return slices.ContainsFunc(cmd.Unwrapped().Args(), func(a shell.Word) bool {
		at, ok := fetched[a.Value]
		return ok && at <= s.Span.Start
	})
}

// fetchedFiles are the words of commands that fetch an installer of a build
// tool which may be the file that they write it to, each with the offset of the
// first such RUN. They are looked for once, not at every command.
func (c *conversion) fetchedFiles() map[string]int {
	if c.fetched != nil {
		return c.fetched
	}
	c.fetched = map[string]int{}
	for _, step := range c.steps {
		if step.Name != "RUN" {
			continue
		}
		for _, o := range step.Commands() {
			if !c.fetchesTool(step, o) {
				continue
			}
			for _, w := range o.Unwrapped().Args() {
				if _, ok := c.fetched[w.Value]; !ok && !strings.HasPrefix(w.Value, "-") && !strings.Contains(w.Value, "://") && strings.Contains(w.Value, "/") {
					c.fetched[w.Value] = step.Span.Start
				}
			}
		}
	}
	return c.fetched
}

// piped is the command whose output a command reads; nil if there is none.
func (c *conversion) piped(s *analysis.Step, cmd *shell.Command) *shell.Command {
	if !cmd.Place.Piped || cmd.Place.PipeFirst {
		return nil
	}
	var prev *shell.Command
	for _, o := range s.Commands() {
		if o == cmd {
			break
		}
		if o.Place.Piped && !o.Place.Substitution {
			prev = o
		}
	}
	return prev
}

// runsDownload says whether a shell runs what curl or wget fetches in the same RUN.
func (c *conversion) runsDownload(s *analysis.Step, cmd *shell.Command) bool {
	fetches := func(o *shell.Command) bool { n := o.Unwrapped().Name(); return n == "curl" || n == "wget" }
	if prev := c.piped(s, cmd); prev != nil {
		return fetches(prev)
	}
	for _, w := range cmd.Unwrapped().Args() {
		if strings.HasPrefix(w.Value, "-") {
			continue
		}
		name := path.Base(w.Value)
		return slices.ContainsFunc(s.Commands(), func(o *shell.Command) bool {
			return o.Span.End <= cmd.Span.Start && fetches(o) && slices.ContainsFunc(o.Unwrapped().Args(), func(w shell.Word) bool { return path.Base(w.Value) == name })
		})
	}
	return false
}

// wholeImage notes why the runtime stage must stand on the full image.
func (c *conversion) wholeImage(why string) {
	if c.whole == "" {
		c.whole = why
	}
}

// installed says whether apt-get or apk of this file installs a package that
// has a command, so that the runtime stage gets it if something there runs it.
func (c *conversion) installed(name string) bool {
	for _, st := range c.final.Chain() {
		for _, s := range st.Steps {
			for _, cmd := range s.Commands() {
				if n := cmd.Unwrapped().Name(); s.Name != "RUN" || n != "apt-get" && n != "apt" && n != "apk" {
					continue
				}
				verb, pkgs, _ := c.packageWords(s, cmd)
				if (verb == "install" || verb == "add") && slices.ContainsFunc(pkgs, func(w shell.Word) bool {
					return slices.Contains(python.ToolCommands(w.Value), name)
				}) {
					return true
				}
			}
		}
	}
	return false
}

// replayed are the programs of RUNs before the install that the runtime stage
// runs too, substitutions included.
func (c *conversion) replayed(s *analysis.Step) []string {
	var out []string
	again := false
	for _, cmd := range s.Commands() {
		u := cmd.Unwrapped()
		name := c.programName(s, u)
		if c.installsPoetry(s, cmd) || c.fetchesTool(s, cmd) || callIn(c.request, s, cmd) != nil || name == "apt-get" || name == "apt" || name == "apk" {
			continue
		}
		if name == "git" && (len(u.Words) < 2 || u.Words[1].Value != "clone") {
			continue
		}
		again = again || fetchCommand[name] || name == "git" || imageCommand[name]
		out = append(out, name)
	}
	if !again {
		return nil
	}
	return out
}

// placeStarted sorts a script of the context, or make: it runs in the runtime
// stage if all that it runs in turn can.
func (c *conversion) placeStarted(s *analysis.Step, cmd *shell.Command) (ok bool, reason string) {
	started := c.Started(s, cmd)
	if len(started) == 0 {
		return false, ""
	}
	for _, x := range started {
		if at := c.notInRuntime(s, x, 0); at != "" {
			return false, at
		}
	}
	return true, ""
}

// notInRuntime names the command of a script or recipe that the runtime stage
// cannot run; "" if it can run it and all that it starts.
func (c *conversion) notInRuntime(s *analysis.Step, x analysis.Command, depth int) string {
	u := x.Cmd.Unwrapped()
	if len(u.Words) == 0 {
		return ""
	}
	progs := analysis.Programs(s, u.Words)
	name := progs[len(progs)-1]
	here := x.Path + " line " + itoa(x.Line+1) + " runs `" + name + "`"
	switch {
	case c.again && (name == "apt-get" || name == "apt" || name == "apk"):
		return ""
	case progs[0] == "poetry" || progs[0] == "pip" || progs[0] == "pip3" || name == "apt-get" || name == "apt" || name == "apk":
		return x.Path + " line " + itoa(x.Line+1) + " runs `" + progs[0] + "`"
	case c.envProgram(s, u, progs):
		return ""
	}
	if inner := c.Started(s, x.Cmd); len(inner) > 0 && depth < 3 {
		for _, o := range inner {
			if at := c.notInRuntime(s, o, depth+1); at != "" {
				return at
			}
		}
	} else if runsOthers[name] {
		return here
	}
	if c.again && !strings.Contains(x.Cmd.Words[0].Raw, "poetry") || runsOthers[name] && name != "make" || c.use(name) || c.installed(name) {
		return ""
	}
	return here
}
