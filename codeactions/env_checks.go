package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/project"
	"restage/analysis/python"
)

// mayMove gives the reason why the environment of an install must stay where
// it is; "" when it can become .venv in the project's folder.
func (m *envMove) mayMove() string {
	in := m.in
	at := "line " + itoa(m.line(in.Cmd.Span.Start))
	if !in.DirKnown {
		return "the folder that " + at + " installs in cannot be told, and with it the place of .venv"
	}
	if cmd := switchesUser(in); cmd != "" {
		return at + " installs as another user through `" + cmd + "`, and what that user may write and sees of the environment cannot be told"
	}
	venv := path.Join(in.Dir, ".venv")
	m.findCarried()
	for _, check := range []func(venv, at string) string{m.notWritable, m.hidden, m.overwritten, m.pathInUse, m.notCarried, m.otherInstalls, m.developedIn} {
		if reason := check(venv, at); reason != "" {
			return reason
		}
	}
	if in.Env.Kind == analysis.EnvSystem {
		return m.systemPython(venv, at)
	}
	return ""
}

// pathSetAnew: an ENV behind the install that puts the system's folders in
// front of PATH, or leaves the old PATH out.
func (m *envMove) pathSetAnew(st *analysis.Stage) string {
	for _, s := range st.Steps {
		if s.Name != "ENV" || st == m.in.Step.Stage && s.Pos < m.in.Step.Pos {
			continue
		}
		for _, p := range s.Pairs {
			v := strings.Trim(p.Value.Raw, `"'`)
			if p.Key == "PATH" && (!namesVariable(v, "PATH") || strings.HasPrefix(v, "/usr/") || strings.HasPrefix(v, "/bin")) {
				return "line " + itoa(m.line(s.Span.Start)) + " sets PATH anew, so that the environment would not come first"
			}
		}
	}
	return ""
}

// workshop is the name of a stage to develop in, over whose code that of the
// host is usually mounted.
var workshop = lazyregexp.New(`(?i)(^|[^a-z0-9])(dev|devel|develop|development|devcontainer|local)([^a-z0-9]|$)`)

// hasService says whether a compose file runs a stage, and so tells what is
// mounted there.
func (m *envMove) hasService(st *analysis.Stage) bool {
	return slices.ContainsFunc(m.Project.Services, func(s project.Service) bool { return m.StageNamed(s.Target) == st })
}

// developedIn: a stage to develop in has the environment along, which nobody
// gains by there, and which what is mounted would hide.
func (m *envMove) developedIn(venv, at string) string {
	if m.EnvLost(m.in) != "" {
		return "" // there is no environment to hide
	}
	for _, st := range m.Stages {
		if st != m.Final() && st.Includes(m.in.Step.Stage) && workshop.MatchString(st.Name) && !m.Feeds(st, m.Final()) && !m.hasService(st) {
			return "the stage " + st.Name + " (line " + itoa(m.line(st.From.Span.Start)) + ") has the packages too, and the folder that is mounted over " + m.in.Dir + " to develop in it would hide an environment there"
		}
	}
	return ""
}

// hidden: a compose file mounts a host folder over the project.
func (m *envMove) hidden(venv, at string) string {
	for _, s := range m.Project.Services {
		if st := m.StageNamed(s.Target); st != nil && !st.Includes(m.in.Step.Stage) && !m.Feeds(m.in.Step.Stage, st) {
			continue
		}
		covered := false
		for _, v := range s.Volumes {
			covered = covered || v.Target != "" && path.Clean(v.Target) == venv
		}
		for _, v := range s.Volumes {
			if !covered && v.Target != "" && analysis.Below(venv, path.Clean(v.Target)) {
				return s.Path + " line " + itoa(s.Line+1) + " (service " + s.Name + ") mounts a folder over " + path.Clean(v.Target) +
					", which would hide an environment in " + venv
			}
		}
	}
	return ""
}

// overwritten: the context brings a .venv of the host along.
func (m *envMove) overwritten(venv, at string) string {
	for _, rel := range []string{".venv", path.Join(m.Project.Dir, ".venv")} {
		if !m.Project.InContext(rel) {
			continue
		}
		for _, st := range m.Stages {
			if arrives, c := m.ArrivesAt(st.End(), rel); arrives == venv {
				return ".dockerignore does not keep the local " + rel + " out, so that line " + itoa(m.line(c.Step.Span.Start)) +
					" would copy it over the environment in the image"
			}
		}
	}
	return ""
}

// pathInUse: an instruction names the place where the packages are now.
func (m *envMove) pathInUse(venv, at string) string {
	old := []string{"pypoetry/virtualenvs"}
	if m.in.Env.Kind == analysis.EnvSystem {
		old = []string{"site-packages", "dist-packages", "/usr/local/bin/"}
	}
	for _, st := range m.Stages {
		if !st.Includes(m.in.Step.Stage) && !m.Feeds(m.in.Step.Stage, st) {
			continue
		}
		for _, s := range st.Steps {
			if s.Name == "FROM" || s == m.in.Step || m.isCarried(m.CopyAt(s)) || st == m.in.Step.Stage && s.Pos < m.in.Step.Pos && s.Name != "ENV" {
				continue
			}
			text := m.Doc.Slice(s.Span)
			for _, o := range old {
				if strings.Contains(text, o) && !harmlessPath(m.request, s, o) {
					return "line " + itoa(m.line(s.Span.Start)) + " uses " + o + ", where the packages are now"
				}
			}
		}
	}
	return ""
}

// harmlessPath: a file of the context that is put into /usr/local/bin has
// nothing to do with the packages, and neither has what is done to it there.
func harmlessPath(r *request, s *analysis.Step, p string) bool {
	if p != "/usr/local/bin/" {
		return false
	}
	if c := r.CopyAt(s); c != nil {
		return c.FromContext() || c.External
	}
	end := s.Stage.End()
	for _, cmd := range s.Commands() {
		for _, w := range cmd.Words {
			if i := strings.Index(w.Value, p); i >= 0 && r.ContextFile(end, w.Value[i:]) == "" {
				return false
			}
		}
	}
	return s.Name != "ENV"
}

// otherInstalls: two installs of different projects in one stage chain cannot
// both be told by one block, and packages that pip puts into the system would
// not see the environment.
func (m *envMove) otherInstalls(venv, at string) string {
	for _, o := range m.Installs {
		if !o.Step.Stage.Includes(m.in.Step.Stage) {
			continue
		}
		line := "line " + itoa(m.line(o.Cmd.Span.Start))
		if o.Dir != m.in.Dir {
			return line + " installs another project (" + o.Dir + ") in the same stage or one that starts from it"
		}
		if s := m.Setting(o.Call, "virtualenvs.create"); s.Source == "env" && s.At.Index > m.in.Step.Index {
			return "line " + itoa(m.line(s.At.Span.Start)) + " sets the environment's place anew for " + line
		}
	}
	if m.in.Env.Kind != analysis.EnvSystem {
		return ""
	}
	for _, st := range m.in.Step.Stage.Chain() {
		for _, c := range m.Calls(st) {
			if c.Tool != "pip" || c.Verb != "install" || st == m.in.Step.Stage && c.Step.Pos > m.in.Step.Pos {
				continue
			}
			if w := m.besideEnv(c); w != "" {
				return "line " + itoa(m.line(c.Cmd.Span.Start)) + " installs " + w + " into the image's own Python, which would not see the packages in " + venv
			}
		}
	}
	return ""
}

// besideEnv is the first package of a pip install that the environment would
// lack: neither a tool for installing nor a dependency of the project, which
// Poetry brings to its locked version.
func (m *envMove) besideEnv(c *analysis.Call) string {
	w := foreignPackage(c)
	if w == "" || w == "requirements" || m.Project.Pyproject == nil {
		return w
	}
	for _, w := range c.Args {
		name := project.Normalise(strings.FieldsFunc(w.Value+" ", func(r rune) bool { return strings.ContainsRune("=<>!~; ", r) })[0])
		if !installTool(name) && !slices.ContainsFunc(m.Project.Pyproject.Dependencies, func(d project.Dependency) bool {
			return d.Name == name && !d.Optional && d.Markers == "" && d.Group == "main"
		}) {
			return w.Value
		}
	}
	return ""
}

// foreignPackage is the first package of a pip install that is not a tool for
// installing; "" if there is none.
func foreignPackage(c *analysis.Call) string {
	if c.Has("-r", "--requirement", "-e", "--editable") {
		return "requirements"
	}
	for _, w := range c.Args {
		name := strings.ToLower(strings.FieldsFunc(w.Value+" ", func(r rune) bool { return strings.ContainsRune("[=<>!~; ", r) })[0])
		if !installTool(name) {
			return w.Value
		}
	}
	return ""
}

// installTool names packages that only install others.
func installTool(name string) bool {
	switch name {
	case "pip", "setuptools", "wheel", "poetry", "poetry-core", "virtualenv", "pipx", "uv", "build", "pipenv", "pdm", "cryptography", "keyring":
		return true
	}
	return strings.HasPrefix(name, "poetry-") || strings.HasPrefix(name, "keyrings.")
}

// systemPython: whatever calls an interpreter or Poetry in a way that PATH
// does not decide would miss the packages.
func (m *envMove) systemPython(venv, at string) string {
	root := m.in.Step.Stage.Chain()[0]
	if f := root.Image.Family; f != python.OfficialPython && f != python.UVPython {
		return "the base image " + root.BaseRef + " (line " + itoa(m.line(root.From.Span.Start)) + ") may bring Python packages of its own, which an environment in " + venv + " would not see"
	}
	if strings.HasPrefix(m.Doc.Slice(m.in.Name), "python") {
		for _, c := range m.Calls(m.in.Step.Stage) {
			if c.Tool == "poetry" && c.Step.Pos > m.in.Step.Pos {
				return "line " + itoa(m.line(c.Cmd.Span.Start)) + " calls Poetry through python, which PATH would then find in " + venv + ", without Poetry"
			}
		}
	}
	for _, s := range m.Project.Services {
		if _, set := s.Environment["PATH"]; set {
			return s.Path + " line " + itoa(s.Line+1) + " (service " + s.Name + ") sets PATH, where the environment would have to be"
		}
	}
	for _, st := range m.Stages {
		if !m.holds(st) {
			continue
		}
		if reason := m.hiddenUse(st, true); reason != "" {
			return reason
		}
		if reason := m.pathSetAnew(st); reason != "" {
			return reason
		}
		for _, c := range m.Commands(st) {
			for _, w := range c.Cmd.Words {
				if strings.HasPrefix(w.Value, "/usr/local/bin/") && m.ContextFile(st.End(), w.Value) == "" || strings.HasPrefix(w.Value, "/usr/bin/python") {
					return m.Where(c) + " runs " + w.Value + " by its path, which would not see the packages in " + venv
				}
			}
		}
	}
	return ""
}
