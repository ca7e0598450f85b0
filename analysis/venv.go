package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/shell"
)

// venvThere handles a .venv that the file has made in the project's folder:
// Poetry takes it, even with virtualenvs.create false, unless in-project says
// no (EnvManager.in_project_venv_exists).
func (in *Install) venvThere(inProject Setting) bool {
	if !in.DirKnown || inProject.Set && (!inProject.Known || !boolSetting(inProject, in.Version)) {
		return false
	}
	dir := path.Join(in.Dir, ".venv")
	at := in.Step.Stage.facts.venvMadeAt(in.Step, dir)
	if at == nil {
		return false
	}
	in.Env = Environment{Kind: EnvInProject, Path: dir, At: at.Instruction, Setting: inProject, Why: "it is there already"}
	if inProject.Set {
		in.Env.At, in.Env.Why = inProject.At, "virtualenvs.in-project is true"
	}
	return true
}

// venvMadeAt is the step that makes a virtual environment at just this path
// before another step, nil if there is none.
func (f *Facts) venvMadeAt(s *Step, p string) *Step {
	for _, o := range upTo(f.sights.likely, s, f.likelyVenvs) {
		if o.what == p {
			return o.step
		}
	}
	return nil
}

// likelyVenvs are the environments that a step makes whose text says so.
func (f *Facts) likelyVenvs(s *Step) []string {
	if !f.mayMakeVenv(s) {
		return nil
	}
	return venvsMade(s)
}

// venvsMade are the environments that a step's commands make.
func venvsMade(s *Step) []string {
	var out []string
	for _, cmd := range s.Commands() {
		if at, ok := venvMade(s, cmd); ok {
			out = append(out, at)
		}
	}
	return out
}

// mayMakeVenv says whether a step's text can hold a command that makes a
// virtual environment, so that it is worth reading as a shell program.
func (f *Facts) mayMakeVenv(s *Step) bool {
	text := f.Doc.Slice(s.Span)
	return s.Name == "RUN" && (strings.Contains(text, "venv") || strings.Contains(text, "virtualenv"))
}

// SourcedVenv is the environment that a command activates ("." or "source" of
// its activate script), "" when its path is not known.
func (s *Step) SourcedVenv(c *shell.Command) (dir string, ok bool) {
	if n := c.Name(); n != "." && n != "source" || len(c.Words) < 2 {
		return "", false
	}
	v, known := s.ShellValue(c.Words[1].Value, c.Exports)
	dir, ok = strings.CutSuffix(v, "/bin/activate")
	switch {
	case !ok:
		return "", false
	case !known || !path.IsAbs(dir) && (!s.WorkdirKnown || !c.DirKnown):
		return "", true
	}
	return join(join(s.Workdir, c.Dir), dir), true
}

// MakesVenv says whether the file makes a virtual environment at p before the
// step, by "python -m venv", virtualenv or "uv venv", or copies one there; the
// official installer makes one for Poetry itself.
func (f *Facts) MakesVenv(s *Step, p string) bool {
	if i := f.InstallerOf(s); i != nil && i.How == "script" && i.Home() != "" && path.Join(i.Home(), "venv") == p {
		return true
	}
	if slices.ContainsFunc(upTo(f.sights.venvs, s, venvsMade), func(o sighting[string]) bool { return o.what == p || o.what == "" }) {
		return true
	}
	return slices.ContainsFunc(f.CopiesBefore(s), func(c *Copy) bool {
		return !c.FromContext() && (c.Dest == p || strings.HasPrefix(p, c.Dest+"/"))
	})
}

// venvMade reads a command that makes a virtual environment.
func venvMade(s *Step, cmd *shell.Command) (string, bool) {
	if len(cmd.Words) == 0 {
		return "", false
	}
	name := s.wordName(cmd, cmd.Words[0])
	words := cmd.Words
	switch {
	case isPython(name) && len(words) > 3 && words[1].Value == "-m" && (words[2].Value == "venv" || words[2].Value == "virtualenv"):
		words = words[3:]
	case name == "virtualenv" || name == "pyvenv":
		words = words[1:]
	case name == "uv" && len(words) > 1 && words[1].Value == "venv":
		words = words[2:]
	default:
		return "", false
	}
	for i := len(words) - 1; i >= 0; i-- {
		if v := words[i].Value; !strings.HasPrefix(v, "-") {
			e, ok := s.ShellValue(v, cmd.Exports)
			if !ok {
				return "", true
			}
			return join(join(s.Workdir, cmd.Dir), e), true
		}
	}
	return join(s.Workdir, ".venv"), name == "uv"
}
