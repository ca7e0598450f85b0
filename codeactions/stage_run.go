package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
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
		if builder, ok = withoutCommands(c.Doc, chunk, s.Shell, others); !ok {
			return "", "", line + " installs packages beside Poetry and does what the container needs in one condition, pipeline or list that goes on behind a failure"
		}
	}
	if kept == 0 && c.keepsCheck(s, prog, others, early) {
		kept++
	}
	if kept == 0 {
		if hasUpdate(prog) {
			c.updates[s] = chunk
			if update, ok := withoutCommands(c.Doc, chunk, s.Shell, drop); ok {
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
	runtime, ok := withoutCommands(c.Doc, text, s.Shell, c.idleAssignments(prog, drop, edits))
	if !ok {
		runtime, ok = withoutCommands(c.Doc, text, s.Shell, drop)
	}
	if !ok {
		return "", "", line + " does what the container needs and what only the build needs in one condition, pipeline or list that goes on behind a failure"
	}
	return builder, runtime, ""
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
