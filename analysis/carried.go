package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// CarriedEnv is an environment that a COPY brings from one stage into another.
type CarriedEnv struct {
	Copy     *Copy
	From, To *Stage
	// Made is where it lies in From, and At where it arrives in To.
	Made, At string
	// Site says that it is a folder of packages (lib/python3.11/site-packages)
	// without the environment around it; Python is what its path names then.
	Site   bool
	Python python.Version
	// Relocatable says that its programs find it wherever it lies.
	Relocatable bool
	// UV says that uv made it, possibly with a Python of its own.
	UV bool
}

// sitePackages is a folder of packages of a Python.
var sitePackages = lazyregexp.New(`^(/.*)?/lib/python(3\.\d+)(/(?:site|dist)-packages)?$`)

// CarriedEnvs are the environments that stages get from others, in file order.
func (f *Facts) CarriedEnvs() []*CarriedEnv {
	var out []*CarriedEnv
	for _, st := range f.Stages {
		for _, c := range f.copies[st] {
			if c.FromStage == nil || !c.DestKnown {
				continue
			}
			for _, src := range c.Sources {
				if !src.Known || src.Glob {
					continue
				}
				out = append(out, f.carried(c, join("/", src.Path))...)
			}
		}
	}
	return out
}

// carried are the environments that one source of a copy brings.
func (f *Facts) carried(c *Copy, from string) []*CarriedEnv {
	if m := sitePackages.FindStringSubmatch(from); m != nil {
		e := &CarriedEnv{Copy: c, From: c.FromStage, To: c.Step.Stage, Made: from, At: c.Dest, Site: true}
		e.Python, _ = python.ParseVersion(m[2])
		return []*CarriedEnv{e}
	}
	var out []*CarriedEnv
	for _, e := range f.madeEnvs(c.FromStage) {
		if e.Made == "" || !Below(e.Made, from) || slices.ContainsFunc(out, func(o *CarriedEnv) bool { return o.Made == e.Made }) {
			continue
		}
		e.Copy, e.From, e.To = c, c.FromStage, c.Step.Stage
		e.At = path.Join(c.Dest, strings.TrimPrefix(e.Made, strings.TrimSuffix(from, "/")))
		out = append(out, e)
	}
	return out
}

// madeEnvs are the virtual environments that are made in a stage. Of one that
// the stage itself has copied from another, that one is the maker.
func (f *Facts) madeEnvs(st *Stage) []*CarriedEnv {
	var out []*CarriedEnv
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			if s.Name != "RUN" {
				continue
			}
			for _, cmd := range s.Commands() {
				if at, ok := venvMade(s, cmd); ok && at != "" && (path.IsAbs(at) && s.WorkdirKnown) {
					uv := s.wordName(cmd, cmd.Words[0]) == "uv"
					out = append(out, &CarriedEnv{Made: at, UV: uv, Relocatable: hasWord(cmd, "--relocatable")})
				}
			}
		}
		for _, s := range f.Supplies(o) {
			if s.Kind == SupplyManager && s.Tool == "uv" && s.Verb == "sync" {
				if at := f.uvEnv(s.Call); at != "" {
					out = append(out, &CarriedEnv{Made: at, UV: true})
				}
			}
		}
	}
	for _, in := range f.InstallsOf(st) {
		if in.Env.Kind == EnvInProject || in.Env.Kind == EnvOwn || in.Env.Kind == EnvCache {
			out = append(out, &CarriedEnv{Made: in.Env.Path})
		}
	}
	return out
}

// uvEnv is the environment that "uv sync" makes: .venv beside pyproject.toml,
// or what UV_PROJECT_ENVIRONMENT names (docs.astral.sh/uv, "Configuring
// projects"); "" when that is not known.
func (f *Facts) uvEnv(c *Call) string {
	dir := ".venv"
	if v := c.envVar("UV_PROJECT_ENVIRONMENT"); v.Set && (!v.Known || v.Value == "") {
		return ""
	} else if v.Set {
		dir = v.Value
	}
	if path.IsAbs(dir) {
		return path.Clean(dir)
	}
	if !c.Step.WorkdirKnown || !c.Cmd.DirKnown || c.Has("--project", "--directory", "--active") {
		return ""
	}
	// A folder below a workspace has its environment at the workspace's root.
	if at, _ := f.ArrivesAt(c.Step, "pyproject.toml"); at != "" && at != path.Join(join(c.Step.Workdir, c.Cmd.Dir), "pyproject.toml") {
		return ""
	}
	return join(join(c.Step.Workdir, c.Cmd.Dir), dir)
}

// ownPython is what brings a Python of its own into a stage, or chooses among
// several. ownPythonWords has a piece of every alternative: most instructions
// hold none of them, which is far sooner known than that the expression does
// not match.
var (
	ownPython      = lazyregexp.New(`pyenv|conda|mamba|deadsnakes|\buv python\b|UV_PYTHON|UV_MANAGED_PYTHON|altinstall|make install|--python\b|python-build|python-version|update-alternatives|\benv use\b|\bmise\b|\basdf\b|\bnix\b|-p python`)
	ownPythonWords = []string{"pyenv", "conda", "mamba", "deadsnakes", "uv python", "UV_", "altinstall", "make install", "-python", "python-", "update-alternatives", "env use", "mise", "asdf", "nix", "-p python"}
)

// namesOwnPython says whether the text of an instruction matches ownPython.
func (s *Step) namesOwnPython() bool {
	if s.ownPython == nil {
		text := s.Stage.facts.Doc.Slice(s.Span)
		own := slices.ContainsFunc(ownPythonWords, func(w string) bool { return strings.Contains(text, w) }) && ownPython.MatchString(text)
		s.ownPython = &own
	}
	return *s.ownPython
}

// OnlyPython says whether the Python of a stage is that of its base image: an
// official one, into which nothing brings another.
func (f *Facts) OnlyPython(st *Stage) (python.Version, bool) {
	img := st.Image
	if img.Python.Parts < 2 || img.Windows || img.Family != python.OfficialPython && img.Family != python.UVPython {
		return python.Version{}, false
	}
	if f.bringsPython(st) || f.namesInterpreter(st) {
		return python.Version{}, false
	}
	return img.Python, true
}

// bringsPython says whether a stage may get another Python than its base image's
// or the distribution's.
func (f *Facts) bringsPython(st *Stage) bool {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			switch s.Name {
			case "RUN", "ENV", "ARG", "SHELL":
				if s.OtherShell || s.namesOwnPython() || f.startsScript(s) {
					return true
				}
			}
			if c := f.CopyAt(s); c != nil && !c.FromContext() && !c.Inline && bringsInterpreter(c) {
				return true
			}
		}
	}
	return false
}

// namesInterpreter says whether a stage installs the distribution's Python by
// name, or packages that cannot be told.
func (f *Facts) namesInterpreter(st *Stage) bool {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			for _, p := range s.PackageCalls() {
				if !p.Known || slices.ContainsFunc(p.Words, func(w shell.Word) bool { return python.Interpreter(w.Value) }) {
					return true
				}
			}
		}
	}
	return false
}

// bringsInterpreter says whether a copy may bring a Python: a whole prefix.
func bringsInterpreter(c *Copy) bool {
	return slices.ContainsFunc(c.Sources, func(src CopySource) bool {
		switch p := join("/", src.Path); p {
		case "/", "/usr", "/usr/local", "/usr/local/lib", "/usr/lib", "/opt":
			return true
		default:
			return !src.Known || strings.Contains(path.Base(p), "python") && !sitePackages.MatchString(p) || src.Glob && strings.HasPrefix(p, "/usr/local")
		}
	})
}
