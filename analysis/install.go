package analysis

import (
	"path"
	"strings"

	"restage/analysis/python"
	"restage/analysis/source"
)

// Install is one "poetry install" or "poetry sync".
type Install struct {
	*Call
	// Dir is the absolute folder of the project it installs (WORKDIR, cd, -C
	// and -P taken together); DirKnown is false when that could not be told.
	Dir      string
	DirKnown bool
	// Installer is where its Poetry comes from; nil when the file does not say.
	Installer *Installer
	// Version is the Poetry that runs. VersionKnown is false when the file
	// leaves it to the day of the build; Version is then the newest that the
	// image's Python can have, or zero.
	Version      python.Version
	VersionKnown bool
	// Root says that the root package is installed too, Deps that dependencies are.
	Root, Deps bool
	// Env is where the packages go.
	Env Environment
	// CacheDir is the folder of Poetry's cache in effect, "" when not known;
	// CacheVar says that POETRY_CACHE_DIR names it in this stage.
	CacheDir string
	CacheVar bool
}

// poetryCall says whether a call installs a Poetry project.
func poetryInstall(c *Call) bool {
	return c.Tool == "poetry" && (c.Verb == "install" || c.Verb == "sync") && !c.Has("--dry-run", "--help", "-h")
}

func (f *Facts) newInstall(c *Call) *Install {
	in := &Install{Call: c, Installer: f.InstallerOf(c.Step)}
	in.Version, in.VersionKnown = f.poetryVersion(c.Step, in.Installer)
	in.resolveDir()
	in.Deps = !c.Has("--only-root")
	in.Root = f.installsRoot(c)
	in.resolveEnv()
	in.resolveCache()
	return in
}

// installsRoot says whether the call installs the root package: "--only main"
// does too (src/poetry/console/commands/install.py, 1.2 to 2.x).
func (f *Facts) installsRoot(c *Call) bool {
	if p := f.Project; p != nil && p.Pyproject != nil && !p.Pyproject.PackageMode {
		return false
	}
	return !c.Has("--no-root", "--dev-only")
}

// poetryVersion is the version of Poetry at a step.
func (f *Facts) poetryVersion(s *Step, i *Installer) (python.Version, bool) {
	if i != nil && i.Pinned {
		return i.Version, true
	}
	if i != nil && (i.PinnedElsewhere || i.How == "apt" || i.How == "apk") {
		return python.Version{}, false
	}
	if i != nil && i.How == "get-poetry" {
		return python.V(1, 1, 15), false // the last that it can install
	}
	if s.Stage.Image.Python.Parts > 0 {
		if v, ok := python.NewestPoetry(s.Stage.Image.Python); ok {
			return v, false
		}
	}
	return python.Version{}, false
}

// resolveDir follows WORKDIR, "cd" and Poetry's own -C and -P.
func (in *Install) resolveDir() {
	dir, known := in.Step.Workdir, in.Step.WorkdirKnown && in.Cmd.DirKnown
	if d := in.Cmd.Dir; d != "" {
		if e, ok := in.Step.ShellValue(d, in.Cmd.Exports); ok {
			dir, known = join(dir, e), in.Cmd.DirKnown && (known || strings.HasPrefix(e, "/"))
		} else {
			known = false
		}
	}
	for _, o := range in.Options {
		switch o.Name {
		case "-C", "--directory", "-P", "--project":
			v, ok := in.Step.ShellValue(o.Value, in.Cmd.Exports)
			dir, known = join(dir, v), ok && (known || strings.HasPrefix(v, "/"))
		}
	}
	in.Dir, in.DirKnown = dir, known
}

// join is path.Join where an absolute second part wins, as cd and WORKDIR do it.
func join(dir, p string) string {
	if strings.HasPrefix(p, "/") {
		return path.Clean(p)
	}
	return path.Join(dir, p)
}

// Setting is the effective value of a Poetry setting for a call: environment
// over poetry.toml over "poetry config" (knowledge from Poetry's
// docs/configuration.md), "" when only the default applies.
type Setting struct {
	Value string
	Set   bool
	Known bool
	// Source is "env", "poetry.toml" or "config"; At is the instruction that
	// decides, nil for poetry.toml. Call is the "poetry config" call.
	Source string
	At     *source.Instruction
	Call   *Call
}

// Setting looks a Poetry setting up as the call sees it.
func (f *Facts) Setting(c *Call, key string) Setting {
	env := python.ConfigEnv(key)
	for _, a := range c.Cmd.Assigns {
		if a.Name == env {
			v, ok := c.Step.ShellValue(a.Value, c.Cmd.Exports)
			return Setting{Value: v, Set: true, Known: ok, Source: "env", At: c.Step.Instruction}
		}
	}
	if v, ok := c.Cmd.Exports[env]; ok {
		v, ok := c.Step.ShellValue(v, c.Cmd.Exports)
		return Setting{Value: v, Set: true, Known: ok, Source: "env", At: c.Step.Instruction}
	}
	if v := c.envVar(env); v.Set {
		return Setting{Value: v.Value, Set: true, Known: v.Known, Source: "env", At: v.At}
	}
	if s := f.tomlMade(c); s != nil {
		return Setting{Set: true, Source: "poetry.toml", At: s.Instruction} // whatever it says
	}
	if behind, ok := f.configBehind(c, key); ok {
		return behind
	}
	local, global := f.configCalls(c, key)
	if local != nil {
		return f.configSetting(local)
	}
	if p := f.Project; p != nil && p.PoetryToml != nil {
		if v, ok := p.PoetryToml[key]; ok {
			if rel := p.Manifest("poetry.toml"); rel != "" {
				if at, _ := f.ArrivesAt(c.Step, rel); at != "" {
					return Setting{Value: v, Set: true, Known: true, Source: "poetry.toml"}
				}
			}
		}
	}
	if global != nil {
		return f.configSetting(global)
	}
	return Setting{}
}

func (f *Facts) configSetting(c *Call) Setting {
	v, ok := c.Step.ShellValue(c.Args[1].Value, c.Cmd.Exports)
	return Setting{Value: v, Set: true, Known: ok && !c.Cmd.Place.Conditional, Source: "config", At: c.Step.Instruction, Call: c}
}

// configBehind is what "poetry config" says in a script or Makefile that a step
// up to the call starts. It is known for calls of that step alone: what stands
// in the Dockerfile itself may come after it and say something else.
func (f *Facts) configBehind(c *Call, key string) (Setting, bool) {
	if f.Project == nil || f.Project.Context == "" {
		return Setting{}, false
	}
	for _, o := range upTo(f.sights.settings, c.Step, f.settingsBehind) {
		if o.what.key == key {
			return Setting{Value: o.what.value, Set: true, Known: o.step == c.Step && !o.what.conditional, Source: "config", At: o.step.Instruction}, true
		}
	}
	return Setting{}, false
}

// behindSetting is a "poetry config" in a script or Makefile.
type behindSetting struct {
	key, value  string
	conditional bool
}

// settingsBehind are the settings that what a step starts makes.
func (f *Facts) settingsBehind(s *Step) []behindSetting {
	if s.Name != "RUN" {
		return nil
	}
	var out []behindSetting
	for _, cmd := range s.Commands() {
		for _, x := range f.Started(s, cmd) {
			o := callOf(s, x.Cmd)
			if o != nil && o.Tool == "poetry" && o.Verb == "config" && len(o.Args) == 2 && !o.Has("--unset") {
				out = append(out, behindSetting{o.Args[0].Value, o.Args[1].Value, x.Cmd.Place.Conditional})
			}
		}
	}
	return out
}

// sameHome says whether two steps have the same home folder, which holds the
// configuration of Poetry (docs/configuration.md, "Global").
func sameHome(a, b *Step) bool {
	ha, okA := a.Home()
	hb, okB := b.Home()
	if okA && okB {
		return ha == hb
	}
	return a.User == b.User
}

// tomlMade is a step before a call that writes a poetry.toml of its own into
// the image, beside or over the project's; nil if there is none.
func (f *Facts) tomlMade(c *Call) *Step {
	if made := upTo(f.sights.tomls, c.Step, f.writesToml); len(made) > 0 {
		return made[0].step
	}
	return nil
}

// writesToml gives the step itself where it writes a poetry.toml.
func (f *Facts) writesToml(s *Step) []*Step {
	switch s.Name {
	case "RUN":
		if strings.Contains(f.Doc.Slice(s.Span), "poetry.toml") {
			return []*Step{s}
		}
	case "COPY", "ADD":
		cp := f.CopyAt(s)
		if cp == nil || !cp.FromContext() {
			return nil
		}
		for i, at := range cp.Footprint() {
			if path.Base(at) == "poetry.toml" && cp.Sources[i].Path != path.Join(f.Project.Dir, "poetry.toml") {
				return []*Step{s}
			}
		}
	}
	return nil
}

// configCalls finds the last "poetry config KEY VALUE" before a call, with and
// without --local: in the stages it starts from, and in stages whose
// configuration folder is copied.
func (f *Facts) configCalls(c *Call, key string) (local, global *Call) {
	stages := c.Step.Stage.Chain()
	for _, cp := range f.CopiesBefore(c.Step) {
		for _, src := range cp.Sources {
			if cp.FromStage != nil && strings.HasSuffix(src.Path, ".config/pypoetry") {
				stages = append(stages, cp.FromStage.Chain()...)
			}
		}
	}
	for _, st := range stages {
		for _, o := range f.configs[st] {
			if st == c.Step.Stage && (o.Step.Pos > c.Step.Pos || o.Step == c.Step && o.Cmd.Span.Start >= c.Cmd.Span.Start) {
				break
			}
			if o.Args[0].Value != key {
				continue
			}
			if !o.Has("--local") && !sameHome(o.Step, c.Step) {
				continue // it is written below the home folder of its user
			}
			if o.Has("--local") {
				local = o
			} else {
				global = o
			}
		}
	}
	return local, global
}
