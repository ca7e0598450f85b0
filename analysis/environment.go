package analysis

import (
	"path"
	"strings"

	"restage/analysis/python"
	"restage/analysis/source"
)

// EnvKind says what sort of environment packages are installed into.
type EnvKind int

// The places of knowledge about EnvManager.get and create_venv of Poetry
// (src/poetry/utils/env/env_manager.py, the same order since 1.1).
const (
	EnvUnknown   EnvKind = iota
	EnvInProject         // <project>/.venv
	EnvCache             // {virtualenvs.path}/<name>-<hash>-pyX.Y
	EnvSystem            // the base interpreter's site-packages
	EnvOwn               // an environment the file makes itself (VIRTUAL_ENV)
)

// Environment is where an install puts its packages.
type Environment struct {
	Kind EnvKind
	// Path is the absolute folder, "" when not known. For EnvSystem it is the
	// interpreter's prefix.
	Path string
	// Folder is where an EnvCache lies among others, also when its own name is
	// not known.
	Folder string
	// At is the instruction that decides, nil for a default or poetry.toml.
	At *source.Instruction
	// Setting is what decided between system, cache and project.
	Setting Setting
	// Why says in words what decided.
	Why string
}

// Bin is the folder of the environment's commands, "" when not known.
func (e Environment) Bin() string {
	if e.Path == "" {
		return ""
	}
	return path.Join(e.Path, "bin")
}

func (in *Install) resolveEnv() {
	f := in.Step.Stage.facts
	if in.activated() {
		return
	}
	create := f.Setting(in.Call, "virtualenvs.create")
	inProject := f.Setting(in.Call, "virtualenvs.in-project")
	if in.venvThere(inProject) {
		return
	}
	if create.Set && !create.Known || inProject.Set && !inProject.Known {
		in.Env = Environment{Why: "a setting of virtualenvs.* gets its value from outside the file"}
		return
	}
	if create.Set && !boolSetting(create, in.Version) {
		in.Env = Environment{Kind: EnvSystem, Path: "/usr/local", At: create.At, Setting: create, Why: "virtualenvs.create is false"}
		if in.Step.Stage.Image.Family != python.OfficialPython && in.Step.Stage.Image.Family != python.UVPython {
			in.Env.Path = ""
		}
		return
	}
	if in.Installer == nil && !inProject.Set {
		in.Env = Environment{Why: in.Unseen()}
		return
	}
	if inProject.Set && boolSetting(inProject, in.Version) {
		in.Env = Environment{Kind: EnvInProject, At: inProject.At, Setting: inProject, Why: "virtualenvs.in-project is true"}
		if in.DirKnown {
			in.Env.Path = path.Join(in.Dir, ".venv")
		}
		return
	}
	in.cacheEnv()
}

// boolSetting reads a boolean setting; "poetry config" itself accepts and
// normalises true/false/1/0, so only the environment has the spelling trap.
func boolSetting(s Setting, v python.Version) bool {
	if s.Source != "env" {
		return strings.EqualFold(s.Value, "true") || s.Value == "1"
	}
	return python.BoolSetting(s.Value, v)
}

// cacheEnv is the default place: a folder below virtualenvs.path.
func (in *Install) cacheEnv() {
	f := in.Step.Stage.facts
	in.Env = Environment{Kind: EnvCache, Why: "Poetry's default"}
	dir := f.Setting(in.Call, "virtualenvs.path")
	base := dir.Value
	if !dir.Set {
		cache, _ := f.cacheDir(in.Call)
		if cache == "" {
			return
		}
		base = path.Join(cache, "virtualenvs")
	} else {
		in.Env.At, in.Env.Setting, in.Env.Why = dir.At, dir, "virtualenvs.path is set"
		cache, _ := f.cacheDir(in.Call)
		base = strings.ReplaceAll(base, "{cache-dir}", cache)
	}
	if !dir.Set || dir.Known {
		in.Env.Folder = path.Clean(base)
	}
	py := in.Step.Stage.Image.Python
	if !in.DirKnown || f.Project == nil || f.Project.Pyproject == nil || py.Parts < 2 || dir.Set && !dir.Known {
		return
	}
	in.Env.Path = path.Join(base, python.VirtualenvName(f.Project.Pyproject.Name, in.Dir)+"-py"+minor(py))
}

func minor(v python.Version) string {
	v.Parts = 2
	v.Patch = 0
	return v.String()
}

// activated handles VIRTUAL_ENV and "source …/bin/activate": an environment
// of the file's own making, which Poetry then uses whatever its settings say.
func (in *Install) activated() bool {
	p, at, sourced, ok := in.activePath()
	if !ok {
		return false
	}
	if p == "" {
		in.Env = Environment{Kind: EnvOwn, At: at, Why: "an activated environment whose path is not known"}
		return true
	}
	if sourced {
		in.Env = Environment{Kind: EnvOwn, Path: p, At: at, Why: "it is activated in the same RUN"}
		return true
	}
	if !in.Step.Stage.facts.MakesVenv(in.Step, p) {
		return false // Poetry treats it as broken and goes on by its settings
	}
	in.Env = Environment{Kind: EnvOwn, Path: p, At: at, Why: "VIRTUAL_ENV names it"}
	return true
}

// activePath is the environment that is active at the install, "" when its
// path is not known. Sourced says that its activate script ran in the same
// RUN, so that it surely exists.
func (in *Install) activePath() (p string, at *source.Instruction, sourced, ok bool) {
	for _, a := range in.Cmd.Assigns {
		if a.Name == "VIRTUAL_ENV" {
			v, _ := in.Step.ShellValue(a.Value, in.Cmd.Exports)
			return v, in.Step.Instruction, false, true
		}
	}
	for _, c := range in.Step.Commands() {
		if c.Span.Start >= in.Cmd.Span.Start {
			break
		}
		if dir, found := in.Step.SourcedVenv(c); found {
			return dir, in.Step.Instruction, true, true
		}
	}
	v, set := in.Cmd.Exports["VIRTUAL_ENV"]
	if set {
		e, _ := in.Step.ShellValue(v, in.Cmd.Exports)
		return e, in.Step.Instruction, false, e != ""
	}
	ve := in.envVar("VIRTUAL_ENV")
	if !ve.Set || ve.Known && ve.Value == "" {
		return "", nil, false, false
	}
	if !ve.Known {
		return "", ve.At, false, true
	}
	return path.Clean(ve.Value), ve.At, false, true
}

// cacheDir is Poetry's cache folder as a call sees it, and whether
// POETRY_CACHE_DIR as an ENV or ARG of the stage says so. "" when not known.
func (f *Facts) cacheDir(c *Call) (string, bool) {
	s := f.Setting(c, "cache-dir")
	if s.Set {
		if !s.Known {
			return "", false
		}
		if !path.IsAbs(s.Value) { // it counts from the folder that Poetry runs in
			if !c.Step.WorkdirKnown || !c.Cmd.DirKnown {
				return "", false
			}
			return join(join(c.Step.Workdir, c.Cmd.Dir), s.Value), false
		}
		return path.Clean(s.Value), s.Source == "env" && s.At != c.Step.Instruction
	}
	if f.InstallerOf(c.Step) == nil {
		return "", false // the base image that brings Poetry may configure it
	}
	if x := c.envVar("XDG_CACHE_HOME"); x.Set && x.Value != "" {
		return path.Join(x.Value, "pypoetry"), false
	} else if x.Set && !x.Known {
		return "", false
	}
	home, ok := c.home()
	if !ok {
		return "", false
	}
	return path.Join(home, ".cache/pypoetry"), false
}

func (in *Install) resolveCache() {
	in.CacheDir, in.CacheVar = in.Step.Stage.facts.cacheDir(in.Call)
}

// Below says whether path p is dir or lies in it.
func Below(p, dir string) bool {
	return p == dir || dir == "/" || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/")
}

// Unseen says in words that the file does not show how Poetry is installed, so
// that its settings are not known.
func (in *Install) Unseen() string {
	chain := in.Step.Stage.Chain()
	for _, st := range chain {
		for _, s := range st.Steps {
			if st == in.Step.Stage && s.Pos >= in.Step.Pos {
				break
			}
			if c, ok := st.facts.installerBehind(s); ok {
				return c.Path + " line " + itoa(c.Line+1) + " installs Poetry, and what else that configures is not followed"
			}
		}
	}
	root := chain[0]
	if root.Image.Family == python.Other {
		return "Poetry comes from the base image " + root.BaseRef + ", which may configure it"
	}
	return "the file does not show how Poetry gets into the image, and what else that configures"
}
