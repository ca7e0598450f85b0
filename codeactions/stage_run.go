package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// where says what a command of a RUN is to the two stages.
type where int

const (
	neutral     where = iota // goes along with its neighbours: cd, set, echo
	builderOnly              // installs or configures the installer, builds the environment, cleans up after it
	wanted                   // leaves something that the container may need
	builderToo               // belongs to the builder, though it stands behind the last install
	unplaceable
)

// placeRun gives the texts of a RUN: all of it in the builder if it stands
// before the last install, and in the runtime stage what is wanted there.
func (c *conversion) placeRun(s *analysis.Step, chunk string, early bool) (string, string, string) {
	line := "line " + itoa(c.line(s.Span.Start))
	builder := ""
	if early {
		builder = chunk
	}
	prog, err := s.Program()
	if err != nil {
		return "", "", line + " cannot be read as a shell program: " + err.Error()
	}
	var drop, others []int
	var edits []Edit
	kept := 0
	for i, cmd := range prog.Commands {
		at, ed, reason := c.placeCommand(s, cmd, early)
		if reason != "" {
			return "", "", reason
		}
		edits = append(edits, ed...)
		switch at {
		case builderOnly:
			drop = append(drop, i)
		case builderToo:
			drop = append(drop, i)
			continue
		case wanted:
			kept++
		}
		others = append(others, i)
	}
	if len(others) < len(prog.Commands) && !early {
		var ok bool
		if builder, ok = withoutCommands(c.Doc, chunk, others); !ok {
			return "", "", line + " installs packages beside Poetry and does what the container needs in one condition or pipeline"
		}
	}
	if kept == 0 && c.keepsCheck(s, prog, others, early) {
		kept++
	}
	if kept == 0 {
		if hasUpdate(prog) {
			c.updates[s] = chunk
			if update, ok := withoutCommands(c.Doc, chunk, drop); ok {
				c.updates[s] = update // without the packages that only the build needs
			}
		}
		return builder, "", ""
	}
	if !hasUpdate(prog) && slices.ContainsFunc(prog.Commands, isPackageInstall) {
		c.needsUpdate = append(c.needsUpdate, s)
	}
	if early {
		if fl := secretMount(s); fl != nil {
			return "", "", line + " uses what the build is given in secret (`" + short(fl.Value) + "`), and does more than installing: what it leaves must not reach the runtime stage unseen"
		}
		edits = append(edits, c.toolMounts(s)...)
	}
	text := c.edited(s, chunk, edits)
	runtime, ok := withoutCommands(c.Doc, text, c.idleAssignments(prog, drop, edits))
	if !ok {
		runtime, ok = withoutCommands(c.Doc, text, drop)
	}
	if !ok {
		return "", "", line + " does what the container needs and what only the build needs in one condition or pipeline"
	}
	return builder, runtime, ""
}

// secretMount is the mount of a secret, or of an SSH agent, that a RUN has.
func secretMount(s *analysis.Step) *source.Flag {
	for i, fl := range s.Flags {
		if kind := analysis.ParseMount(fl.Value)["type"]; fl.Name == "mount" && (kind == "secret" || kind == "ssh") {
			return &s.Flags[i]
		}
	}
	return nil
}

// idleAssignments adds the commands that only set variables which none of the
// commands that are left uses.
func (c *conversion) idleAssignments(prog *shell.Program, drop []int, edits []Edit) []int {
	dropped := slices.Clone(drop)
	for i, cmd := range prog.Commands {
		if len(cmd.Words) > 0 || len(cmd.Assigns) == 0 || len(drop) == 0 && len(edits) == 0 {
			continue
		}
		used := false
		for j, o := range prog.Commands {
			if j == i || slices.Contains(drop, j) {
				continue
			}
			var inside []Edit
			for _, e := range edits {
				if o.Span.Covers(e.Span) {
					inside = append(inside, Edit{source.Span{Start: e.Start - o.Span.Start, End: e.End - o.Span.Start}, e.New})
				}
			}
			text := Apply(c.Doc.Slice(o.Span), tidy(inside))
			used = used || slices.ContainsFunc(cmd.Assigns, func(a shell.Assign) bool { return namesVariable(text, a.Name) })
		}
		if !used {
			dropped = append(dropped, i)
		}
	}
	slices.Sort(dropped)
	return dropped
}

// toolMounts takes the mounts off a RUN whose options name a variable that only
// configures an installer, which the runtime stage does not have.
func (c *conversion) toolMounts(s *analysis.Step) []Edit {
	var edits []Edit
	for _, fl := range s.Flags {
		if fl.Name == "mount" && slices.ContainsFunc(toolPrefixes, func(p string) bool {
			return strings.Contains(fl.Value, "$"+p) || strings.Contains(fl.Value, "${"+p)
		}) {
			edits = append(edits, remove(c.wordLine(shell.Word{Span: fl.Span})))
		}
	}
	return edits
}

// placeCommand sorts one command of a RUN, with the edits that its text needs
// in the runtime stage.
func (c *conversion) placeCommand(s *analysis.Step, cmd *shell.Command, early bool) (where, []Edit, string) {
	u := cmd.Unwrapped()
	if len(u.Words) == 0 || cmd.Place.Substitution {
		return neutral, nil, ""
	}
	name := c.programName(s, u)
	call := callIn(c.request, s, cmd)
	behind := c.behindInstall(s, cmd)
	switch {
	case c.installsPoetry(s, cmd):
		return builderOnly, nil, ""
	case call != nil && call.Tool == "poetry":
		return c.placePoetry(s, call, early && !(behind && call.Verb == "run"))
	case call != nil && (call.Tool == "pip" || call.Tool == "pipx"):
		return c.placePip(s, call, early && !behind)
	case name == "apt-get" || name == "apt" || name == "apk":
		return c.placePackages(s, cmd, early)
	case name == "rm":
		return c.placeRm(s, cmd)
	case (name == "touch" || name == "mkdir") && early && c.placeholders(s, cmd), isVenv(u) && (name == "virtualenv" || strings.HasPrefix(name, "python")):
		return builderOnly, nil, ""
	case early && (name == "mkdir" || name == "chown") && c.onlyTheEnv(s, u):
		return builderOnly, nil, "" // the copy makes it, and gives it to this owner
	case onlyAsks(u) && !(!early && c.envProgram(s, u, analysis.Programs(s, u.Words))):
		if !early && c.builds() {
			return builderToo, nil, ""
		}
		return builderOnly, nil, "" // the runtime stage may lack the program
	case neutralCommand[name], name == "echo" && c.onlyPrints(s, cmd), shellName(name) && holdsCommands(s, cmd):
		return neutral, nil, ""
	case c.onDownloadedTool(s, cmd, name):
		return builderOnly, nil, ""
	case fileCommand[name] && early && strings.Contains(c.Doc.Slice(cmd.Span), ".cache"):
		if name == "find" || name == "du" || name == "chmod" || name == "chown" {
			return builderOnly, nil, ""
		}
		return unplaceable, nil, "line " + itoa(c.line(cmd.Span.Start)) + " takes something out of a cache folder (`" + short(c.Doc.Slice(cmd.Span)) + "`)"
	case imageCommand[name], fileCommand[name]:
		c.use(name)
		return wanted, nil, ""
	case early && !behind:
		if at, ok := c.placeFetch(s, cmd); ok {
			return at, nil, ""
		}
		if s.Index > c.first.Index {
			return c.placeLate(s, cmd)
		}
		if c.madeAgain(s, cmd, name) {
			return wanted, nil, ""
		}
		c.block(s)
		return unplaceable, nil, "line " + itoa(c.line(cmd.Span.Start)) + " runs `" + short(c.Doc.Slice(cmd.Span)) +
			"`, and whether the container needs what it leaves cannot be told"
	}
	return c.placeLate(s, cmd)
}

// onlyTheEnv says whether all paths that a command names are the environment's.
func (c *conversion) onlyTheEnv(s *analysis.Step, u *shell.Command) bool {
	owner, paths := "", 0
	for _, w := range u.Args() {
		v, ok := s.ShellValue(w.Value, u.Exports)
		if strings.HasPrefix(v, "-") {
			continue
		}
		if u.Name() == "chown" && owner == "" {
			if owner = c.ownerWord(s, w); owner == "" {
				return false
			}
			continue
		}
		if paths++; !ok || c.absolute(s, u, v) != c.env {
			return false
		}
	}
	if owner != "" && paths > 0 {
		c.envOwner = owner
	}
	return paths > 0
}

// keepsCheck says whether what is left of a RUN that no builder makes is a check
// of the author's, which belongs where the files are that it reads: "RUN cat
// version", "RUN test -d static". What stands beside an installer's steps is
// about these.
func (c *conversion) keepsCheck(s *analysis.Step, prog *shell.Program, left []int, early bool) bool {
	if early && c.builds() || c.inherited(s) || len(left) < len(prog.Commands) {
		return false
	}
	checks := false
	for _, i := range left {
		u := prog.Commands[i].Unwrapped()
		name := c.programName(s, u)
		checks = checks || checkCommand[name]
		if slices.ContainsFunc(u.Args(), func(w shell.Word) bool { return neverNeeded[path.Base(w.Value)] || path.Base(w.Value) == "poetry" }) {
			return false
		}
	}
	return checks
}

// checkCommand prints or asks something, and lets the build fail.
var checkCommand = set("test [ [[ which command hash type date uname whoami id ls cat stat head tail wc printf echo pwd")

// behindInstall says whether a command stands behind the last install in the
// same RUN.
func (c *conversion) behindInstall(s *analysis.Step, cmd *shell.Command) bool {
	return s == c.last && slices.ContainsFunc(c.InstallsOf(c.final), func(in *analysis.Install) bool {
		return in.Step == s && in.Cmd.Span.Start < cmd.Span.Start
	})
}

// block notes the first step that could not be placed.
func (c *conversion) block(s *analysis.Step) {
	if c.blocked == nil {
		c.blocked = s
	}
}

// onlyAsks says whether a command does nothing but print a program's version.
func onlyAsks(u *shell.Command) bool {
	return len(u.Words) == 2 && (u.Words[1].Value == "--version" || u.Words[1].Value == "-V")
}

// onlyPrints says whether an echo writes nothing but the build's log.
func (c *conversion) onlyPrints(s *analysis.Step, cmd *shell.Command) bool {
	return !cmd.Place.Piped && !strings.Contains(c.Doc.Slice(s.Span), ">")
}

// holdsCommands says whether a shell's script stands in the command itself, so
// that its commands are looked at one by one.
func holdsCommands(s *analysis.Step, cmd *shell.Command) bool {
	return !cmd.Opaque && slices.ContainsFunc(s.Commands(), func(o *shell.Command) bool { return o != cmd && o.Place.Nested && cmd.Span.Covers(o.Span) })
}

// neutralCommand leaves nothing behind by itself.
var neutralCommand = set("cd set true : test [ [[ shopt umask export unset which command hash type sleep date uname whoami id ls cat stat head tail wc printf pwd python-config")

// imageCommand changes the image's own files or users in a way that can be
// done again in the runtime stage.
var imageCommand = set("useradd groupadd adduser addgroup usermod groupmod passwd chpasswd locale-gen update-locale dpkg-reconfigure ldconfig echo " +
	"update-ca-certificates setcap openssl")

// placeLate sorts a command behind the install: it runs in the runtime stage,
// on the environment and the code, if the slim image has what it needs.
func (c *conversion) placeLate(s *analysis.Step, cmd *shell.Command) (where, []Edit, string) {
	u := cmd.Unwrapped()
	progs := analysis.Programs(s, u.Words)
	name := progs[len(progs)-1]
	if c.envProgram(s, u, progs) {
		return wanted, nil, ""
	}
	if !runsOthers[name] && (c.use(name) || c.installed(name)) || rpmCommand[name] {
		return wanted, nil, ""
	}
	ok, reason := c.placeStarted(s, cmd)
	if ok && (name != "make" || c.use(name)) {
		return wanted, nil, ""
	}
	if reason == "" && c.madeAgain(s, cmd, name) {
		return wanted, nil, ""
	}
	c.block(s)
	if reason != "" {
		return unplaceable, nil, "line " + itoa(c.line(cmd.Span.Start)) + " runs `" + short(c.Doc.Slice(cmd.Span)) + "` after the install: " + reason +
			", and whether the slim image can do that cannot be told"
	}
	return unplaceable, nil, "line " + itoa(c.line(cmd.Span.Start)) + " runs `" + short(c.Doc.Slice(cmd.Span)) +
		"` after the install, and whether the slim image has what `" + name + "` needs cannot be told"
}

// runsOthers are programs that run whatever a file of the project tells them.
var runsOthers = set("make npm npx yarn pnpm node sh bash cmake ninja tox nox invoke just")

// placeRm: removing what the installer left is the builder's business.
func (c *conversion) placeRm(s *analysis.Step, cmd *shell.Command) (where, []Edit, string) {
	all, cache := 0, 0
	for _, w := range cmd.Unwrapped().Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if !ok {
			return wanted, nil, ""
		}
		if strings.HasPrefix(v, "-") {
			continue
		}
		all++
		if strings.Contains(v, ".cache") || strings.HasPrefix(v, "/var/lib/apt") || strings.HasPrefix(v, "/var/cache") || strings.HasPrefix(v, "/tmp/") ||
			c.in.CacheDir != "" && strings.HasPrefix(v, c.in.CacheDir) || strings.HasSuffix(v, "install-poetry.py") {
			cache++
		}
	}
	if all == cache {
		return neutral, nil, ""
	}
	return wanted, nil, ""
}

// placeholders says whether touch or mkdir makes nothing but stand-ins for what
// an install of the root package wants to see: READMEs and the project's modules.
func (c *conversion) placeholders(s *analysis.Step, cmd *shell.Command) bool {
	n := 0
	for _, w := range cmd.Args() {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		if strings.HasPrefix(v, "-") {
			continue
		}
		if n++; !ok || !strings.HasPrefix(path.Base(v), "README") && !c.inModule(s, cmd, v) {
			return false
		}
	}
	return n > 0
}

// inModule says whether a path of the image is a module of the project or lies in one.
func (c *conversion) inModule(s *analysis.Step, cmd *shell.Command, v string) bool {
	if !path.IsAbs(v) {
		v = path.Join(s.Workdir, cmd.Dir, v)
	}
	if c.Project.Pyproject == nil {
		return false
	}
	for _, m := range c.Project.Pyproject.Modules {
		at := path.Join(c.in.Dir, m.Path)
		if analysis.Below(v, at) || m.Src && v == path.Dir(at) {
			return true
		}
	}
	return false
}

// hasUpdate says whether a program fetches the package lists.
func hasUpdate(p *shell.Program) bool {
	return slices.ContainsFunc(p.Commands, func(cmd *shell.Command) bool {
		u := cmd.Unwrapped()
		return (u.Name() == "apt-get" || u.Name() == "apt" || u.Name() == "apk") &&
			slices.ContainsFunc(u.Args(), func(w shell.Word) bool { return w.Value == "update" })
	})
}

// isPackageInstall says whether a command is apt-get install.
func isPackageInstall(cmd *shell.Command) bool {
	u := cmd.Unwrapped()
	return (u.Name() == "apt-get" || u.Name() == "apt") && slices.ContainsFunc(u.Args(), func(w shell.Word) bool { return w.Value == "install" })
}

// keepUpdates puts an "apt-get update" that stands in a RUN of its own into the
// runtime stage too, if an install there relies on it.
func (c *conversion) keepUpdates() {
	for _, s := range c.needsUpdate {
		for i := range c.places {
			p := &c.places[i]
			if chunk, ok := c.updates[p.step]; ok && p.step.Index < s.Index {
				p.runtime = chunk
			}
		}
	}
}
