package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/project"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// notCarried gives the reason why the packages cannot reach the other stages
// as an environment.
func (m *envMove) notCarried(venv, at string) string {
	for _, st := range m.Stages {
		for _, s := range st.Steps {
			if c := m.CopyAt(s); c != nil && c.FromStage != nil && m.holds(c.FromStage) {
				if reason := m.otherCopy(c, venv); reason != "" {
					return reason
				}
			}
		}
	}
	for i, c := range m.carried {
		if reason := m.strayCommands(c); reason != "" {
			return reason
		}
		behind, reason := m.walkedOver(c, venv)
		if reason != "" {
			return reason
		}
		m.carried[i].behind = behind
		for _, check := range []func(carried, string) string{m.otherPython, m.notReadable, m.otherProvider, m.wantsInstaller, m.changesPath} {
			if reason := check(c, venv); reason != "" {
				return reason
			}
		}
	}
	return ""
}

// otherCopy: a copy that takes the packages along with other things, or the
// folder of the new environment to another place.
func (m *envMove) otherCopy(c *analysis.Copy, venv string) string {
	at := "line " + itoa(m.line(c.Step.Span.Start))
	place := "/usr/local/lib/python/site-packages"
	if m.in.Env.Kind == analysis.EnvCache {
		place = m.in.Env.Folder
	}
	for _, src := range c.Sources {
		from := "/" + strings.TrimPrefix(src.Path, ".")
		if _, ok := m.carries(c); !ok && src.Known && place != "" && (analysis.Below(place, from) || analysis.Below(from, place)) {
			return at + " copies " + from + ", and the packages with it, from the stage that installs"
		}
		if rel := strings.TrimPrefix(venv, strings.TrimSuffix(from, "/")); m.firstCarried(c.Step.Stage) != nil && analysis.Below(venv, from) && path.Join(c.Dest, rel) != venv {
			return at + " copies " + from + ", where the environment would be, to another place"
		}
	}
	first := m.firstCarried(c.Step.Stage)
	if first == nil || first.Step.Stage != c.Step.Stage || m.covering(c.Step.Stage, venv) != c {
		return ""
	}
	for _, s := range c.Step.Stage.Steps[min(c.Step.Pos, first.Step.Pos):c.Step.Pos] {
		if s.Name == "RUN" {
			return "line " + itoa(m.line(s.Span.Start)) + " runs before " + at + " copies the folder with the environment"
		}
	}
	return ""
}

// strayCommands: commands that are copied without their packages, or by names
// that the project's packages are not known to bring.
func (m *envMove) strayCommands(c carried) string {
	at := "line " + itoa(m.line(c.Step.Span.Start))
	if m.firstCarried(c.Step.Stage) == nil {
		return at + " copies commands out of /usr/local/bin, and no copy brings their packages"
	}
	for _, src := range c.Sources {
		if name := path.Base(src.Path); c.commands && name != "bin" && !m.bringsCommand(name) {
			return at + " copies /usr/local/bin/" + name + ", which no locked package is known to bring, so that an environment may not have it"
		}
	}
	return ""
}

// bringsCommand says whether the environment has a command: of a locked
// package, or of the project if it is installed.
func (m *envMove) bringsCommand(name string) bool {
	for _, pkg := range m.packages() {
		if slices.Contains(python.Commands(pkg), name) {
			return true
		}
	}
	p := m.Project.Pyproject
	return p != nil && m.in.Root && slices.ContainsFunc(p.Scripts, func(s project.Script) bool { return s.Name == name })
}

// otherPython: an environment names the interpreter that made it.
func (m *envMove) otherPython(c carried, venv string) string {
	from, to := m.in.Step.Stage.Image, c.Step.Stage.Image
	if to.Family == from.Family && from.Python.Parts >= 2 && to.Python.Parts >= 2 && from.Python.Major == to.Python.Major && from.Python.Minor == to.Python.Minor {
		return ""
	}
	if from.Family == to.Family && m.in.Step.Stage.Chain()[0].BaseRef == c.Step.Stage.Chain()[0].BaseRef {
		return ""
	}
	return "line " + itoa(m.line(c.Step.Span.Start)) + " copies the packages to an image (" + c.Step.Stage.Chain()[0].BaseRef + ") whose Python is not known to be that of " + m.in.Step.Stage.Chain()[0].BaseRef
}

// notReadable: root's home folder is closed to others.
func (m *envMove) notReadable(c carried, venv string) string {
	user, _, _ := strings.Cut(c.Step.Stage.End().User, ":")
	if analysis.Below(venv, "/root") && user != "" && user != "root" && user != "0" {
		return "the environment would be in " + venv + ", which " + user + " may not read"
	}
	return ""
}

// otherProvider: what else puts something into the folders that are copied now.
func (m *envMove) otherProvider(c carried, venv string) string {
	if m.in.Env.Kind != analysis.EnvSystem {
		return ""
	}
	copied := ", and line " + itoa(m.line(c.Step.Span.Start)) + " copies that folder"
	for _, st := range c.FromStage.Chain() {
		for _, s := range st.Steps {
			at := "line " + itoa(m.line(s.Span.Start))
			if cp := m.CopyAt(s); cp != nil && (!cp.DestKnown || analysis.Below(cp.Dest, "/usr/local") || cp.Dest == "/usr" || cp.Dest == "/") && !m.isCarried(cp) {
				if cp.DestKnown && !strings.HasPrefix(cp.Dest, "/usr") && !m.bringsFolder(cp, "usr") {
					continue
				}
				return at + " copies files into " + cp.Dest + copied
			}
			for _, cmd := range s.Commands() {
				if s.Name == "RUN" && !m.leavesPrefix(s, cmd) {
					return at + " runs `" + short(m.Doc.Slice(cmd.Span)) + "`, which may leave files in /usr/local" + copied
				}
			}
		}
	}
	return ""
}

func (m *envMove) isCarried(cp *analysis.Copy) bool {
	for _, c := range m.carried {
		if c.Copy == cp {
			return true
		}
	}
	return false
}

// bringsFolder says whether a copy may bring a folder of that name along.
func (m *envMove) bringsFolder(cp *analysis.Copy, name string) bool {
	if !cp.FromContext() {
		return true
	}
	for _, src := range cp.Sources {
		if !src.Known || src.Glob || src.Path == name || m.Project.IsDir(src.Path) && m.Project.InContext(path.Join(src.Path, name)) {
			return true
		}
	}
	return false
}

// leavesPrefix says whether a command leaves /usr/local alone, or changes it
// only by what Poetry installs and by tools for installing.
func (m *envMove) leavesPrefix(s *analysis.Step, cmd *shell.Command) bool {
	u := cmd.Unwrapped()
	if len(u.Words) == 0 || m.installsPoetry(s, cmd) {
		return true
	}
	name := u.Name()
	if call := callIn(m.request, s, cmd); call != nil {
		switch call.Tool {
		case "poetry":
			return call.Verb != "run" || len(call.Args) > 0 && strings.HasPrefix(call.Args[0].Value, "pip")
		case "pip":
			return true // otherInstalls has looked at what it installs
		case "pipx":
			return foreignPackage(call) == ""
		}
	}
	switch {
	case name == "apt-get" || name == "apt" || name == "apk" || name == "apt-key": // Debian's policy keeps /usr/local for the administrator
		return true
	case neutralCommand[name], imageCommand[name], fileCommand[name], name == "curl", name == "wget", name == "git":
		return !analysis.Below(s.Workdir, "/usr/local") && !slices.ContainsFunc(u.Args(), func(w shell.Word) bool {
			v, ok := s.ShellValue(w.Value, u.Exports)
			return !ok && strings.HasPrefix(w.Value, "$") || v == "/" || v == "/usr" || strings.Contains(v, "/usr/local")
		})
	}
	return false
}

// wantsInstaller: Poetry comes along with the packages of the system, but not
// with an environment; one that finds its environment by its settings must
// still find it.
func (m *envMove) wantsInstaller(c carried, venv string) string {
	gone := m.in.Env.Kind == analysis.EnvSystem
	st := c.Step.Stage
	for _, call := range m.Calls(st) {
		if call.Tool == "poetry" && (gone || call.Step.Workdir != m.in.Dir || call.Verb == "config" || call.Verb == "install") {
			return "line " + itoa(m.line(call.Cmd.Span.Start)) + " calls Poetry in a stage that gets the packages by a copy"
		}
		if call.Tool != "pip" && call.Tool != "poetry" && gone {
			return "line " + itoa(m.line(call.Cmd.Span.Start)) + " calls " + call.Tool + ", which may come along with the packages now"
		}
		if call.Tool == "pip" && call.Verb == "install" && gone {
			if reason := m.pipBeside(c, call, venv); reason != "" {
				return reason
			}
		}
	}
	for _, u := range m.Uses() {
		if u.Stage.Includes(st) && (gone || u.Stage.End().Workdir != m.in.Dir) {
			return m.Where(u.Command) + " runs `" + strings.TrimSpace("poetry "+u.Verb) + "`, in a stage that gets the packages by a copy"
		}
	}
	for _, v := range []string{inProjectVar, createVar, "POETRY_VIRTUALENVS_PATH"} {
		if b := st.End().Var(v); b.Set && !gone {
			return "line " + itoa(m.line(b.At.Span.Start)) + " sets " + v + " for a stage that gets the environment by a copy"
		}
	}
	return ""
}

// pipBeside: pip in the copying stage installs into the system before PATH
// names the environment, and into the environment, which must be writable,
// behind it.
func (m *envMove) pipBeside(c carried, call *analysis.Call, venv string) string {
	at := "line " + itoa(m.line(call.Cmd.Span.Start))
	what := foreignPackage(call)
	user, _, _ := strings.Cut(call.Step.User, ":")
	switch {
	case what == "":
		return ""
	case call.Step.Pos < c.Step.Pos:
		return at + " installs " + what + " into the image's own Python, which would not see the packages in " + venv
	case user != "" && user != "root" && user != "0" || call.Has("--user", "--target", "-t", "--prefix"):
		return at + " installs " + what + " beside the packages, and may not write to " + venv
	}
	return ""
}

// changesPath: what runs in the copying stage must find the environment by PATH.
func (m *envMove) changesPath(c carried, venv string) string {
	if m.in.Env.Kind != analysis.EnvSystem {
		return ""
	}
	for _, s := range c.Step.Stage.Steps[c.Step.Pos:] {
		for _, cmd := range s.Commands() {
			for x := cmd; x != nil && s.Name == "RUN"; x = x.Inner {
				if n := x.Name(); n == "su" || n == "sudo" || n == "runuser" || len(x.Words) > 0 && login(x.Words) {
					return "line " + itoa(m.line(cmd.Span.Start)) + " starts `" + n + "`, which sets PATH anew, so that the environment would not be found"
				}
			}
		}
	}
	return ""
}

// walkedOver is the last RUN of the copying stage that goes over the folder of
// the environment. The copy may move below it if nothing before runs what the
// environment has.
func (m *envMove) walkedOver(c carried, venv string) (*analysis.Step, string) {
	st := c.Step.Stage
	var last *analysis.Step
	var passed string // the first command that may need the environment
	for _, s := range st.Steps[c.Step.Pos:] {
		walks := walksOver(s, venv)
		if walks != nil && m.covering(st, venv) != nil {
			return nil, m.stores(walks, venv)
		}
		for _, cmd := range s.Commands() {
			n := cmd.Unwrapped().Name()
			if s.Name == "RUN" && passed == "" && !fileCommand[n] && !imageCommand[n] && !neutralCommand[n] {
				passed = "line " + itoa(m.line(cmd.Span.Start)) + " (`" + short(m.Doc.Slice(cmd.Span)) + "`)"
			}
		}
		if walks != nil && passed != "" {
			return nil, m.stores(walks, venv) + ", and " + passed + " before it may need the environment"
		}
		if walks != nil {
			last = s
		}
	}
	for _, child := range m.Stages {
		for _, s := range child.Steps {
			if walks := walksOver(s, venv); walks != nil && child != st && child.Includes(st) {
				return nil, m.stores(walks, venv)
			}
		}
	}
	return last, ""
}
